/// Layout: where everything is, for one set of members. Immutable, and shared by all who need it.
///
///     key --KeySpace--> unit (what moves as one) --Layout--> replicas, in order of preference
///
/// Where keys go straight to nodes (a Ring alone) a unit is a slice of a hash of the key, and each key of it has
/// replicas of its own; where a Partitioner comes first a unit is a partition, and all of its keys have the same.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "models/hashing/ring.hpp"
#include "models/partitioning/partitioner.hpp"
#include "models/partitioning/store/map_change.hpp"
#include "sim/base/random.hpp"

namespace orrery::models {

/// Most replicas that a key may have, those of hot keys included.
inline constexpr std::size_t replicas_max = 16;

/// From keys to units; the same whoever the members are.
class KeySpace {
public:
    /// Keys go straight to nodes and move in `slices` slices, a power of two.
    static KeySpace slices(std::uint32_t slices);
    /// Keys go to partitions. Takes a partitioner that was reset and answers by the key alone; throws PartitionError
    /// for one that does not.
    static KeySpace partitions(std::unique_ptr<Partitioner> partitioner);

    bool by_partition() const { return partitioner_ != nullptr; }
    std::uint32_t units() const { return units_; }
    UnitId unit_of(std::uint64_t key) const {
        if (partitioner_ == nullptr) return UnitId(static_cast<std::size_t>(mix64(key ^ salt) & (units_ - 1)));
        return UnitId(partitioner_->of_key(NumberKey(key)).index());
    }

private:
    /// Slices are cut by a hash of their own, or a slice would be a part of the ring.
    static constexpr std::uint64_t salt = 0x736c6963655f6f66u;
    KeySpace(std::shared_ptr<const Partitioner> partitioner, std::uint32_t units)
        : partitioner_(std::move(partitioner)), units_(units) {}
    std::shared_ptr<const Partitioner> partitioner_;
    std::uint32_t units_;
};

class Layout {
public:
    struct Spec {
        std::shared_ptr<const KeySpace> keys;
        std::vector<Member> members;  ///< all that may ever join, in order of their ids 0, 1, ...
        std::uint8_t replicas = 3;    ///< 1 .. replicas_max
    };

    /// The layout of the members that `ring` has.
    static std::shared_ptr<const Layout> first(std::shared_ptr<const Spec> spec, std::unique_ptr<Ring> ring);

    /// The layout after a change. It is made once and then shared by all who ask (for as long as somebody keeps it):
    /// it depends on the members and their history alone, so that sharing saves memory and time and shows nowhere.
    std::shared_ptr<const Layout> with(MemberId member) const { return after({Step::Kind::join, member}); }
    std::shared_ptr<const Layout> without(MemberId member) const { return after({Step::Kind::leave, member}); }

    /// The replicas of `key` of `unit`, the owner first; returns how many there are, at most out.size(), fewer than
    /// asked for if there are fewer members. Asked for no more than spec.replicas, a partition answers from a table.
    std::size_t replicas(std::uint64_t key, UnitId unit, std::span<MemberId> out) const;

    /// The replicas of a key that is placed apart from its unit: as if its hash were a partition.
    std::size_t replicas_apart(std::uint64_t key, std::span<MemberId> out) const;

    const Spec& spec() const { return *spec_; }
    std::span<const Member> members() const { return ring_->members(); }
    bool has(MemberId member) const;
    std::size_t memory_bytes() const;

private:
    struct Step {
        enum class Kind : std::uint8_t { join, leave } kind;
        MemberId member;
        friend auto operator<=>(const Step&, const Step&) = default;
    };
    Layout(std::shared_ptr<const Spec> spec, std::unique_ptr<Ring> ring);
    std::shared_ptr<const Layout> after(Step step) const;

    std::shared_ptr<const Spec> spec_;
    std::unique_ptr<const Ring> ring_;
    std::vector<MemberId> table_;  ///< by partition, `width_` each
    std::size_t width_ = 0;
    mutable std::mutex mutex_;  ///< processes of several domains may ask at once
    mutable std::map<Step, std::weak_ptr<const Layout>> next_;
};

}  // namespace orrery::models
