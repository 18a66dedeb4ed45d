#include "models/hashing/rings/envoy_weights.hpp"

namespace orrery::models {

std::vector<double> envoy_shares(std::span<const EnvoyHost> hosts) {
    double sum = 0;
    for (const EnvoyHost& host : hosts) sum += host.weight;
    std::vector<double> shares;
    shares.reserve(hosts.size());
    for (const EnvoyHost& host : hosts) shares.push_back(host.weight / sum);
    return shares;
}

std::vector<EnvoyHost> envoy_hosts(std::span<const Member> list) {
    std::vector<EnvoyHost> hosts;
    hosts.reserve(list.size());
    for (const Member& member : list) hosts.push_back({member.name, member.weight});
    return hosts;
}

}  // namespace orrery::models
