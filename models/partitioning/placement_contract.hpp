/// Does a replica placement keep its promises? A check that runs over any catalog row, one's own included:
///
///     for (const std::string& broken : check_placement_contract(row, settings, 7)) std::cerr << broken;
///
/// What is checked, over random clusters (up to 24 nodes in up to 3 zones of up to 4 racks, up to 4 replicas, up to 60
/// partitions)
/// - Every partition has as many replicas as asked, on different nodes that exist; racks or zones apart as promised.
/// - A clone, and the same call again with the same random stream, give the same map and the same draws. The order in
///   which nodes are given, and so a node that goes and comes back, changes nothing unless the promise says so.
/// - Replicas are refused that do not fit: none, more than nodes, more than racks or zones where these are kept apart;
///   so are nodes that are malformed. Always with a PlacementError.
/// And on 24 nodes in 6 racks of 3 zones, 300 partitions a node
/// - The fullest node holds at most what is promised.
/// - When one node leaves, replicas that change are at most as many as promised, and 5 standard deviations of sampling
///   noise.
///
/// A cluster that breaks a promise is shrunk before it is reported.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/partitioning/replica_placement.hpp"
#include "sim/base/catalog.hpp"

namespace orrery::models {

/// The broken promises in words, each once, with the cluster that shows it; empty if all are kept. An exception of the
/// placement's that is no PlacementError is a broken promise as well.
std::vector<std::string> check_placement_contract(const Row<ReplicaPlacement>& row, const Settings& settings,
                                                  std::uint64_t seed);

}  // namespace orrery::models
