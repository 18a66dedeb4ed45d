#include "tests/replication/disk.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace orrery::tests {

namespace {

void carry_out(const Disk::Write& write, Disk::Contents& contents) {
    std::visit(Overloaded{
                   [&](const Append<Raft>& append) { contents.log.push_back(append.record); },
                   [&](const Truncate& truncate) {
                       contents.log.resize(std::min<std::size_t>(contents.log.size(), truncate.from));
                   },
                   [&](const Put<Raft>& put) { contents.cell = put.value; },
               },
               write);
}

}  // namespace

void Disk::write(Write write) {
    // Behind a torn record nothing can be found again, so whoever appends must have cut it off.
    if (std::holds_alternative<Truncate>(write)) tail_ = Tail::clean;
    ORRERY_CHECK(tail_ == Tail::clean || !std::holds_alternative<Append<Raft>>(write), "append after a torn record");
    carry_out(write, cache_);
    writes_.push_back(std::move(write));
}

std::optional<Ticket> Disk::oldest_sync() const {
    if (syncs_.empty()) return std::nullopt;
    return syncs_.front().ticket;
}

void Disk::complete_oldest_sync() {
    const std::size_t covered = syncs_.front().writes;
    syncs_.pop_front();
    for (std::size_t i = 0; i < covered; ++i) {
        carry_out(writes_.front(), durable_);
        writes_.pop_front();
    }
    for (auto& sync : syncs_) sync.writes -= covered;
}

void Disk::cut_power(std::size_t survivors, Tail tail) {
    syncs_.clear();
    for (; survivors > 0 && !writes_.empty(); --survivors) {
        carry_out(writes_.front(), durable_);
        writes_.pop_front();
    }
    const bool appending = !writes_.empty() && std::holds_alternative<Append<Raft>>(writes_.front());
    tail_ = appending ? tail : Tail::clean;
    writes_.clear();
    cache_ = durable_;
}

void Disk::replace(Contents contents) {
    durable_ = std::move(contents);
    cache_ = durable_;
    tail_ = Tail::clean;
    writes_.clear();
    syncs_.clear();
}

}  // namespace orrery::tests
