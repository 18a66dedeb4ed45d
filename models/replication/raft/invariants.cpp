#include "models/replication/raft/invariants.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "sim/base/wire.hpp"

namespace orrery::models {

namespace {

void compare(const Raft& left, const Raft& right, std::vector<std::string>& found) {
    const auto pair = fmt::format("servers {} and {}", left.self().value, right.self().value);
    if (left.role() == RaftRole::leader && right.role() == RaftRole::leader &&
        left.current_term() == right.current_term())
        found.push_back(fmt::format("Election Safety: {} both lead term {}", pair, left.current_term()));

    LogIndex equal = 0;  // the logs' longest common prefix
    const LogIndex shorter = std::min(left.log().last_index(), right.log().last_index());
    while (equal < shorter && left.log().entry(equal + 1) == right.log().entry(equal + 1)) ++equal;
    for (LogIndex index = equal + 1; index <= shorter; ++index)
        if (left.log().term_at(index) == right.log().term_at(index)) {
            found.push_back(fmt::format("Log Matching: {} share entry {}@{} but differ at {}", pair, index,
                                        left.log().term_at(index), equal + 1));
            break;
        }
    if (equal < std::min(left.last_applied(), right.last_applied()))
        found.push_back(fmt::format("State Machine Safety: {} applied different entries at {}", pair, equal + 1));
}

}  // namespace

std::vector<std::string> violations(std::span<const Raft* const> servers) {
    std::vector<std::string> found;
    for (std::size_t i = 0; i < servers.size(); ++i)
        for (std::size_t j = i + 1; j < servers.size(); ++j) compare(*servers[i], *servers[j], found);
    return found;
}

std::vector<std::string> RaftHistory::observe(const Raft& server) {
    std::vector<Prefix> prefixes;
    prefixes.reserve(server.log().last_index());
    Prefix prefix = 0;
    for (LogIndex index = 1; index <= server.log().last_index(); ++index)
        prefixes.push_back(prefix = fold(prefix, server.log().entry(index)));

    std::vector<std::string> found;
    check_election(server, found);
    check_append_only(server, prefixes, found);
    check_log_matching(server, prefixes, found);
    check_state_machine(server, prefixes, found);
    check_completeness(server, prefixes, found);
    return found;
}

/// "At most one leader can be elected in a given term." (5.2)
void RaftHistory::check_election(const Raft& server, std::vector<std::string>& found) {
    if (server.role() != RaftRole::leader) return;
    const auto [known, fresh] = leaders_.try_emplace(server.current_term(), Leadership{server.self(), {}});
    if (!fresh && known->second.leader != server.self())
        found.push_back(fmt::format("Election Safety: server {} leads term {}, which server {} has led",
                                    server.self().value, server.current_term(), known->second.leader.value));
}

/// "A leader never overwrites or deletes entries in its log; it only appends new entries." (5.3)
void RaftHistory::check_append_only(const Raft& server, const std::vector<Prefix>& prefixes,
                                    std::vector<std::string>& found) {
    if (server.role() != RaftRole::leader) return;
    auto& leadership = leaders_.at(server.current_term());
    if (leadership.leader != server.self()) return;
    const auto& before = leadership.prefixes;
    if (before.size() > prefixes.size() || !std::equal(before.begin(), before.end(), prefixes.begin()))
        found.push_back(fmt::format("Leader Append-Only: server {} changed entries of its log while it led term {}",
                                    server.self().value, server.current_term()));
    leadership.prefixes = prefixes;
}

/// "If two logs contain an entry with the same index and term, then the logs are identical in all
/// entries up through the given index." (5.3)
void RaftHistory::check_log_matching(const Raft& server, const std::vector<Prefix>& prefixes,
                                     std::vector<std::string>& found) {
    if (logs_.size() < prefixes.size()) logs_.resize(prefixes.size());
    for (std::size_t i = 0; i < prefixes.size(); ++i) {
        const Term term = server.log().term_at(i + 1);
        const auto known = logs_[i].try_emplace(term, prefixes[i]).first;
        if (known->second == prefixes[i]) continue;
        found.push_back(fmt::format("Log Matching: server {} has an entry {}@{} whose log differs from another's",
                                    server.self().value, i + 1, term));
        return;
    }
}

/// "If a server has applied a log entry at a given index to its state machine, no other server will
/// ever apply a different log entry for the same index." (5.4.3)
void RaftHistory::check_state_machine(const Raft& server, const std::vector<Prefix>& prefixes,
                                      std::vector<std::string>& found) {
    const auto applied = std::min<std::size_t>(server.last_applied(), prefixes.size());
    for (std::size_t i = 0; i < applied; ++i) {
        if (i == committed_.size()) committed_.push_back({prefixes[i], server.current_term()});
        if (committed_[i].prefix == prefixes[i]) continue;
        found.push_back(
            fmt::format("State Machine Safety: server {} applied an entry at {} that differs from another's",
                        server.self().value, i + 1));
        return;
    }
}

/// "If a log entry is committed in a given term, then that entry will be present in the logs of the
/// leaders for all higher-numbered terms." (5.4)
void RaftHistory::check_completeness(const Raft& server, const std::vector<Prefix>& prefixes,
                                     std::vector<std::string>& found) {
    if (server.role() != RaftRole::leader) return;
    for (std::size_t i = 0; i < committed_.size(); ++i) {
        if (committed_[i].seen_in >= server.current_term()) continue;
        if (i < prefixes.size() && prefixes[i] == committed_[i].prefix) continue;
        found.push_back(
            fmt::format("Leader Completeness: server {} leads term {} without entry {}, committed in term {}",
                        server.self().value, server.current_term(), i + 1, committed_[i].seen_in));
        return;
    }
}

}  // namespace orrery::models
