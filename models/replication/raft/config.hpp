/// What a Raft server is told before it starts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace orrery::models {

struct RaftConfig {
    /// All servers, the hosting process among them, each once. The same list everywhere.
    std::vector<ProcessId> servers;
    /// An election timeout is drawn uniformly from [low, high], anew for each election (5.2). Safe with
    /// any value; live where broadcast time << timeout << time between failures (5.6).
    Duration election_timeout_low = std::chrono::milliseconds(150);
    Duration election_timeout_high = std::chrono::milliseconds(300);
    /// Nothing: half of election_timeout_low, so that one lost heartbeat starts no election.
    std::optional<Duration> heartbeat_interval;
    /// Entries that one AppendEntries carries at most.
    std::uint32_t entries_per_message_max = 64;

    Duration heartbeat() const { return heartbeat_interval.value_or(election_timeout_low / 2); }

    friend bool operator==(const RaftConfig&, const RaftConfig&) = default;
};

/// Everything that is wrong with `config`, one line each: what was found, what is allowed. Empty if it
/// can be used.
std::vector<std::string> problems(const RaftConfig& config);

}  // namespace orrery::models
