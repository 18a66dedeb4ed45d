/// The receiving end of log replication (5.3).
#include <algorithm>

#include "models/replication/raft/raft.hpp"

namespace orrery::models {

void Raft::handle(Slot from, const AppendEntries& message, Turn turn) {
    const ProcessId sender = config_.servers[from];
    if (message.term < current_term()) {
        const Rejected stale{.prev_log_index = message.prev_log_index};
        turn.outbox.send(sender, AppendEntriesReply{.term = current_term(), .verdict = stale}, durable(turn));
        return;
    }
    // Two leaders in one term: some disk has lost a vote that it had synced. There is no right answer.
    if (role_ == RaftRole::leader) return;
    become_follower(turn);
    leader_ = from;
    restart_election_timer(turn);

    const LogPosition prev{.index = message.prev_log_index, .term = message.prev_log_term};
    if (!log_.contains(prev)) {
        turn.outbox.send(sender, AppendEntriesReply{.term = current_term(), .verdict = rejection(prev.index)},
                         durable(turn));
        return;
    }
    if (!append_missing(message, turn)) return;
    const LogIndex match_index = prev.index + message.entries.size();
    turn.outbox.send(sender, AppendEntriesReply{.term = current_term(), .verdict = Accepted{match_index}},
                     durable(turn));
    // Only up to what this message proved equal: entries beyond it may still be overwritten.
    const LogIndex committed = std::min(message.leader_commit, match_index);
    if (committed > commit_index_) apply_up_to(committed);
}

Rejected Raft::rejection(LogIndex prev_log_index) const {
    if (prev_log_index > log_.last_index())
        return {.prev_log_index = prev_log_index, .conflict_term = 0, .conflict_index = log_.last_index() + 1};
    return {.prev_log_index = prev_log_index,
            .conflict_term = log_.term_at(prev_log_index),
            .conflict_index = log_.first_index_of_term_at(prev_log_index)};
}

/// Appends what the log has not got. Removes entries only where one differs: a late message that
/// holds less than the log must not shorten it (Figure 2, receiver rules 3 and 4). False if that would
/// take back a committed entry, which only a broken disk can ask for; nothing has changed then.
bool Raft::append_missing(const AppendEntries& message, Turn turn) {
    std::size_t position = 0;
    LogIndex index = message.prev_log_index + 1;
    const auto size = message.entries.size();
    while (position < size && index <= log_.last_index() && log_.term_at(index) == message.entries[position].term)
        ++position, ++index;
    if (position == size) return true;

    if (index <= log_.last_index()) {
        if (index <= commit_index_) {
            turn.outbox.note(metric_id(RaftMetric::committed_conflict), static_cast<std::int64_t>(index));
            return false;
        }
        log_.truncate(index);
        durability_.truncated(index);
        turn.outbox.truncate(entry_log, index - 1);
    }
    for (; position < size; ++position) {
        log_.append(message.entries[position]);
        turn.outbox.append(entry_log, message.entries[position]);
    }
    writes_ = Writes::unsynced;
    return true;
}

}  // namespace orrery::models
