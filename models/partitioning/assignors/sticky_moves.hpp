/// Moves of single partitions in one round of the sticky assignment, so that of several partitions of a topic the one
/// moves that undoes an earlier move (PartitionMovements of Kafka's AbstractStickyAssignor).
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "models/hashing/functions/java_hash_map.hpp"
#include "models/partitioning/assignors/group_index.hpp"

namespace orrery::models {

/// Which partitions of a topic moved between which members in this round.
class StickyMoves {
public:
    explicit StickyMoves(const GroupIndex& index)
        : index_(index), from_(index.partitions(), no_member), to_(index.partitions(), no_member) {}

    /// The partition to move instead of `partition` from `source` to `target`: one that came the other way, if any.
    std::uint32_t instead_of(std::uint32_t partition, std::uint32_t source, std::uint32_t target) const {
        if (from_[partition] != no_member) source = from_[partition];
        const auto found = by_pair_.find({index_.topic_of(partition), {target, source}});
        return found == by_pair_.end()
                   ? partition
                   : index_.topics()[index_.topic_of(partition)].first + found->second.first().number;
    }

    void moved(std::uint32_t partition, std::uint32_t source, std::uint32_t target) {
        if (from_[partition] != no_member) {
            source = from_[partition];
            forget(partition);
            if (source == target) return;
        }
        from_[partition] = source;
        to_[partition] = target;
        by_pair_[key(partition)].put(element(partition));
    }

private:
    /// A partition in a HashSet of Kafka's TopicPartition: which one comes first there decides.
    struct Element {
        std::uint32_t number = 0;
        std::int32_t hash = 0;
        bool operator==(const Element& other) const { return number == other.number; }
    };
    struct ElementHash {
        std::int32_t operator()(const Element& element) const { return element.hash; }
    };
    using Pair = std::pair<std::uint32_t, std::uint32_t>;

    Element element(std::uint32_t partition) const {
        return {partition - index_.topics()[index_.topic_of(partition)].first, index_.java_hash(partition)};
    }
    std::pair<std::uint32_t, Pair> key(std::uint32_t partition) const {
        return {index_.topic_of(partition), {from_[partition], to_[partition]}};
    }
    void forget(std::uint32_t partition) {
        const auto found = by_pair_.find(key(partition));
        found->second.erase(element(partition));
        if (found->second.empty()) by_pair_.erase(found);
        from_[partition] = to_[partition] = no_member;
    }

    const GroupIndex& index_;
    std::vector<std::uint32_t> from_;
    std::vector<std::uint32_t> to_;
    std::map<std::pair<std::uint32_t, Pair>, JavaHashSet<Element, ElementHash>> by_pair_;
};

}  // namespace orrery::models
