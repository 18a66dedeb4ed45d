#include "models/replication/raft/raft.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/base/wire.hpp"

namespace orrery::models {

namespace {

RaftConfig checked(RaftConfig config) {
    const auto wrong = problems(config);
    ORRERY_CHECK(wrong.empty(), "a Raft server needs a configuration without problems: " + wrong.front());
    return config;
}

}  // namespace

Raft::Raft(RaftConfig config) : config_(checked(std::move(config))) {}

std::optional<ProcessId> Raft::leader() const {
    if (!leader_) return std::nullopt;
    return config_.servers[*leader_];
}

void Raft::step(Env& env, const Input<Raft>& input, Outbox<Raft>& outbox) {
    const Turn turn{env, outbox};
    std::visit(Overloaded{
                   [&](Start) { join(turn); },
                   [&](const Recover<Raft>& recover) { restore(recover.storage, turn); },
                   [&](const Receive<Raft>& receipt) { receive(receipt.from, receipt.message, turn); },
                   [&](Expire expired) { expire(expired.timer, turn); },
                   [&](Persisted done) { persisted(done.ticket, turn); },
                   [&](Worked) {},
                   [&](const Request<Raft>& asked) { request(asked.id, asked.operation, turn); },
               },
               input);
    // A leader's own entries end up here: their messages have left already, the disk works in parallel.
    if (writes_ == Writes::unsynced) durable(turn);
}

void Raft::join(Turn turn) {
    const auto slot = slot_of(turn.env.self);
    ORRERY_CHECK(slot.has_value(), "a Raft server must be one of its configuration's servers");
    self_slot_ = *slot;
    draw_election_timeout(turn);
    restart_election_timer(turn);
}

void Raft::restore(const StorageView<Raft>& storage, Turn turn) {
    if (const HardState* hard_state = storage.cell(hard_state_cell)) hard_state_ = *hard_state;
    const auto count = storage.log_size(entry_log);
    for (std::uint64_t i = 0; i < count; ++i) log_.append(storage.record(entry_log, i));
    // A torn record was never acknowledged, so nobody counts on it.
    if (storage.torn(entry_log)) turn.outbox.truncate(entry_log, count);
    // After a crash of the process alone, what was read may be in the page cache only. Until a sync
    // says otherwise nothing of it is durable, and no answer may rest on it.
    writes_ = Writes::unsynced;
    join(turn);
}

void Raft::receive(ProcessId from, const RaftMessage& message, Turn turn) {
    const auto slot = slot_of(from);
    if (!slot || *slot == self_slot_) return;
    std::visit(
        [&](const auto& received) {
            if (received.term > current_term()) adopt(received.term, turn);
            handle(*slot, received, turn);
        },
        message);
}

void Raft::expire(TimerId timer, Turn turn) {
    if (timer == heartbeat_timer && role_ == RaftRole::leader) {
        replicate(Sending::heartbeat, turn);
        turn.outbox.arm(heartbeat_timer, config_.heartbeat());
    } else if (timer == election_timer && role_ != RaftRole::leader) {
        election_expiry_.reset();
        if (turn.env.now >= election_deadline_) {
            start_election(turn);
        } else {
            election_expiry_ = election_deadline_;
            turn.outbox.arm(election_timer, election_deadline_ - turn.env.now);
        }
    }
}

void Raft::persisted(Ticket ticket, Turn turn) {
    durability_.persisted(ticket);
    if (role_ == RaftRole::candidate && own_vote_ && ticket >= *own_vote_) {
        own_vote_.reset();
        count_vote(self_slot_, turn);
    } else if (role_ == RaftRole::leader) {
        progress_[self_slot_].match_index = durability_.durable_index();
        advance_commit_index(turn);
    }
}

/// "If RPC request or response contains term T > currentTerm: set currentTerm = T, convert to follower"
void Raft::adopt(Term term, Turn turn) {
    if (role_ == RaftRole::leader)
        turn.outbox.note(metric_id(RaftMetric::stepped_down), static_cast<std::int64_t>(term));
    store({.current_term = term, .voted_for = {}}, turn);
    leader_.reset();
    draw_election_timeout(turn);
    become_follower(turn);
}

/// Leaves a running election timer alone: a candidate with a stale log, who can win no vote, must not
/// keep the others from standing (Rules for followers: only a leader or a granted vote restart it).
void Raft::become_follower(Turn turn) {
    const auto before = role_;
    role_ = RaftRole::follower;
    own_vote_.reset();
    if (before != RaftRole::leader) return;
    turn.outbox.disarm(heartbeat_timer);
    restart_election_timer(turn);
    give_up_requests(turn);
}

void Raft::draw_election_timeout(Turn turn) {
    const auto low = config_.election_timeout_low;
    const auto span = static_cast<std::uint64_t>((config_.election_timeout_high - low).count());
    election_timeout_ = low + Duration(static_cast<std::int64_t>(turn.env.random.below(span + 1)));
}

void Raft::restart_election_timer(Turn turn) {
    election_deadline_ = saturating_add(turn.env.now, election_timeout_);
    if (election_expiry_ && *election_expiry_ <= election_deadline_) return;
    election_expiry_ = election_deadline_;
    turn.outbox.arm(election_timer, election_timeout_);
}

void Raft::store(HardState hard_state, Turn turn) {
    hard_state_ = hard_state;
    turn.outbox.put(hard_state_cell, hard_state);
    writes_ = Writes::unsynced;
}

/// What an output waits for so that everything written before it is durable.
After Raft::durable(Turn turn) {
    if (writes_ == Writes::unsynced) {
        durability_.syncing(turn.outbox.sync(), log_.last_index());
        writes_ = Writes::synced;
    }
    return durability_.outstanding();
}

std::optional<Raft::Slot> Raft::slot_of(ProcessId process) const {
    for (Slot slot = 0; slot < config_.servers.size(); ++slot)
        if (config_.servers[slot] == process) return slot;
    return std::nullopt;
}

/// "If commitIndex > lastApplied: increment lastApplied, apply log[lastApplied] to state machine" (5.3)
void Raft::apply_up_to(LogIndex commit_index) {
    commit_index_ = commit_index;
    while (last_applied_ < commit_index_) state_hash_ = fold(state_hash_, log_.entry(++last_applied_));
}

}  // namespace orrery::models
