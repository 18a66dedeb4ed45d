/// Placements by name, with the defaults of their parameters.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "models/partitioning/catalog.hpp"

namespace orrery::models::test {

inline Settings placement_settings(const std::string& spread = "nodes") {
    Settings settings;
    settings.set("spread", spread);
    settings.set("virtual_nodes", std::int64_t{128});
    settings.set("tokens", std::int64_t{16});
    settings.set("window", std::int64_t{0});
    settings.set("scatter_width", std::int64_t{10});
    return settings;
}

inline Row<ReplicaPlacement> placement_row(std::string_view name) {
    const auto rows = replica_placements();
    return *std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
}

inline std::unique_ptr<ReplicaPlacement> make_placement(std::string_view name, const Settings& settings) {
    return placement_row(name).make(settings);
}

/// Nodes 0 to count - 1, node n in rack n mod racks of zone 0.
inline std::vector<Member> nodes_in_racks(std::size_t count, std::size_t racks = 1) {
    std::vector<Member> nodes;
    for (std::size_t n = 0; n < count; ++n)
        nodes.push_back(
            {MemberId(n), "node-" + std::to_string(n), 1, "", racks > 1 ? "r" + std::to_string(n % racks) : ""});
    return nodes;
}

}  // namespace orrery::models::test
