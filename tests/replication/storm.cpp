#include "tests/replication/storm.hpp"

#include <algorithm>

#include "models/replication/raft/print.hpp"
#include "sim/base/wire.hpp"

namespace orrery::tests {

using namespace models;

Storm::Storm(const StormSpec& spec) : spec_(spec), random_(stream_of(stream_key(spec.seed, "storm", 0))) {
    for (std::size_t i = 0; i < spec.servers; ++i) config_.servers.push_back(ProcessId(i));
    config_.election_timeout_low = spec.election_timeout_low;
    config_.election_timeout_high = spec.election_timeout_high;
    config_.entries_per_message_max = 4;
    hosts_.resize(spec.servers);
    for (std::size_t i = 0; i < spec.servers; ++i) hosts_[i].random = stream_of(stream_key(spec.seed, "raft", i));
    for (std::size_t i = 0; i < spec.servers; ++i) launch(i, Launch::start);
    if (spec.fault_gap > Duration::zero()) schedule(spec.fault_gap, Fault{});
    if (spec.command_gap > Duration::zero()) schedule(spec.command_gap, NewCommand{});
}

void Storm::run_until(Time end) {
    while (violations_.empty() && !events_.empty() && events_.top().at <= end) {
        const Event event = events_.top();
        events_.pop();
        now_ = event.at;
        std::visit([&](const auto& what) { handle(what); }, event.what);
    }
    now_ = end;
}

void Storm::calm() {
    weather_ = Weather::calm;
    group_.clear();
}

void Storm::stop_commands() {
    clients_ = Weather::calm;
}

std::optional<std::size_t> Storm::leader() const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
        if (!hosts_[i].raft || hosts_[i].raft->role() != RaftRole::leader) continue;
        if (!found || hosts_[*found].raft->current_term() < hosts_[i].raft->current_term()) found = i;
    }
    return found;
}

bool Storm::converged() const {
    return std::all_of(hosts_.begin(), hosts_.end(), [&](const Host& host) {
        const auto& first = hosts_.front().raft;
        return host.raft && first && host.raft->log() == first->log() &&
               host.raft->state_hash() == first->state_hash() &&
               host.raft->last_applied() == host.raft->log().last_index();
    });
}

std::vector<std::string> Storm::broken_promises() const {
    std::vector<std::string> found;
    if (!hosts_.front().raft) return {"the first server is down, so there is no log to look at"};
    const auto& log = hosts_.front().raft->log();
    const auto text = [](std::uint64_t request) { return Payload("c" + std::to_string(request)); };
    for (const auto& [request, index] : committed_) {
        const auto* command = index <= log.last_index() ? std::get_if<Command>(&log.entry(index).content) : nullptr;
        if (command == nullptr || command->payload != text(request))
            found.push_back("command " + std::to_string(request) + " was answered as committed and is not in the log");
    }
    for (LogIndex index = 1; index <= log.last_index(); ++index)
        if (const auto* command = std::get_if<Command>(&log.entry(index).content))
            if (refused_.contains(std::stoull(command->payload.bytes()->substr(1))))
                found.push_back("a refused command is in the log at " + std::to_string(index));
    return found;
}

void Storm::schedule(Duration delay, Happening what) {
    events_.push({now_ + delay, sequence_++, std::move(what)});
}

Duration Storm::between(Duration low, Duration high) {
    return low +
           Duration(static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>((high - low).count()) + 1)));
}

void Storm::handle(const Delivery& delivery) {
    const bool cut = !group_.empty() && group_[delivery.from] != group_[delivery.to];
    if (!cut && hosts_[delivery.to].raft) step(delivery.to, Receive<Raft>{ProcessId(delivery.from), delivery.message});
}

void Storm::handle(const Expiry& expiry) {
    auto& timers = hosts_[expiry.server].timers;
    const auto armed = timers.find(expiry.timer);
    if (armed == timers.end() || armed->second != expiry.generation) return;
    timers.erase(armed);
    step(expiry.server, Expire{expiry.timer});
}

void Storm::handle(const DiskDone& done) {
    auto& host = hosts_[done.server];
    if (host.life != done.life) return;
    host.disk_busy = false;
    const Ticket ticket = *host.disk.oldest_sync();
    if (host.disk.durable().cell) host.older_state = *host.disk.durable().cell;
    host.disk.complete_oldest_sync();
    while (!host.held.empty() && host.held.front().after <= ticket) {
        const auto send = host.held.front().send;
        host.held.pop_front();
        release(done.server, send);
    }
    step(done.server, Persisted{ticket});
    start_disk(done.server);
}

void Storm::handle(const Revival& revival) {
    if (!hosts_[revival.server].raft)
        launch(revival.server, spec_.plant == Plant::starts_blank ? Launch::start : Launch::recover);
}

void Storm::handle(Fault) {
    if (weather_ == Weather::calm) return;
    const auto victim = static_cast<std::size_t>(random_.below(hosts_.size()));
    const auto kind = random_.below(4);
    if (kind == 0 && hosts_[victim].raft) {
        hosts_[victim].disk.crash_process();
        crash(victim);
    } else if (kind == 1 && hosts_[victim].raft) {
        cut_power(victim);
    } else if (kind == 2 && leader()) {
        cut_power(*leader());
    } else if (group_.empty()) {
        for (std::size_t i = 0; i < hosts_.size(); ++i) group_.push_back(chance(50) ? 1 : 0);
        schedule(between(Duration::zero(), 4 * spec_.fault_gap), Heal{});
    }
    schedule(between(Duration::zero(), spec_.fault_gap), Fault{});
}

void Storm::handle(NewCommand) {
    if (clients_ == Weather::calm) return;
    // Half of the clients ask the leader, the others whoever comes first.
    const auto anybody = static_cast<std::size_t>(random_.below(hosts_.size()));
    const auto target = chance(50) ? leader().value_or(anybody) : anybody;
    const std::uint64_t id = ++commands_;
    const Command command{Payload("c" + std::to_string(id))};
    if (hosts_[target].raft) step(target, Request<Raft>{RequestId{id}, command});
    schedule(between(Duration::zero(), spec_.command_gap), NewCommand{});
}

void Storm::launch(std::size_t index, Launch how) {
    auto& host = hosts_[index];
    host.raft.emplace(config_);
    if (how == Launch::start) {
        host.disk.replace({});
        step(index, Start{});
    } else {
        step(index, Recover<Raft>{host.disk});
    }
}

void Storm::cut_power(std::size_t index) {
    auto& disk = hosts_[index].disk;
    const auto survivors = static_cast<std::size_t>(random_.below(disk.unsynced_writes() + 1));
    disk.cut_power(survivors, chance(50) ? Disk::Tail::torn : Disk::Tail::clean);
    damage(index);
    crash(index);
}

void Storm::damage(std::size_t index) {
    auto& host = hosts_[index];
    auto contents = host.disk.durable();
    if (spec_.plant == Plant::forgets_votes) {
        contents.cell = host.older_state;
        host.disk.replace(contents);
    } else if (spec_.plant == Plant::forgets_entries) {
        contents.log.resize(contents.log.size() - std::min<std::size_t>(contents.log.size(), 3));
        host.disk.replace(contents);
    }
}

void Storm::crash(std::size_t index) {
    auto& host = hosts_[index];
    ++crashes_;
    ++host.life;
    host.raft.reset();
    host.held.clear();
    host.timers.clear();
    host.disk_busy = false;
    if (spec_.fault_gap > Duration::zero()) schedule(between(Duration::zero(), 4 * spec_.fault_gap), Revival{index});
}

}  // namespace orrery::tests
