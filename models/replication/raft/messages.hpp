/// Raft's messages (Figure 2): two remote procedure calls, as four messages.
///
/// Names are the paper's. Two things differ, because a message may be lost, doubled or overtaken while
/// the paper's calls pair each answer with its question:
/// - candidateId and leaderId are the sender, which the driver passes along;
/// - an answer says itself what it answers: up to where the logs agree, or which probe was refused.
#pragma once

#include <cstdint>
#include <variant>

#include "models/replication/raft/entry.hpp"

namespace orrery::models {

/// A candidate asks for a vote (5.2).
struct RequestVote {
    Term term = 0;
    LogIndex last_log_index = 0;  ///< of the candidate's log (5.4.1)
    Term last_log_term = 0;

    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.term), field(self.last_log_index), field(self.last_log_term);
    }
    friend bool operator==(const RequestVote&, const RequestVote&) = default;
};

enum class Vote : std::uint8_t { refused, granted };

struct RequestVoteReply {
    Term term = 0;
    Vote vote = Vote::refused;

    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.term), field(self.vote);
    }
    friend bool operator==(const RequestVoteReply&, const RequestVoteReply&) = default;
};

/// A leader replicates entries; without entries it is a heartbeat (5.3).
struct AppendEntries {
    Term term = 0;
    LogIndex prev_log_index = 0;  ///< of the entry right before `entries`
    Term prev_log_term = 0;
    LogIndex leader_commit = 0;
    EntryBatch entries;

    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.term), field(self.prev_log_index), field(self.prev_log_term);
        field(self.leader_commit), field(self.entries);
    }
    friend bool operator==(const AppendEntries&, const AppendEntries&) = default;
};

/// The follower's log equals the leader's up to `match_index`, durably.
struct Accepted {
    LogIndex match_index = 0;

    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.match_index);
    }
    friend bool operator==(const Accepted&, const Accepted&) = default;
};

/// The follower has no entry like the one at `prev_log_index`. The rest lets the leader skip a whole
/// term at once (5.3, last paragraph but one).
struct Rejected {
    LogIndex prev_log_index = 0;  ///< of the refused message
    Term conflict_term = 0;       ///< of the follower's entry there; zero if its log is shorter
    LogIndex conflict_index = 0;  ///< the first that the follower has of that term; or its log's end + 1

    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.prev_log_index), field(self.conflict_term), field(self.conflict_index);
    }
    friend bool operator==(const Rejected&, const Rejected&) = default;
};

struct AppendEntriesReply {
    Term term = 0;
    std::variant<Accepted, Rejected> verdict;

    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.term), field(self.verdict);
    }
    friend bool operator==(const AppendEntriesReply&, const AppendEntriesReply&) = default;
};

using RaftMessage = std::variant<RequestVote, RequestVoteReply, AppendEntries, AppendEntriesReply>;

}  // namespace orrery::models
