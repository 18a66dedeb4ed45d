/// Copysets: the sets of nodes that may hold all replicas of something. Few of them make it unlikely that nodes which
/// fail together hold all replicas of anything (Cidon, Rumble, Stutsman, Katti, Ousterhout, Rosenblum, "Copysets:
/// Reducing the Frequency of Data Loss in Cloud Storage", USENIX ATC 2013).
#pragma once

#include <cstdint>
#include <vector>

#include "models/partitioning/replica_placement.hpp"

namespace orrery::models {

using Copyset = std::vector<std::uint32_t>;  ///< nodes by number

/// Places each partition on a random node of `leaders` and a random copyset that it is in: the node first, the others
/// in the copyset's order. Every leader must be in a copyset.
std::vector<MemberId> place_on_copysets(const std::vector<Copyset>& copysets, const std::vector<std::uint32_t>& leaders,
                                        std::span<const Member> nodes, std::size_t partitions, RandomStream& random);

}  // namespace orrery::models
