/// Hosts as Envoy's hashing load balancers see them: a key to hash, and a share of the whole.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/hashing/ring.hpp"

namespace orrery::models {

struct EnvoyHost {
    std::string_view key;  ///< the address "host:port", or the hostname where the cluster says so; not empty
    double weight = 1;     ///< Envoy's are whole numbers; positive
};

/// Shares of the hosts, each weight over their sum, as doubles and in that order of operations.
std::vector<double> envoy_shares(std::span<const EnvoyHost> hosts);

/// Members as hosts: their names are the keys.
std::vector<EnvoyHost> envoy_hosts(std::span<const Member> list);

}  // namespace orrery::models
