/// How hot and how large partitions are, and which of them a rule would split or merge.
///
/// Load and bytes are counted as records are picked. `maintain` judges the time since the last one: a partition above
/// one of the upper limits is split; two neighbours that together are below both lower limits are merged, as long as
/// neither has just come from a change. So the load of one window changes a partition at most once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/partitioning/partitioner.hpp"
#include "sim/base/parameter.hpp"

namespace orrery::models {

struct HeatRule {
    double split_rate = 0;  ///< load per second above which a partition is split
    double merge_rate = 0;  ///< load per second below which two neighbours together are merged
    std::int64_t split_bytes = 0;
    std::int64_t merge_bytes = 0;
    std::uint32_t least = 1;  ///< open partitions are never merged to fewer
};

class RangeHeat {
public:
    /// Throws ParameterError for limits that would split again what they merge.
    explicit RangeHeat(const HeatRule& rule) : rule_(rule) {
        if (rule.merge_rate > rule.split_rate)
            throw ParameterError("merge_rate", "it is above split_rate; merged partitions would be split again");
        if (rule.merge_bytes > rule.split_bytes)
            throw ParameterError("merge_bytes", "it is above split_bytes; merged partitions would be split again");
    }

    void reset(std::uint32_t partitions) {
        partitions_.assign(partitions, {});
        since_ = time_zero;
    }
    void count(PartitionId partition, std::int64_t load, std::int64_t bytes) {
        partitions_[partition.index()].load += load;
        partitions_[partition.index()].bytes += bytes;
    }
    std::int64_t bytes(PartitionId partition) const { return partitions_[partition.index()].bytes; }

    /// What is in the parents goes to the children: halves of a split, the sum of a merge.
    void follow(const PartitionChange& change) {
        Heat sum;
        for (const PartitionId parent : change.parents) {
            sum.load += partitions_[parent.index()].load;
            sum.bytes += partitions_[parent.index()].bytes;
        }
        const auto parts = static_cast<std::int64_t>(change.children.size());
        for (const PartitionId child : change.children) {
            if (child.index() >= partitions_.size()) partitions_.resize(child.index() + 1);
            partitions_[child.index()] = {sum.load / parts, sum.bytes / parts};
        }
    }

    /// `open`: the partitions in the order of their ranges. `split(id)` gives the change, or null if the partition
    /// cannot be split; `merge(id, id)` gives the change. Returns the number of changes.
    template <class Split, class Merge>
    std::size_t maintain(std::vector<PartitionId> open, Time now, Split split, Merge merge) {
        const double window = seconds(now) - seconds(since_);
        if (window <= 0) return 0;
        std::size_t changes = 0;
        std::size_t left = open.size();
        std::vector<PartitionId> quiet;  // in order; a gap where something was split is no pair
        std::vector<bool> after_gap;
        bool gap = false;
        for (const PartitionId id : open) {
            const PartitionChange* change = is_hot(id, window) ? split(id) : nullptr;
            gap = gap || change != nullptr;
            if (change != nullptr) {
                follow(*change);
                ++changes;
                ++left;
                continue;
            }
            quiet.push_back(id);
            after_gap.push_back(gap);
            gap = false;
        }
        for (std::size_t i = 0; i + 1 < quiet.size() && left > rule_.least; ++i) {
            if (after_gap[i + 1] || !are_cold(quiet[i], quiet[i + 1], window)) continue;
            follow(*merge(quiet[i], quiet[i + 1]));
            ++changes;
            --left;
            ++i;
        }
        for (Heat& heat : partitions_) heat.load = 0;
        since_ = now;
        return changes;
    }

    std::size_t memory_bytes() const { return partitions_.capacity() * sizeof(Heat); }

private:
    struct Heat {
        std::int64_t load = 0;   ///< since the last `maintain`
        std::int64_t bytes = 0;  ///< ever written
    };

    bool is_hot(PartitionId id, double window) const {
        const Heat& heat = partitions_[id.index()];
        return static_cast<double>(heat.load) > rule_.split_rate * window || heat.bytes > rule_.split_bytes;
    }
    bool are_cold(PartitionId one, PartitionId other, double window) const {
        const Heat& a = partitions_[one.index()];
        const Heat& b = partitions_[other.index()];
        return static_cast<double>(a.load + b.load) < rule_.merge_rate * window &&
               a.bytes + b.bytes < rule_.merge_bytes;
    }

    HeatRule rule_;
    std::vector<Heat> partitions_;
    Time since_{};
};

}  // namespace orrery::models
