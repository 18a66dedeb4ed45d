/// HAProxy 2.6.12, `balance` by a hash: `hash-type consistent` with its bounded loads, and `hash-type map-based`.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/hashing/rings/circle.hpp"

namespace orrery::models {

/// The hash of a key as `hash-type METHOD [FUNCTION [avalanche]]` has it. If no function is named it is sdbm, and under
/// the method `consistent` its result goes through the avalanche; a function that is named, sdbm too, is taken without
/// unless `avalanche` stands behind it.
enum class HaproxyFunction : std::uint8_t { unnamed, sdbm, djb2, wt6, crc32 };
enum class HaproxyMethod : std::uint8_t { consistent, map_based };
enum class HaproxyAvalanche : std::uint8_t { as_named, on };

struct HaproxyHashType {
    HaproxyMethod method = HaproxyMethod::consistent;
    HaproxyFunction function = HaproxyFunction::unnamed;
    HaproxyAvalanche avalanche = HaproxyAvalanche::as_named;
};

std::uint32_t haproxy_hash(Key key, HaproxyHashType type);

struct HaproxyServer {
    std::uint32_t id = 1;      ///< the server's id; they are numbered from 1 where the configuration gives none
    std::uint32_t weight = 1;  ///< from 1 to 256
};

/// The tree of `consistent`: a server has weight * 16 nodes, the j-th at full_hash(id * 4096 + j); names do not matter.
Circle<std::uint32_t> haproxy_circle(std::span<const HaproxyServer> servers);

/// Index of the node for `hash`: the nearer one of the first at `hash` or after it and the one before that; the latter
/// if both are as near.
std::size_t haproxy_node(const Circle<std::uint32_t>& circle, std::uint32_t hash);

/// `hash-balance-factor`: whether a server may take one more request. Slots for all are ((served + 1) * factor + 99) /
/// 100; each server has its weight's whole part of them, and the rest is spread along cumulative weights; at least 1.
/// Numbers are of 32 bits, and wrap.
class HaproxyBalance {
public:
    HaproxyBalance() = default;
    HaproxyBalance(std::span<const HaproxyServer> servers, std::uint32_t factor);
    /// `served` of the server at `place`, and of all together.
    bool eligible(std::uint32_t place, std::uint32_t served, std::uint32_t served_by_all) const;

private:
    struct Share {
        std::uint32_t weight = 0;
        std::uint32_t weight_before = 0;
    };
    std::vector<Share> shares_;
    std::uint32_t weight_of_all_ = 0;
    std::uint32_t factor_ = 0;
};

/// The map of `map-based`, entries are places: weights over their greatest common divisor, one entry a unit, by a pass
/// that gives each entry to the first server with the largest (score + sum) / sum, as an integer. The entry of a key is
/// its hash mod the map's size. O(sum * servers).
std::vector<std::uint32_t> haproxy_map(std::span<const std::uint32_t> weights);

}  // namespace orrery::models
