#include "tests/replication/transcript.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "models/replication/raft/print.hpp"

namespace orrery::tests {

using namespace models;

namespace {

std::vector<std::string> split(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

}  // namespace

std::string Transcript::replay(const std::string& script) {
    Transcript transcript;
    std::istringstream lines(script);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("    ")) continue;
        transcript.output_ += line + "\n";
        if (line.starts_with(">")) transcript.run(split(line.substr(1)));
    }
    return transcript.output_;
}

void Transcript::run(const Words& words) {
    const auto& command = words.at(0);
    for (const char* setup : {"servers", "entries_per_message", "timeouts", "disks", "disk", "quiet", "loud", "show"})
        if (command == setup) return run_setup(words);
    for (const char* wire : {"deliver", "drop", "duplicate", "overtake", "partition", "heal", "settle"})
        if (command == wire) return run_wire(words);
    run_life(words);
}

void Transcript::run_setup(const Words& words) {
    const auto& command = words[0];
    if (command == "servers") {
        make_servers(std::stoul(words.at(1)));
    } else if (command == "entries_per_message") {
        config_.entries_per_message_max = static_cast<std::uint32_t>(std::stoul(words.at(1)));
    } else if (command == "timeouts") {
        config_.election_timeout_low = std::chrono::milliseconds(std::stoll(words.at(1)));
        config_.election_timeout_high = std::chrono::milliseconds(std::stoll(words.at(2)));
    } else if (command == "disks") {
        disks_ = words.at(1) == "manual" ? Disks::manual : Disks::instant;
    } else if (command == "disk") {
        prepare_disk(words);
    } else if (command == "quiet" || command == "loud") {
        voice_ = command == "quiet" ? Voice::quiet : Voice::loud;
    } else {
        for (Number each = 1; each <= servers_.size(); ++each) {
            const bool asked =
                words.size() == 1 || std::find(words.begin(), words.end(), std::to_string(each)) != words.end();
            if (asked) say(server(each).raft ? to_string(*server(each).raft) : fmt::format("{} down", each));
        }
    }
}

void Transcript::make_servers(std::size_t count) {
    for (std::size_t i = 1; i <= count; ++i) config_.servers.push_back(ProcessId(i));
    servers_.resize(count);
    for (std::size_t i = 0; i < count; ++i) servers_[i].random = stream_of(stream_key(1, "transcript", i));
}

void Transcript::prepare_disk(const Words& words) {
    Disk::Contents contents{.log = {}, .cell = HardState{}};
    for (std::size_t i = 2; i < words.size(); ++i) {
        const auto& word = words[i];
        if (word.starts_with("term=")) {
            contents.cell->current_term = std::stoul(word.substr(5));
        } else if (word.starts_with("vote=")) {
            contents.cell->voted_for = ProcessId(std::stoul(word.substr(5)));
        } else {
            const auto colon = word.find(':');
            RaftEntry entry{.term = std::stoul(word.substr(0, colon)), .content = NoOperation{}};
            if (colon != std::string::npos) entry.content = Command{Payload(word.substr(colon + 1))};
            contents.log.push_back(std::move(entry));
        }
    }
    server(number(words.at(1))).disk = Disk(std::move(contents));
}

void Transcript::run_life(const Words& words) {
    const auto& command = words[0];
    if (command == "start" && words.at(1) == "all") {
        for (Number each = 1; each <= servers_.size(); ++each) launch(each, Start{});
    } else if (command == "start") {
        for (std::size_t i = 1; i < words.size(); ++i) launch(number(words[i]), Start{});
    } else if (command == "restart") {
        for (std::size_t i = 1; i < words.size(); ++i)
            launch(number(words[i]), Recover<Raft>{server(number(words[i])).disk});
    } else if (command == "expire") {
        expire(number(words.at(1)), words.at(2));
    } else if (command == "wait") {
        wait(number(words.at(1)), std::chrono::milliseconds(std::stoll(words.at(2))));
    } else if (command == "persist") {
        const auto who = number(words.at(1));
        while (persist_one(who) && words.size() == 2) {
        }
    } else if (command == "propose") {
        const std::uint64_t id = proposals_.size() + 1;
        proposals_[id] = words.at(2);
        const Command content{Payload(words[2])};
        step(number(words.at(1)), Request<Raft>{RequestId{id}, content});
    } else if (command == "crash") {
        crash(number(words.at(1)), words.at(2));
    } else {
        throw std::invalid_argument("unknown transcript command: " + command);
    }
}

void Transcript::launch(Number who, const Input<Raft>& input) {
    auto& host = server(who);
    host.raft.emplace(config_);
    step(who, input);
}

void Transcript::crash(Number who, const std::string& kind) {
    auto& host = server(who);
    host.raft.reset();
    host.held.clear();
    host.timers.clear();
    if (kind == "power") {
        host.disk.cut_power(0, Disk::Tail::clean);
    } else if (kind == "torn") {
        host.disk.cut_power(0, Disk::Tail::torn);
    } else {
        host.disk.crash_process();
    }
}

