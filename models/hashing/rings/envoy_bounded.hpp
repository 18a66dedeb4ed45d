/// Envoy's hash_balance_factor (main at 0b83af5, BoundedLoadHashingLoadBalancer): bounded loads over a hashing load
/// balancer.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace orrery::models {

/// Active requests over the slots of a host: slots = max(1, ceil((((active of all + 1) * factor + 99) / 100) * share)),
/// the inner division of 32-bit integers, the product in double. Above 1 the host is overloaded; at 1 it still takes
/// one more.
double envoy_overload(std::uint32_t active, std::uint32_t active_of_all, std::uint32_t factor, double share);

/// Which host takes a request that hashing sent to `hashed`. That one if it is not overloaded; else the first of a
/// permutation that is not, else the least overloaded, the earliest of equals. The permutation is drawn by MT19937
/// seeded with the lower 32 bits of the key's hash: place i is swapped with i + x / (2^32 / (hosts - i)), drawn again
/// until that is a place. O(hosts).
class EnvoyBoundedLoad {
public:
    /// `shares` as envoy_shares gives them; `factor` in percent, 100 or more.
    EnvoyBoundedLoad(std::vector<double> shares, std::uint32_t factor) : shares_(std::move(shares)), factor_(factor) {}

    std::uint32_t choose(std::uint32_t hashed, std::uint64_t hash, std::span<const std::uint32_t> active,
                         std::uint32_t active_of_all) const;
    /// All hosts in order of preference: `hashed` and then the permutation, those that are not overloaded first, the
    /// others from the least overloaded on. The first is the chosen one. O(hosts log hosts).
    std::vector<std::uint32_t> preference(std::uint32_t hashed, std::uint64_t hash,
                                          std::span<const std::uint32_t> active, std::uint32_t active_of_all) const;
    double overload(std::uint32_t host, std::span<const std::uint32_t> active, std::uint32_t active_of_all) const {
        return envoy_overload(active[host], active_of_all, factor_, shares_[host]);
    }

private:
    std::vector<double> shares_;
    std::uint32_t factor_;
};

}  // namespace orrery::models
