/// What placements share: checks, racks by number, and the loss of data when nodes fail together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/partitioning/replica_placement.hpp"

namespace orrery::models {

/// Throws PlacementError as ReplicaPlacement::place does, spread apart.
void check_placement(std::span<const Member> nodes, const PlacementSpec& spec);

/// Nodes in order of their ids.
std::vector<Member> by_id(std::span<const Member> nodes);

/// The number of each node's rack, and of its zone; racks of different zones are different.
struct NodeRacks {
    explicit NodeRacks(std::span<const Member> nodes);
    std::vector<std::uint32_t> rack;  ///< by node
    std::vector<std::uint32_t> zone;
    std::size_t racks = 0;
    std::size_t zones = 0;
};

/// Fisher and Yates, from the front.
template <class Item>
void shuffle_items(std::vector<Item>& items, RandomStream& random) {
    for (std::size_t i = 0; i + 1 < items.size(); ++i) {
        const auto other = i + static_cast<std::size_t>(random.below(items.size() - i));
        std::swap(items[i], items[other]);
    }
}

/// The different sets of nodes that hold all replicas of some partition ("copysets"), each sorted, in order.
std::vector<std::vector<MemberId>> copysets_of(const ReplicaMap& map);

}  // namespace orrery::models