void Transcript::expire(Number who, const std::string& name) {
    const TimerId timer = name == "election" ? Raft::election_timer : Raft::heartbeat_timer;
    auto& host = server(who);
    // A timer that has been postponed since it was armed comes, is armed again, and comes again.
    for (;;) {
        if (!host.timers.contains(timer)) return say(fmt::format("{} has no {} timer", who, name));
        const auto before = std::pair(host.raft->current_term(), host.raft->role());
        expire_next(who, timer);
        if (timer == Raft::heartbeat_timer || before != std::pair(host.raft->current_term(), host.raft->role())) return;
    }
}

void Transcript::wait(Number who, Duration duration) {
    auto& host = server(who);
    const Time until = host.clock + duration;
    for (;;) {
        const auto next = std::min_element(host.timers.begin(), host.timers.end(),
                                           [](const auto& a, const auto& b) { return a.second < b.second; });
        if (next == host.timers.end() || next->second > until) break;
        expire_next(who, next->first);
    }
    host.clock = until;
}

void Transcript::expire_next(Number who, TimerId timer) {
    auto& host = server(who);
    host.clock = std::max(host.clock, host.timers.at(timer));
    host.timers.erase(timer);
    step(who, Expire{timer});
}

void Transcript::step(Number who, const Input<Raft>& input) {
    auto& host = server(who);
    if (!host.raft) return say(fmt::format("{} is down", who));
    Env env{ProcessId(who), host.clock, host.random};
    Outbox<Raft> outbox;
    outbox.open(host.next_ticket);
    host.raft->step(env, input, outbox);
    host.next_ticket = outbox.next_ticket();
    for (auto& output : outbox.outputs()) take(who, std::move(output));
    check(who);
    if (disks_ == Disks::instant)
        while (persist_one(who)) {
        }
}

void Transcript::take(Number who, Output<Raft> output) {
    auto& host = server(who);
    std::visit(
        Overloaded{
            [&](const Send<Raft>& send) {
                if (send.after) {
                    if (disks_ == Disks::manual)
                        murmur(fmt::format("{} holds for {}: {}", who, send.to.value, to_string(send.message)));
                    host.held.push_back({*send.after, output});
                } else {
                    release(who, output);
                }
            },
            [&](const Reply<Raft>& reply) {
                say(fmt::format("{} answers {}: {}", who, proposals_.at(reply.request.value), to_string(reply.result)));
            },
            [&](const Arm& arm) { host.timers[arm.timer] = host.clock + arm.delay; },
            [&](const Disarm& disarm) { host.timers.erase(disarm.timer); },
            [&](const Append<Raft>& append) {
                murmur(fmt::format("{} appends {}", who, to_string(append.record)));
                host.disk.write(append);
            },
            [&](const Truncate& truncate) {
                murmur(fmt::format("{} removes entries from {} on", who, truncate.from + 1));
                host.disk.write(truncate);
            },
            [&](const Put<Raft>& put) {
                murmur(fmt::format("{} writes {}", who, to_string(put.value)));
                host.disk.write(put);
            },
            [&](const Sync& sync) { host.disk.sync(sync.ticket); },
            [&](const StartWork&) {},
            [&](const Note& note) {
                say(fmt::format("{} notes {} {}", who, raft_metrics.at(note.metric.index()).name.substr(5),
                                note.value));
            },
        },
        output);
}

void Transcript::release(Number who, Output<Raft> output) {
    auto& send = std::get<Send<Raft>>(output);
    murmur(fmt::format("{} sends {}: {}", who, send.to.value, to_string(send.message)));
    wire_.push_back({who, send.to.value, std::move(send.message)});
}

bool Transcript::persist_one(Number who) {
    auto& host = server(who);
    const auto ticket = host.disk.oldest_sync();
    if (!ticket || !host.raft) return false;
    host.disk.complete_oldest_sync();
    while (!host.held.empty() && host.held.front().after <= *ticket) {
        auto output = std::move(host.held.front().output);
        host.held.pop_front();
        release(who, std::move(output));
    }
    step(who, Persisted{*ticket});
    return true;
}

void Transcript::check(Number who) {
    for (const auto& violation : history_.observe(*server(who).raft)) say("VIOLATION " + violation);
    std::vector<const Raft*> running;
    for (const auto& host : servers_)
        if (host.raft) running.push_back(&*host.raft);
    for (const auto& violation : violations(running)) say("VIOLATION " + violation);
}

Transcript::Server& Transcript::server(Number who) {
    return servers_.at(who - 1);
}

Transcript::Number Transcript::number(const std::string& word) const {
    return static_cast<Number>(std::stoul(word));
}

}  // namespace orrery::tests
