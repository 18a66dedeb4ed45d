#include "models/replication/raft/log.hpp"

#include <algorithm>

namespace orrery::models {

EntryBatch RaftLog::batch(LogIndex from, std::uint32_t count_max) const {
    if (from > last_index()) return {};
    const auto count = std::min<std::uint64_t>(last_index() - from + 1, count_max);
    const auto first = entries_.begin() + static_cast<std::ptrdiff_t>(from - 1);
    return EntryBatch(std::vector<RaftEntry>(first, first + static_cast<std::ptrdiff_t>(count)));
}

LogIndex RaftLog::first_index_of_term_at(LogIndex index) const {
    const auto end = entries_.begin() + static_cast<std::ptrdiff_t>(index);
    const auto first = std::partition_point(
        entries_.begin(), end, [term = term_at(index)](const RaftEntry& entry) { return entry.term < term; });
    return static_cast<LogIndex>(first - entries_.begin()) + 1;
}

std::optional<LogIndex> RaftLog::last_index_of_term(Term term, LogIndex end) const {
    const auto limit = entries_.begin() + static_cast<std::ptrdiff_t>(end - 1);
    const auto beyond =
        std::partition_point(entries_.begin(), limit, [term](const RaftEntry& entry) { return entry.term <= term; });
    const auto index = static_cast<LogIndex>(beyond - entries_.begin());
    if (index == 0 || term_at(index) != term) return std::nullopt;
    return index;
}

void Durability::truncated(LogIndex from) {
    durable_index_ = std::min(durable_index_, from - 1);
    for (auto& pending : pending_) pending.last_index = std::min(pending.last_index, from - 1);
}

void Durability::persisted(Ticket ticket) {
    while (!pending_.empty() && pending_.front().ticket <= ticket) {
        durable_index_ = std::max(durable_index_, pending_.front().last_index);
        pending_.pop_front();
    }
}

}  // namespace orrery::models
