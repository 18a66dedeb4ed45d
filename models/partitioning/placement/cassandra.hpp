/// Cassandra's replication strategies over a ring of tokens (Apache Cassandra 5; SimpleStrategy,
/// NetworkTopologyStrategy).
///
/// Entry i of the ring owns the tokens after entry i-1's up to its own. Nodes are numbers; a node has several entries.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/partitioning/replica_placement.hpp"

namespace orrery::models {

struct TokenRing {
    std::vector<std::int64_t> tokens;   ///< rising
    std::vector<std::uint32_t> owners;  ///< by token, an index into the nodes

    /// The entry that owns a token.
    std::size_t entry_of(std::int64_t token) const;
};

/// Tokens that depend on the nodes' names alone.
TokenRing token_ring(std::span<const Member> nodes, std::size_t tokens_per_node);

/// The first different nodes clockwise from `entry`, at most `replicas`.
std::vector<std::uint32_t> simple_strategy(const TokenRing& ring, std::size_t entry, std::size_t replicas);

/// In each zone (data centre) of `replicas` the first nodes clockwise, a rack again only if it must be: with r replicas
/// and k racks, r - k repeats, the first that are met. Zones that do not exist and counts of zero give nothing; a zone
/// with fewer nodes than replicas gives all. In order of the ring, zones mixed.
std::vector<std::uint32_t> network_topology_strategy(const TokenRing& ring, std::size_t entry,
                                                     std::span<const Member> nodes,
                                                     const std::map<std::string, std::size_t>& replicas);

}  // namespace orrery::models
