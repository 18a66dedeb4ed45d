#include "models/replication/raft/print.hpp"

#include <fmt/core.h>

#include "sim/base/check.hpp"

namespace orrery::models {

namespace {

std::string name(std::optional<ProcessId> process) {
    return process ? fmt::format("{}", process->value) : "none";
}

template <class At>
std::string list(std::uint64_t count, At at) {
    std::string out = "[";
    for (std::uint64_t i = 0; i < count; ++i) out += (i == 0 ? "" : " ") + to_string(at(i));
    return out + "]";
}

std::string words(const RequestVote& message) {
    return fmt::format("RequestVote term={} last={}@{}", message.term, message.last_log_index, message.last_log_term);
}

std::string words(const RequestVoteReply& message) {
    return fmt::format("RequestVoteReply term={} {}", message.term,
                       message.vote == Vote::granted ? "granted" : "refused");
}

std::string words(const AppendEntries& message) {
    return fmt::format("AppendEntries term={} prev={}@{} commit={} entries={}", message.term, message.prev_log_index,
                       message.prev_log_term, message.leader_commit,
                       list(message.entries.size(), [&](std::uint64_t i) { return message.entries[i]; }));
}

std::string words(const Accepted& accepted) {
    return fmt::format("accepted match={}", accepted.match_index);
}

std::string words(const Rejected& rejected) {
    return fmt::format("rejected prev={} conflict={}@{}", rejected.prev_log_index, rejected.conflict_index,
                       rejected.conflict_term);
}

std::string words(const AppendEntriesReply& message) {
    return fmt::format("AppendEntriesReply term={} {}", message.term,
                       std::visit([](const auto& verdict) { return words(verdict); }, message.verdict));
}

}  // namespace

std::string_view to_string(RaftRole role) {
    switch (role) {
        case RaftRole::follower:
            return "follower";
        case RaftRole::candidate:
            return "candidate";
        case RaftRole::leader:
            return "leader";
    }
    ORRERY_CHECK(false, "a Raft role is one of three");
}

std::string_view to_string(CommandOutcome outcome) {
    switch (outcome) {
        case CommandOutcome::committed:
            return "committed";
        case CommandOutcome::not_leader:
            return "not_leader";
        case CommandOutcome::leadership_lost:
            return "leadership_lost";
    }
    ORRERY_CHECK(false, "a command has one of three outcomes");
}

std::string to_string(const Payload& payload) {
    return payload.bytes() ? fmt::format("\"{}\"", *payload.bytes()) : fmt::format("{}B", payload.size());
}

std::string to_string(const RaftEntry& entry) {
    const auto* command = std::get_if<Command>(&entry.content);
    return fmt::format("{}:{}", entry.term, command ? to_string(command->payload) : "noop");
}

std::string to_string(const HardState& hard_state) {
    return fmt::format("term={} vote={}", hard_state.current_term, name(hard_state.voted_for));
}

std::string to_string(const RaftMessage& message) {
    return std::visit([](const auto& alternative) { return words(alternative); }, message);
}

std::string to_string(const CommandResult& result) {
    return fmt::format("{} index={} term={} leader={}", to_string(result.outcome), result.index, result.term,
                       name(result.leader));
}

std::string to_string(const Raft& server) {
    const auto& log = server.log();
    return fmt::format("{} {} term={} vote={} leader={} log={} durable={} commit={}", server.self().value,
                       to_string(server.role()), server.current_term(), name(server.voted_for()), name(server.leader()),
                       list(log.last_index(), [&](std::uint64_t i) { return log.entry(i + 1); }),
                       server.durable_index(), server.commit_index());
}

}  // namespace orrery::models
