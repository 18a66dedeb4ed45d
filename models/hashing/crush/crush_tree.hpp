/// A CRUSH map of members: root, zones, racks, members, by weight.
///
/// Members and buckets are hashed by their names, so a tree depends on who is in it and not on who came when. Members
/// without a zone or rack share one without a name.
#pragma once

#include <span>
#include <vector>

#include "models/hashing/crush/crush_map.hpp"
#include "models/hashing/ring.hpp"

namespace orrery::models {

/// What no two replicas should share.
enum class FailureDomain : std::uint8_t { member, rack, zone };

class CrushTree {
public:
    CrushTree() = default;
    /// Weights become 16.16 fixed point. Throws RingError: a weight below 2^-16, or weights that add up to 65536 or
    /// more.
    explicit CrushTree(std::span<const Member> members);

    /// The member that attempt `r` finds for input x, from the root down. There must be members.
    MemberId pick(std::uint32_t x, std::uint32_t r) const;
    /// Up to `count` members, no two in one domain: `chooseleaf firstn` over domains. A prefix of what a larger count
    /// gives.
    std::vector<MemberId> spread(std::uint32_t x, FailureDomain domain, std::size_t count) const;

    std::size_t racks() const { return racks_; }
    std::size_t zones() const { return zones_; }
    /// Of the levels above members, how many branch: a member that leaves makes keys of others move at each of them.
    unsigned branching_levels() const;
    std::size_t memory_bytes() const;

private:
    CrushMap map_;
    std::vector<MemberId> members_;  ///< by device
    std::vector<std::int32_t> bucket_ids_;
    std::size_t racks_ = 0;
    std::size_t zones_ = 0;
};

}  // namespace orrery::models
