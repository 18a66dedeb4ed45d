/// The sending end of log replication (5.3), commitment (5.4.2) and clients (8).
#include <algorithm>
#include <functional>

#include "models/replication/raft/raft.hpp"

namespace orrery::models {

void Raft::request(RequestId id, const Command& command, Turn turn) {
    if (role_ != RaftRole::leader) {
        const CommandResult result{
            .outcome = CommandOutcome::not_leader, .index = 0, .term = current_term(), .leader = leader()};
        turn.outbox.reply(id, result);
        return;
    }
    append_own({.term = current_term(), .content = command}, turn);
    pending_.push_back({.index = log_.last_index(), .request = id});
    replicate(Sending::new_entries, turn);
}

void Raft::append_own(RaftEntry entry, Turn turn) {
    turn.outbox.append(entry_log, entry);
    log_.append(std::move(entry));
    writes_ = Writes::unsynced;
}

/// Sends what each follower lacks: to all of them as a heartbeat, else to those that wait for nothing.
/// Followers at the same place share one batch.
void Raft::replicate(Sending sending, Turn turn) {
    EntryBatch batch;
    LogIndex batch_from = 0;
    for (Slot slot = 0; slot < config_.servers.size(); ++slot) {
        const auto& progress = progress_[slot];
        if (slot == self_slot_) continue;
        const bool idle = progress.sent_index <= progress.match_index;
        if (sending == Sending::new_entries && (!idle || progress.next_index > log_.last_index())) continue;
        if (batch_from != progress.next_index) {
            batch_from = progress.next_index;
            batch = log_.batch(batch_from, config_.entries_per_message_max);
        }
        send_entries(slot, batch, turn);
    }
}

void Raft::send_entries(Slot to, const EntryBatch& entries, Turn turn) {
    auto& progress = progress_[to];
    const LogIndex prev = progress.next_index - 1;
    progress.sent_index = prev + entries.size();
    turn.outbox.send(config_.servers[to], AppendEntries{.term = current_term(),
                                                        .prev_log_index = prev,
                                                        .prev_log_term = log_.term_at(prev),
                                                        .leader_commit = commit_index_,
                                                        .entries = entries});
}

void Raft::handle(Slot from, const AppendEntriesReply& message, Turn turn) {
    if (role_ != RaftRole::leader || message.term != current_term()) return;
    auto& progress = progress_[from];
    if (const auto* accepted = std::get_if<Accepted>(&message.verdict)) {
        if (accepted->match_index <= progress.match_index || accepted->match_index > log_.last_index()) return;
        progress.match_index = accepted->match_index;
        progress.next_index = std::max(progress.next_index, progress.match_index + 1);
        advance_commit_index(turn);
    } else {
        const auto& rejected = std::get<Rejected>(message.verdict);
        // A late refusal: the leader has moved on since, or has learned better.
        if (rejected.prev_log_index != progress.next_index - 1 || rejected.prev_log_index <= progress.match_index)
            return;
        back_up(progress, rejected);
    }
    const bool idle = progress.sent_index <= progress.match_index;
    if (idle && progress.next_index <= log_.last_index())
        send_entries(from, log_.batch(progress.next_index, config_.entries_per_message_max), turn);
}

/// One refusal a term instead of one an entry (5.3). If the leader has entries of the follower's term,
/// the logs may agree up to the last of them; else nothing of that term can stay.
void Raft::back_up(Progress& progress, const Rejected& rejected) const {
    const LogIndex refused = rejected.prev_log_index;
    LogIndex next = rejected.conflict_index;
    if (rejected.conflict_term != 0)
        if (const auto shared = log_.last_index_of_term(rejected.conflict_term, refused)) next = *shared + 1;
    progress.next_index = std::clamp(next, progress.match_index + 1, refused);
    progress.sent_index = progress.match_index;
}

/// The highest index that a majority has, provided its entry is of the current term: an older entry on
/// a majority may still be overwritten (5.4.2, Figure 8) and commits only along with a newer one.
void Raft::advance_commit_index(Turn turn) {
    match_scratch_.clear();
    for (const auto& progress : progress_) match_scratch_.push_back(progress.match_index);
    const auto middle = match_scratch_.begin() + static_cast<std::ptrdiff_t>(majority() - 1);
    std::nth_element(match_scratch_.begin(), middle, match_scratch_.end(), std::greater<>());
    const LogIndex agreed = *middle;
    match_scratch_.clear();
    if (agreed <= commit_index_ || log_.term_at(agreed) != current_term()) return;

    apply_up_to(agreed);
    turn.outbox.note(metric_id(RaftMetric::committed), static_cast<std::int64_t>(agreed));
    while (!pending_.empty() && pending_.front().index <= last_applied_) {
        const auto [index, id] = pending_.front();
        pending_.pop_front();
        const CommandResult result{
            .outcome = CommandOutcome::committed, .index = index, .term = current_term(), .leader = leader()};
        turn.outbox.reply(id, result);
    }
}

void Raft::give_up_requests(Turn turn) {
    for (const auto& [index, id] : pending_) {
        const CommandResult result{
            .outcome = CommandOutcome::leadership_lost, .index = index, .term = current_term(), .leader = leader()};
        turn.outbox.reply(id, result);
    }
    pending_.clear();
}

}  // namespace orrery::models
