#include "models/partitioning/placement/nodes.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace orrery::models {

void check_placement(std::span<const Member> nodes, const PlacementSpec& spec) {
    if (spec.replicas == 0) throw PlacementError("0 replicas; at least one is needed");
    if (spec.replicas > nodes.size())
        throw PlacementError(std::to_string(spec.replicas) + " replicas do not fit on " + std::to_string(nodes.size()) +
                             " nodes; no node holds two of one partition");
    std::set<MemberId> ids;
    std::set<std::string_view> names;
    for (const Member& node : nodes) {
        if (node.name.empty()) throw PlacementError("node " + std::to_string(node.id.value) + " has an empty name");
        if (!ids.insert(node.id).second || !names.insert(node.name).second)
            throw PlacementError("node '" + node.name + "' (" + std::to_string(node.id.value) + ") is given twice");
        if (!(node.weight > 0) || !std::isfinite(node.weight))
            throw PlacementError("node '" + node.name + "' has weight " + std::to_string(node.weight) +
                                 "; a weight is positive and finite");
    }
}

std::vector<Member> by_id(std::span<const Member> nodes) {
    std::vector<Member> sorted(nodes.begin(), nodes.end());
    std::sort(sorted.begin(), sorted.end(), [](const Member& a, const Member& b) { return a.id < b.id; });
    return sorted;
}

NodeRacks::NodeRacks(std::span<const Member> nodes) {
    std::map<std::string, std::uint32_t> zone_numbers;
    std::map<std::pair<std::string, std::string>, std::uint32_t> rack_numbers;
    for (const Member& node : nodes) {
        const auto next_zone = static_cast<std::uint32_t>(zone_numbers.size());
        zone.push_back(zone_numbers.emplace(node.zone, next_zone).first->second);
        const auto next_rack = static_cast<std::uint32_t>(rack_numbers.size());
        rack.push_back(rack_numbers.emplace(std::pair(node.zone, node.rack), next_rack).first->second);
    }
    racks = rack_numbers.size();
    zones = zone_numbers.size();
}

std::vector<std::vector<MemberId>> copysets_of(const ReplicaMap& map) {
    std::vector<std::vector<MemberId>> sets;
    sets.reserve(map.partitions());
    for (std::size_t p = 0; p < map.partitions(); ++p) {
        const auto nodes = map.of(p);
        sets.emplace_back(nodes.begin(), nodes.end());
        std::sort(sets.back().begin(), sets.back().end());
    }
    std::sort(sets.begin(), sets.end());
    sets.erase(std::unique(sets.begin(), sets.end()), sets.end());
    return sets;
}

}  // namespace orrery::models
