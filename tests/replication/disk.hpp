/// A disk for one Raft server: a page cache over durable contents.
///
/// Writes change the cache at once and become durable when a later sync is completed. A crash of the
/// process leaves the cache; a power cut leaves the durable contents and, as disks do, perhaps some
/// of the writes that followed, in order, the last of them torn.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

#include "models/replication/raft/raft.hpp"

namespace orrery::tests {

using models::HardState;
using models::Raft;
using models::RaftEntry;

class Disk : public StorageView<Raft> {
public:
    struct Contents {
        std::vector<RaftEntry> log;
        std::optional<HardState> cell;
    };
    using Write = std::variant<Append<Raft>, Truncate, Put<Raft>>;

    /// How a record that was being written comes out of a power cut.
    enum class Tail { clean, torn };

    Disk() = default;
    explicit Disk(Contents durable) : durable_(durable), cache_(std::move(durable)) {}

    void write(Write write);
    void sync(Ticket ticket) { syncs_.push_back({ticket, writes_.size()}); }
    /// The sync that is completed next.
    std::optional<Ticket> oldest_sync() const;
    void complete_oldest_sync();

    void crash_process() { syncs_.clear(); }
    /// `survivors`: how many of the writes that were not synced are kept (at most all).
    void cut_power(std::size_t survivors, Tail tail);
    std::size_t unsynced_writes() const { return writes_.size(); }

    const Contents& durable() const { return durable_; }
    const Contents& cache() const { return cache_; }
    /// For disks that lie: puts other contents in place of the durable ones and of the cache.
    void replace(Contents contents);

    std::uint64_t log_size(LogId) const override { return cache_.log.size(); }
    const RaftEntry& record(LogId, std::uint64_t index) const override { return cache_.log[index]; }
    bool torn(LogId) const override { return tail_ == Tail::torn; }
    const HardState* cell(CellId) const override { return cache_.cell ? &*cache_.cell : nullptr; }

private:
    struct PendingSync {
        Ticket ticket;
        std::size_t writes;  ///< how many of writes_ it covers
    };

    Contents durable_;
    Contents cache_;
    Tail tail_ = Tail::clean;
    std::deque<Write> writes_;  ///< in the cache only
    std::deque<PendingSync> syncs_;
};

}  // namespace orrery::tests
