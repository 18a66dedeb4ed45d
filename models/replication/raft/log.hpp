/// RaftLog: the replicated log in memory (5.3), and Durability: how much of it is on disk for good.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "models/replication/raft/entry.hpp"
#include "sim/base/contract.hpp"

namespace orrery::models {

/// An entry is named by where it stands and by its term: no two entries share both (5.3).
struct LogPosition {
    LogIndex index = 0;
    Term term = 0;
    friend bool operator==(const LogPosition&, const LogPosition&) = default;
};

/// Whether a log that ends at `left` is at least as up-to-date as one that ends at `right` (5.4.1).
constexpr bool at_least_as_up_to_date(LogPosition left, LogPosition right) {
    return left.term != right.term ? left.term > right.term : left.index >= right.index;
}

/// Entries 1..last_index(). Terms never fall along the log. Reading is constant time.
class RaftLog {
public:
    LogIndex last_index() const { return entries_.size(); }
    Term last_term() const { return term_at(last_index()); }
    LogPosition last() const { return {last_index(), last_term()}; }

    /// `index <= last_index()`; zero for index 0.
    Term term_at(LogIndex index) const { return index == 0 ? 0 : entries_[index - 1].term; }
    /// `1 <= index <= last_index()`.
    const RaftEntry& entry(LogIndex index) const { return entries_[index - 1]; }
    /// Whether the log has this entry; the empty position {0, 0} is in every log.
    bool contains(LogPosition position) const {
        return position.index <= last_index() && term_at(position.index) == position.term;
    }

    void append(RaftEntry entry) { entries_.push_back(std::move(entry)); }
    /// Removes entry `from` and all after it; `1 <= from <= last_index() + 1`.
    void truncate(LogIndex from) { entries_.resize(from - 1); }

    /// At most `count_max` entries from `from` on.
    EntryBatch batch(LogIndex from, std::uint32_t count_max) const;
    /// The first index whose entry has the term of entry `index`. Logarithmic.
    LogIndex first_index_of_term_at(LogIndex index) const;
    /// The last index before `end` (at most last_index() + 1) whose entry has `term`. Logarithmic.
    std::optional<LogIndex> last_index_of_term(Term term, LogIndex end) const;

    friend bool operator==(const RaftLog&, const RaftLog&) = default;

private:
    std::vector<RaftEntry> entries_;
};

/// Follows which prefix of the log is durable while writes are under way.
///
/// An acknowledgement speaks of the log as it was when its sync was asked for. If an entry has been
/// overwritten since, the old acknowledgement must not count for the new entry: a truncation lowers
/// what every earlier sync can vouch for.
class Durability {
public:
    /// A sync was asked for while the log ended at `last_index`.
    void syncing(Ticket ticket, LogIndex last_index) { pending_.push_back({ticket, last_index}); }
    /// Entry `from` and all after it are gone.
    void truncated(LogIndex from);
    /// The sync of `ticket` is done, and with it every earlier one.
    void persisted(Ticket ticket);

    /// What an output has to wait for in order to follow every sync so far; nothing if all are done.
    After outstanding() const { return pending_.empty() ? After{} : After{pending_.back().ticket}; }
    /// Entries 1..durable_index() survive a power cut.
    LogIndex durable_index() const { return durable_index_; }

    friend bool operator==(const Durability&, const Durability&) = default;

private:
    struct Pending {
        Ticket ticket;
        LogIndex last_index = 0;
        friend bool operator==(const Pending&, const Pending&) = default;
    };
    std::deque<Pending> pending_;  ///< tickets rise
    LogIndex durable_index_ = 0;
};

}  // namespace orrery::models
