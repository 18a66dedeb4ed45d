/// Leader election (5.2) and its restriction (5.4.1).
#include <algorithm>

#include "models/replication/raft/raft.hpp"

namespace orrery::models {

void Raft::start_election(Turn turn) {
    role_ = RaftRole::candidate;
    leader_.reset();
    votes_.clear();
    store({.current_term = current_term() + 1, .voted_for = self()}, turn);
    turn.outbox.note(metric_id(RaftMetric::became_candidate), static_cast<std::int64_t>(current_term()));
    draw_election_timeout(turn);
    restart_election_timer(turn);

    // Were the term lost in a crash, the server could stand in it twice and count votes of the first
    // time for the second; so nobody hears of the candidacy, itself included, before it is durable.
    const After after = durable(turn);
    own_vote_ = after;
    const RequestVote message{
        .term = current_term(), .last_log_index = log_.last_index(), .last_log_term = log_.last_term()};
    for (Slot slot = 0; slot < config_.servers.size(); ++slot)
        if (slot != self_slot_) turn.outbox.send(config_.servers[slot], message, after);
}

void Raft::handle(Slot from, const RequestVote& message, Turn turn) {
    const ProcessId candidate = config_.servers[from];
    // A candidate and a leader have voted for themselves, so their role need not be asked.
    const bool free = message.term == current_term() && (!voted_for() || voted_for() == candidate);
    const LogPosition last{.index = message.last_log_index, .term = message.last_log_term};
    auto vote = Vote::refused;
    if (free && at_least_as_up_to_date(last, log_.last())) {
        vote = Vote::granted;
        if (!voted_for()) store({.current_term = current_term(), .voted_for = candidate}, turn);
        restart_election_timer(turn);
    }
    turn.outbox.send(candidate, RequestVoteReply{.term = current_term(), .vote = vote}, durable(turn));
}

void Raft::handle(Slot from, const RequestVoteReply& message, Turn turn) {
    if (role_ != RaftRole::candidate || message.term != current_term() || message.vote != Vote::granted) return;
    count_vote(from, turn);
}

void Raft::count_vote(Slot from, Turn turn) {
    // A doubled reply is one vote.
    if (std::find(votes_.begin(), votes_.end(), from) != votes_.end()) return;
    votes_.push_back(from);
    if (votes_.size() >= majority()) become_leader(turn);
}

void Raft::become_leader(Turn turn) {
    role_ = RaftRole::leader;
    leader_ = self_slot_;
    own_vote_.reset();
    turn.outbox.note(metric_id(RaftMetric::became_leader), static_cast<std::int64_t>(current_term()));
    turn.outbox.disarm(election_timer);
    election_expiry_.reset();
    turn.outbox.arm(heartbeat_timer, config_.heartbeat());

    const LogIndex last = log_.last_index();
    progress_.assign(config_.servers.size(), Progress{.next_index = last + 1});
    progress_[self_slot_].match_index = durability_.durable_index();
    // The blank entry tells the followers who leads, and once committed it commits what earlier terms
    // left, which counting alone must not do (5.4.2, 8).
    append_own({.term = current_term(), .content = NoOperation{}}, turn);
    replicate(Sending::heartbeat, turn);
}

}  // namespace orrery::models
