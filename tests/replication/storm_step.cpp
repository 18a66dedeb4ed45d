/// The storm's driver: one step of one server and what becomes of its outputs.
#include "models/replication/raft/metrics.hpp"
#include "sim/base/wire.hpp"
#include "tests/replication/storm.hpp"

namespace orrery::tests {

using namespace models;

void Storm::step(std::size_t index, const Input<Raft>& input) {
    auto& host = hosts_[index];
    ++steps_;
    Env env{ProcessId(index), now_, host.random};
    Outbox<Raft> outbox;
    outbox.open(host.next_ticket);
    host.raft->step(env, input, outbox);
    host.next_ticket = outbox.next_ticket();
    for (auto& output : outbox.outputs()) take(index, output);
    start_disk(index);
    for (auto& violation : history_.observe(*host.raft)) violations_.push_back(std::move(violation));
}

void Storm::take(std::size_t index, Output<Raft>& output) {
    auto& host = hosts_[index];
    fingerprint_ = mix64(fingerprint_ ^ (output.index() + static_cast<std::uint64_t>(now_.time_since_epoch().count())));
    std::visit(Overloaded{
                   [&](const Send<Raft>& send) {
                       if (send.after && spec_.plant != Plant::never_waits) {
                           host.held.push_back({*send.after, send});
                       } else {
                           release(index, send);
                       }
                   },
                   [&](const Reply<Raft>& reply) { answer(reply); },
                   [&](const Arm& arm) {
                       host.timers[arm.timer] = ++generation_;
                       schedule(arm.delay, Expiry{index, arm.timer, generation_});
                   },
                   [&](const Disarm& disarm) { host.timers.erase(disarm.timer); },
                   [&](const Append<Raft>& append) { host.disk.write(append); },
                   [&](const Truncate& truncate) { host.disk.write(truncate); },
                   [&](const Put<Raft>& put) { host.disk.write(put); },
                   [&](const Sync& sync) { host.disk.sync(sync.ticket); },
                   [&](const StartWork&) {},
                   [&](const Note& note) {
                       if (note.metric == metric_id(RaftMetric::became_candidate)) last_candidacy_ = now_;
                       if (note.metric == metric_id(RaftMetric::became_leader)) ++leaderships_;
                   },
               },
               output);
}

void Storm::answer(const Reply<Raft>& reply) {
    fingerprint_ = fold(fingerprint_, reply.result);
    switch (reply.result.outcome) {
        case CommandOutcome::committed:
            committed_[reply.request.value] = reply.result.index;
            break;
        case CommandOutcome::not_leader:
            refused_.insert(reply.request.value);
            break;
        case CommandOutcome::leadership_lost:
            break;
    }
}

void Storm::release(std::size_t index, const Send<Raft>& send) {
    fingerprint_ = fold(fingerprint_, send.message);
    const auto to = send.to.index();
    if (weather_ == Weather::storm && chance(spec_.loss_percent)) return;
    transmit(index, to, send.message);
    if (weather_ == Weather::calm || !chance(spec_.double_percent)) return;
    const auto* vote = std::get_if<RequestVoteReply>(&send.message);
    const bool forge = spec_.plant == Plant::forges_votes && vote != nullptr && vote->vote == Vote::granted;
    transmit(forge ? (index + 1) % hosts_.size() : index, to, send.message);
}

void Storm::transmit(std::size_t from, std::size_t to, const RaftMessage& message) {
    Duration delay = between(spec_.delay_low, spec_.delay_high);
    if (weather_ == Weather::storm && chance(spec_.straggler_percent)) delay *= 20;
    Delivery delivery{from, to, message};
    auto* append = std::get_if<AppendEntries>(&delivery.message);
    if (spec_.plant == Plant::loses_batch_heads && append != nullptr && append->entries.size() > 1 && chance(10)) {
        std::vector<RaftEntry> rest;
        for (std::size_t i = 1; i < append->entries.size(); ++i) rest.push_back(append->entries[i]);
        append->entries = EntryBatch(std::move(rest));
    }
    schedule(delay, std::move(delivery));
}

/// One sync at a time; each takes a while.
void Storm::start_disk(std::size_t index) {
    auto& host = hosts_[index];
    if (host.disk_busy || !host.disk.oldest_sync()) return;
    host.disk_busy = true;
    schedule(between(spec_.sync_low, spec_.sync_high), DiskDone{index, host.life});
}

}  // namespace orrery::tests
