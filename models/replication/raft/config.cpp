#include "models/replication/raft/config.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace orrery::models {

std::vector<std::string> problems(const RaftConfig& config) {
    std::vector<std::string> found;
    if (config.servers.empty()) found.push_back("servers: none given; at least 1 is needed");
    auto sorted = config.servers;
    std::sort(sorted.begin(), sorted.end());
    const auto twin = std::adjacent_find(sorted.begin(), sorted.end());
    if (twin != sorted.end())
        found.push_back(fmt::format("servers: {} is given twice; each may stand once", twin->value));

    const auto low = config.election_timeout_low.count();
    const auto high = config.election_timeout_high.count();
    if (low < 2) found.push_back(fmt::format("election_timeout_low: {} ns; at least 2 ns", low));
    if (high < low)
        found.push_back(fmt::format("election_timeout_high: {} ns; at least election_timeout_low, {} ns", high, low));
    const auto heartbeat = config.heartbeat().count();
    if (heartbeat < 1 || heartbeat >= low)
        found.push_back(fmt::format("heartbeat_interval: {} ns; at least 1 ns and below election_timeout_low, {} ns",
                                    heartbeat, low));
    if (config.entries_per_message_max < 1) found.push_back("entries_per_message_max: 0; at least 1");
    return found;
}

}  // namespace orrery::models
