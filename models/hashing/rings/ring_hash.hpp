/// Ring hash of Envoy (main at 0b83af5, ring_hash_lb.cc) and of gRPC (grpc-go 4793ad0): points in proportion to
/// weights, in a ring whose size lies between two bounds.
///
/// With shares as doubles, scale = min(ceil(smallest share * min_size) / smallest share, max_size), so that the
/// lightest host has a whole number of points unless max_size forbids. Hosts in turn have points "key_0", "key_1", ...
/// as long as the number of points so far is below scale times the running sum of the shares; the ring has ceil(scale)
/// or one more. Lookup: the first point at the hash or after it; a retry (Envoy's attempt n) takes the n-th point
/// behind that, which may be of the same host again.
#pragma once

#include <cstdint>
#include <span>

#include "models/hashing/rings/circle.hpp"
#include "models/hashing/rings/envoy_weights.hpp"

namespace orrery::models {

enum class RingHashFunction : std::uint8_t {
    xx_hash,        ///< XXH64 with seed 0
    murmur_hash_2,  ///< MurmurHash64A with the seed of libstdc++
};

struct RingHashBounds {
    std::uint64_t min_size = 1024;
    std::uint64_t max_size = 8388608;
};

struct RingHash {
    Circle<std::uint64_t> circle;  ///< places are indices of the hosts
    std::uint64_t size = 0;        ///< what Envoy reports: ceil(scale)
    std::uint64_t min_points = 0;  ///< of a host, and at most `size`
    std::uint64_t max_points = 0;

    /// The host for `hash`. There are hosts.
    std::uint32_t choose(std::uint64_t hash, std::uint32_t attempt = 0) const {
        return circle.place((circle.at_or_after(hash) + attempt) % circle.size());
    }
};

/// Envoy: hosts in the order given, which decides how points are rounded. No hosts, no points. Throws RingError:
/// min_size above max_size, or either is 0.
RingHash envoy_ring_hash(std::span<const EnvoyHost> hosts, RingHashBounds bounds, RingHashFunction function);

/// gRPC: hosts in order of their keys; XXH64.
RingHash grpc_ring_hash(std::span<const EnvoyHost> hosts, RingHashBounds bounds);

}  // namespace orrery::models
