/// Kafka's sticky assignment (AbstractStickyAssignor of Kafka 4.0; KIP-54, KIP-429, KIP-881), in its two algorithms.
///
/// With equal subscriptions ("constrained", sticky_constrained.cpp): every member keeps what it owns up to its share,
/// the rest is dealt in turns. With others ("general", sticky_general.cpp): what is owned is kept, the rest goes to the
/// least loaded subscriber, and single partitions move from fuller to emptier members while that improves balance.
/// Where members and replicas name racks and a rack lacks some partitions, racks are matched as far as balance allows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/partitioning/assignors/group_index.hpp"

namespace orrery::models {

/// Lists of partition numbers, one for each member.
using Shares = std::vector<std::vector<std::uint32_t>>;

/// Who owns what before a round, contradictions resolved.
struct StickyClaims {
    explicit StickyClaims(const GroupIndex& index);

    Shares owned;
    std::vector<bool> disputed;  ///< by partition: claimed by several members of one generation, taken from all
    std::int32_t generation_max = -1;

private:
    void claim(const GroupIndex& index, std::uint32_t member, std::uint32_t partition);

    std::vector<std::uint32_t> claimant_;
};

/// Racks of members and of the partitions' replicas.
class StickyRacks {
public:
    explicit StickyRacks(const GroupIndex& index);

    /// Whether racks play a part: some member's rack has replicas, and not all partitions are in all racks.
    bool aware() const { return aware_; }
    bool has_rack(std::uint32_t member) const { return aware_ && member_rack_[member] != none; }
    /// The member has a rack, and the partition has a replica there.
    bool match(std::uint32_t member, std::uint32_t partition) const;
    /// The member has a rack, and the partition has no replica there.
    bool mismatch(std::uint32_t member, std::uint32_t partition) const {
        return has_rack(member) && !match(member, partition);
    }
    /// Partitions that few members are near to come first; others keep their order. Does nothing if no member has a
    /// rack.
    void sort_by_members_near(std::vector<std::uint32_t>& partitions) const;
    /// Place in `members`, from `first` on and around, of one whose rack has the partition.
    std::optional<std::size_t> next_match(std::uint32_t partition, const std::vector<std::uint32_t>& members,
                                          std::size_t first) const;

private:
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    void decide(std::size_t racks);

    std::vector<std::uint32_t> member_rack_;
    std::vector<std::vector<std::uint32_t>> replica_racks_;  ///< by partition, sorted
    std::vector<std::size_t> members_near_;                  ///< by partition; empty if no member has a rack
    bool aware_ = false;
};

struct StickyResult {
    Shares shares;
    /// Of the constrained algorithm: partitions that change hands, with their new owners. Nothing: not worked out.
    std::optional<std::vector<bool>> transferred = {};
};

StickyResult assign_constrained(const GroupIndex& index, const StickyRacks& racks, const StickyClaims& claims);
StickyResult assign_general(const GroupIndex& index, const StickyRacks& racks, const StickyClaims& claims);
/// The one that the subscriptions ask for.
StickyResult assign_sticky(const GroupIndex& index);

}  // namespace orrery::models
