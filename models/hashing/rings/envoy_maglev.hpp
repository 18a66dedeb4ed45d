/// Envoy's Maglev load balancer (main at 0b83af5, February 2025).
///
/// Hosts fill the table in order of their keys, so that the order in which they are listed does not matter; offset is
/// XXH64 of the key with seed 0, skip with seed 1. In round t = 1, 2, ... a host whose share times t is below its
/// target waits; otherwise it takes an entry and its target grows by the largest share.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/hashing/rings/envoy_weights.hpp"

namespace orrery::models {

/// The table; its entries are indices of `hosts`. Throws RingError: the size is not a prime, or there are no hosts.
std::vector<std::uint32_t> envoy_maglev_table(std::span<const EnvoyHost> hosts, std::uint32_t table_size);

/// The hash of the `attempt`-th choice for a key of hash `hash`: other bits for each retry, from attempt 1 on.
constexpr std::uint64_t envoy_maglev_hash(std::uint64_t hash, std::uint32_t attempt) {
    return attempt == 0 ? hash : hash ^ (0 - std::uint64_t{attempt});
}

/// The index of the chosen host.
std::uint32_t envoy_maglev_choose(std::span<const std::uint32_t> table, std::uint64_t hash, std::uint32_t attempt);

}  // namespace orrery::models
