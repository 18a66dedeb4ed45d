/// A process' part of its node's disk: logs and cells behind a page cache.
///
/// A write is in the page cache at once and in the journal of what is not yet durable; `sync` marks the
/// journal's end, and when it is done all up to the mark is durable, in order. A crash of the process
/// leaves the page cache; a crash of the node leaves what is durable.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/contract.hpp"
#include "sim/base/distribution.hpp"
#include "sim/base/wire.hpp"

namespace orrery {

/// How fast a node's disk makes writes durable. One sync of a node runs at a time; those that are asked for meanwhile
/// go into the next one together (group commit).
struct DiskSpec {
    Distribution fsync = Distribution::constant(0);  ///< time of one sync
    std::int64_t bandwidth = 0;                      ///< bit/s for what is synced; 0 is unlimited
};

template <class P>
class Storage final : public StorageView<P> {
public:
    using Record = typename P::Record;
    using Cell = typename P::Cell;

    void append(LogId log, Record record) {
        unsynced_bytes_ += wire_size(record);
        state_.logs[log].push_back(record);
        journal_.push_back(Append<P>{log, std::move(record)});
    }
    void truncate(LogId log, std::uint64_t from) {
        apply(state_, Truncate{log, from});
        journal_.push_back(Truncate{log, from});
    }
    void put(CellId cell, Cell value) {
        unsynced_bytes_ += wire_size(value);
        state_.cells.insert_or_assign(cell, value);
        journal_.push_back(Put<P>{cell, std::move(value)});
    }

    /// Marks all that was written so far; returns its bytes that no earlier sync took.
    std::uint64_t begin_sync(Ticket ticket) {
        marks_.push_back({ticket, taken_ + journal_.size()});
        return std::exchange(unsynced_bytes_, 0);
    }
    void end_sync(Ticket ticket) {
        while (!marks_.empty() && marks_.front().ticket <= ticket) {
            const std::uint64_t end = marks_.front().end;
            marks_.erase(marks_.begin());
            const auto count = static_cast<std::ptrdiff_t>(end - taken_);
            for (auto write = journal_.begin(); write != journal_.begin() + count; ++write)
                apply(durable_, std::move(*write));
            journal_.erase(journal_.begin(), journal_.begin() + count);
            taken_ = end;
        }
    }

    /// The process is gone, the node's memory is not.
    void lose_process() { marks_.clear(); }
    /// The node's memory is gone; returns the number of writes that were lost.
    std::size_t lose_page_cache() {
        const std::size_t lost = journal_.size();
        state_ = durable_;
        taken_ += journal_.size();
        journal_.clear();
        marks_.clear();
        unsynced_bytes_ = 0;
        return lost;
    }

    std::uint64_t log_size(LogId log) const override {
        const auto found = state_.logs.find(log);
        return found == state_.logs.end() ? 0 : found->second.size();
    }
    const Record& record(LogId log, std::uint64_t index) const override { return state_.logs.at(log).at(index); }
    bool torn(LogId) const override { return false; }
    const Cell* cell(CellId cell) const override {
        const auto found = state_.cells.find(cell);
        return found == state_.cells.end() ? nullptr : &found->second;
    }

private:
    using Write = std::variant<Append<P>, Truncate, Put<P>>;
    struct State {
        std::map<LogId, std::vector<Record>> logs;
        std::map<CellId, Cell> cells;
    };
    struct Mark {
        Ticket ticket;
        std::uint64_t end;
    };

    static void apply(State& state, Write write) {
        std::visit(Overloaded{[&](Append<P>& a) { state.logs[a.log].push_back(std::move(a.record)); },
                              [&](Truncate& t) {
                                  auto& log = state.logs[t.log];
                                  if (t.from < log.size())
                                      log.erase(log.begin() + static_cast<std::ptrdiff_t>(t.from), log.end());
                              },
                              [&](Put<P>& p) { state.cells.insert_or_assign(p.cell, std::move(p.value)); }},
                   write);
    }

    State state_;    ///< as a reader sees it: page cache over disk
    State durable_;  ///< as it would be after a power cut
    std::vector<Write> journal_;
    std::uint64_t taken_ = 0;  ///< writes that have left the journal
    std::uint64_t unsynced_bytes_ = 0;
    std::vector<Mark> marks_;
};

}  // namespace orrery
