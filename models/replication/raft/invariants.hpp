/// What Raft promises at all times (Figure 3), as checks from outside.
///
/// `violations` looks at servers as they stand. Some promises span time (a leader of term 3 has gone
/// when that of term 4 rises): for those a `RaftHistory` watches a run, one observation after each step
/// of a server. Both answer with one line for each broken promise, named as in Figure 3, and never throw.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "models/replication/raft/raft.hpp"

namespace orrery::models {

/// Election Safety, Log Matching and State Machine Safety among `servers` right now. Linear in the
/// lengths of all logs, for each pair.
std::vector<std::string> violations(std::span<const Raft* const> servers);

/// All five promises over a whole run. It keeps what it saw, so it grows with the logs, not with time.
class RaftHistory {
public:
    /// `server` as it is after a step, a restart included. Linear in the length of its log.
    std::vector<std::string> observe(const Raft& server);

private:
    /// Stands for a whole prefix of a log: hash of all its entries in order.
    using Prefix = std::uint64_t;

    struct Leadership {
        ProcessId leader;
        std::vector<Prefix> prefixes;  ///< of its log when last seen
    };
    struct Committed {
        Prefix prefix = 0;
        Term seen_in = 0;  ///< the term of the server that first reported it
    };

    void check_election(const Raft& server, std::vector<std::string>& found);
    void check_append_only(const Raft& server, const std::vector<Prefix>& prefixes, std::vector<std::string>& found);
    void check_log_matching(const Raft& server, const std::vector<Prefix>& prefixes, std::vector<std::string>& found);
    void check_state_machine(const Raft& server, const std::vector<Prefix>& prefixes, std::vector<std::string>& found);
    void check_completeness(const Raft& server, const std::vector<Prefix>& prefixes, std::vector<std::string>& found);

    std::map<Term, Leadership> leaders_;
    std::vector<std::map<Term, Prefix>> logs_;  ///< by index - 1: what precedes and includes that entry
    std::vector<Committed> committed_;          ///< by index - 1
};

}  // namespace orrery::models
