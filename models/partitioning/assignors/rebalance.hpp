/// What a membership change costs: rounds of an assignor until the group is settled, and the partitions that move.
#pragma once

#include <cstddef>

#include "models/partitioning/assignor.hpp"

namespace orrery::models {

/// Partitions that somebody subscribes to, by what an assignment does to them. The four add up to `partitions`.
struct Movement {
    std::size_t partitions = 0;
    std::size_t kept = 0;     ///< by the member that owned it
    std::size_t moved = 0;    ///< from one member of the group to another
    std::size_t fresh = 0;    ///< to a member, from nobody: new, or its owner left the group
    std::size_t waiting = 0;  ///< to nobody in this round
    friend bool operator==(const Movement&, const Movement&) = default;
};

/// Compares what the group's members own with what `assignment` gives them. O(P log P).
Movement movement(const Group& group, const Assignment& assignment);

/// Every member gets what it owns, no more and no less, and nothing waits.
bool changes_nothing(const Group& group, const Assignment& assignment);

/// The fewest partitions that must move for sizes to differ by at most one, with equal subscriptions.
std::size_t moves_least(const Group& group);

/// The group after a round: members own what they got, all in the same, next generation.
Group after(Group group, const Assignment& assignment);

struct Settled {
    Group group;
    std::size_t rounds = 0;  ///< with the last one, which changes nothing
    Movement movement = {};  ///< from the group before all rounds
    enum class End : std::uint8_t { settled, gave_up } end = End::settled;
};

/// Rounds until one changes nothing, at most `rounds_max`.
Settled settle(const Assignor& assignor, const Group& group, std::size_t rounds_max, RandomStream& random);

}  // namespace orrery::models
