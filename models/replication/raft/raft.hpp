/// Raft: a replicated log that agrees while a majority of its servers can talk.
///
/// Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm (Extended Version)",
/// 2014; sections in parentheses. A server is a value under the contract of sim/base/contract.hpp:
///
///     follower  --election timeout-->  candidate  --votes of a majority-->  leader
///         ^                               |                                   |
///         +------ a leader or a newer term appears ------- a newer term ------+
///
/// Storage. Entry i is record i-1 of log 0; HardState is cell 0. Writes are synced by the end of the
/// step; every answer, and every request for a vote, is held until all writes so far are durable
/// (Figure 2, "updated on stable storage before responding"). A leader sends entries while its own
/// disk is still writing them, and counts itself only up to what is durable; it may thus commit an
/// entry that is on the disks of a majority and not yet on its own.
///
/// Requests. A follower or candidate answers `not_leader` at once. A leader answers `committed` when
/// it has applied the command. A leader that steps down answers `leadership_lost` for every command
/// it has not seen committed, since a later leader may still commit it: even an entry that has been
/// overwritten here can survive elsewhere and win (Figure 8). A crash answers nothing. A client that
/// retries therefore needs the session numbers of section 8, which are the state machine's business.
///
/// Traffic. One batch per follower is on its way at a time; what arrives meanwhile forms the next one.
/// A heartbeat carries whatever is not acknowledged, and so repeats what was lost.
///
/// Clock. The election timer moves at every message of the leader; instead of moving the armed timer,
/// the server keeps a deadline on its own clock and arms again when the timer comes too early. The
/// candidacy comes at the same instant, for a fraction of the timer operations.
///
/// Not here: pre-vote, snapshots, membership changes, linearizable reads, pipelining.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "models/replication/log_port.hpp"
#include "models/replication/raft/config.hpp"
#include "models/replication/raft/log.hpp"
#include "models/replication/raft/messages.hpp"
#include "models/replication/raft/metrics.hpp"
#include "sim/base/contract.hpp"

namespace orrery::models {

enum class RaftRole : std::uint8_t { follower, candidate, leader };

class Raft {
public:
    using Message = RaftMessage;
    using Operation = Command;
    using Result = CommandResult;
    using Record = RaftEntry;
    using Cell = HardState;

    static constexpr TimerId election_timer{0};
    static constexpr TimerId heartbeat_timer{1};
    static constexpr LogId entry_log{0};
    static constexpr CellId hard_state_cell{0};

    /// Breaks an invariant unless `problems(config)` is empty.
    explicit Raft(RaftConfig config);

    /// Messages of processes outside `config.servers` are ignored. Amortised constant time, plus the
    /// entries carried, plus the number of servers where a message goes to all.
    void step(Env& env, const Input<Raft>& input, Outbox<Raft>& outbox);

    const RaftConfig& config() const { return config_; }
    /// Of a server that has started or recovered.
    ProcessId self() const { return config_.servers[self_slot_]; }
    RaftRole role() const { return role_; }
    Term current_term() const { return hard_state_.current_term; }
    std::optional<ProcessId> voted_for() const { return hard_state_.voted_for; }
    /// Who leads the current term, if this server knows.
    std::optional<ProcessId> leader() const;
    const RaftLog& log() const { return log_; }
    LogIndex durable_index() const { return durability_.durable_index(); }
    LogIndex commit_index() const { return commit_index_; }
    LogIndex last_applied() const { return last_applied_; }
    /// The state machine: a rolling hash of all applied entries, in order.
    std::uint64_t state_hash() const { return state_hash_; }

    friend bool operator==(const Raft&, const Raft&) = default;

private:
    using Slot = std::size_t;  ///< a place in config_.servers

    /// The way out of one step.
    struct Turn {
        Env& env;
        Outbox<Raft>& outbox;
    };

    /// What a leader knows of a server (Figure 2, "Volatile state on leaders").
    struct Progress {
        LogIndex next_index = 1;
        LogIndex match_index = 0;
        LogIndex sent_index = 0;  ///< entries up to here are on their way if this is above match_index
        friend bool operator==(const Progress&, const Progress&) = default;
    };

    struct PendingRequest {
        LogIndex index = 0;
        RequestId request;
        friend bool operator==(const PendingRequest&, const PendingRequest&) = default;
    };

    enum class Sending : std::uint8_t { new_entries, heartbeat };

    // raft.cpp: life, terms, timers, storage
    void join(Turn turn);
    void restore(const StorageView<Raft>& storage, Turn turn);
    void receive(ProcessId from, const RaftMessage& message, Turn turn);
    void expire(TimerId timer, Turn turn);
    void persisted(Ticket ticket, Turn turn);
    void adopt(Term term, Turn turn);
    void become_follower(Turn turn);
    void draw_election_timeout(Turn turn);
    void restart_election_timer(Turn turn);
    void store(HardState hard_state, Turn turn);
    After durable(Turn turn);
    std::optional<Slot> slot_of(ProcessId process) const;
    std::size_t majority() const { return config_.servers.size() / 2 + 1; }
    void apply_up_to(LogIndex commit_index);

    // election.cpp (5.2, 5.4.1)
    void start_election(Turn turn);
    void handle(Slot from, const RequestVote& message, Turn turn);
    void handle(Slot from, const RequestVoteReply& message, Turn turn);
    void count_vote(Slot from, Turn turn);
    void become_leader(Turn turn);

    // follower.cpp (5.3)
    void handle(Slot from, const AppendEntries& message, Turn turn);
    Rejected rejection(LogIndex prev_log_index) const;
    bool append_missing(const AppendEntries& message, Turn turn);

    // leader.cpp (5.3, 5.4.2, 8)
    void request(RequestId id, const Command& command, Turn turn);
    void append_own(RaftEntry entry, Turn turn);
    void replicate(Sending sending, Turn turn);
    void send_entries(Slot to, const EntryBatch& entries, Turn turn);
    void handle(Slot from, const AppendEntriesReply& message, Turn turn);
    void back_up(Progress& progress, const Rejected& rejected) const;
    void advance_commit_index(Turn turn);
    void give_up_requests(Turn turn);

    RaftConfig config_;
    Slot self_slot_ = 0;
    RaftRole role_ = RaftRole::follower;
    std::optional<Slot> leader_;

    HardState hard_state_;
    RaftLog log_;
    Durability durability_;
    enum class Writes : std::uint8_t { synced, unsynced } writes_ = Writes::synced;

    LogIndex commit_index_ = 0;
    LogIndex last_applied_ = 0;
    std::uint64_t state_hash_ = 0;

    Duration election_timeout_{};
    Time election_deadline_{};
    std::optional<Time> election_expiry_;  ///< when the armed timer comes; nothing while it is not armed

    std::optional<Ticket> own_vote_;  ///< a candidate's vote for itself counts when this is durable
    std::vector<Slot> votes_;         ///< who granted, each once

    std::vector<Progress> progress_;       ///< by slot; a leader's
    std::deque<PendingRequest> pending_;   ///< indices rise; a leader's
    std::vector<LogIndex> match_scratch_;  ///< kept for its memory; holds nothing between steps
};

static_assert(Protocol<Raft>);

}  // namespace orrery::models
