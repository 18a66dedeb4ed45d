/// What replicas must not share: a parameter of several placements.
#pragma once

#include "models/partitioning/placement/nodes.hpp"
#include "sim/base/parameter.hpp"

namespace orrery::models {

enum class SpreadOver : std::uint8_t { nodes, racks, zones };

inline Parameter spread_parameter() {
    return {"spread", Kind::choice, "nodes", 0, 0, "what no two replicas share", {"nodes", "racks", "zones"}};
}

SpreadOver spread_of(const Settings& settings);
PlacementPromise::Spread promised(SpreadOver spread);

/// Nodes by number, with what they must not share.
struct Apart {
    /// Throws PlacementError if there are fewer racks (zones) than replicas.
    Apart(std::span<const Member> nodes, SpreadOver over, std::size_t replicas);
    /// Whether `node` may join `others`: it is not among them, nor in a rack (zone) with one.
    bool may_join(std::uint32_t node, std::span<const std::uint32_t> others) const;

private:
    std::vector<std::uint32_t> domain_;  ///< by node
};

}  // namespace orrery::models
