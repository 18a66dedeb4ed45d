/// Parts of Raft that need no cluster: configuration, log, durability, single steps, invariants.
#include <doctest/doctest.h>

#include <array>
#include <string>

#include "models/replication/raft/invariants.hpp"
#include "models/replication/raft/print.hpp"
#include "sim/base/check.hpp"
#include "tests/replication/disk.hpp"
#include "tests/replication/random_messages.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::tests;

namespace {

RaftConfig three_servers() {
    RaftConfig config;
    for (std::size_t i = 0; i < 3; ++i) config.servers.push_back(ProcessId(i));
    return config;
}

RaftLog log_of(std::initializer_list<Term> terms) {
    RaftLog log;
    for (const Term term : terms) log.append({.term = term, .content = NoOperation{}});
    return log;
}

/// One server with an outbox.
struct Bench {
    Raft raft{three_servers()};
    RandomStream random{1};
    Time now{};
    Ticket next{1};
    Outbox<Raft> outbox;

    std::vector<Output<Raft>>& step(const Input<Raft>& input) {
        Env env{ProcessId(std::size_t{0}), now, random};
        outbox.open(next);
        raft.step(env, input, outbox);
        next = outbox.next_ticket();
        return outbox.outputs();
    }
    std::vector<Output<Raft>>& receive(std::size_t from, const RaftMessage& message) {
        return step(Receive<Raft>{ProcessId(from), message});
    }
    /// A candidate of term 1 whose vote for itself is durable.
    void stand() {
        step(Start{});
        now += 300ms;
        step(Expire{Raft::election_timer});
        step(Persisted{Ticket{1}});
    }
    template <class Kind>
    std::size_t count() const {
        std::size_t count = 0;
        for (const auto& output : outbox.outputs()) count += std::holds_alternative<Kind>(output) ? 1 : 0;
        return count;
    }
};

/// A server that was recovered from these contents.
Raft recovered(std::size_t self, Disk::Contents contents) {
    Raft raft(three_servers());
    const Disk disk(std::move(contents));
    RandomStream random(1);
    Env env{ProcessId(self), Time{}, random};
    Outbox<Raft> outbox;
    raft.step(env, Recover<Raft>{disk}, outbox);
    return raft;
}

}  // namespace

TEST_CASE("a configuration that cannot work is told all its problems") {
    CHECK(problems(three_servers()).empty());
    RaftConfig bad;
    bad.servers = {ProcessId(std::size_t{4}), ProcessId(std::size_t{4})};
    bad.election_timeout_low = 100ms;
    bad.election_timeout_high = 50ms;
    bad.heartbeat_interval = 100ms;
    bad.entries_per_message_max = 0;
    CHECK(problems(bad).size() == 4);
    CHECK(problems(bad)[0] == "servers: 4 is given twice; each may stand once");
    CHECK_THROWS_AS(Raft{bad}, InvariantBroken);
    bad.servers.clear();
    CHECK(problems(bad)[0] == "servers: none given; at least 1 is needed");
}

TEST_CASE("a server outside its own configuration cannot start") {
    Raft raft(three_servers());
    RandomStream random(1);
    Env env{ProcessId(std::size_t{9}), Time{}, random};
    Outbox<Raft> outbox;
    CHECK_THROWS_AS(raft.step(env, Start{}, outbox), InvariantBroken);
}

TEST_CASE("heartbeats come at half the lowest timeout unless told otherwise") {
    RaftConfig config = three_servers();
    CHECK(config.heartbeat() == 75ms);
    config.heartbeat_interval = 10ms;
    CHECK(config.heartbeat() == 10ms);
}

TEST_CASE("up-to-date compares last terms first, then lengths") {
    CHECK(at_least_as_up_to_date({.index = 1, .term = 3}, {.index = 9, .term = 2}));
    CHECK_FALSE(at_least_as_up_to_date({.index = 9, .term = 2}, {.index = 1, .term = 3}));
    CHECK(at_least_as_up_to_date({.index = 4, .term = 2}, {.index = 4, .term = 2}));
    CHECK_FALSE(at_least_as_up_to_date({.index = 3, .term = 2}, {.index = 4, .term = 2}));
    CHECK(at_least_as_up_to_date({}, {}));
}

TEST_CASE("a log finds the ends of its terms and gives batches no longer than asked") {
    const RaftLog log = log_of({1, 1, 1, 4, 4, 6});
    CHECK(log.first_index_of_term_at(2) == 1);
    CHECK(log.first_index_of_term_at(5) == 4);
    CHECK(log.first_index_of_term_at(6) == 6);
    CHECK(log.last_index_of_term(1, 7) == 3);
    CHECK(log.last_index_of_term(4, 7) == 5);
    CHECK(log.last_index_of_term(4, 5) == 4);
    CHECK_FALSE(log.last_index_of_term(4, 4).has_value());
    CHECK_FALSE(log.last_index_of_term(5, 7).has_value());
    CHECK_FALSE(log.last_index_of_term(1, 1).has_value());
    CHECK(log.batch(5, 10).size() == 2);
    CHECK(log.batch(1, 3).size() == 3);
    CHECK(log.batch(7, 3).empty());
    CHECK(log.contains({.index = 0, .term = 0}));
    CHECK(log.contains({.index = 5, .term = 4}));
    CHECK_FALSE(log.contains({.index = 5, .term = 1}));
    CHECK_FALSE(log.contains({.index = 7, .term = 6}));
}

TEST_CASE("a truncated log is the log before the append") {
    const RaftLog before = log_of({1, 2});
    RaftLog log = before;
    log.append({.term = 3, .content = NoOperation{}});
    log.append({.term = 3, .content = NoOperation{}});
    log.truncate(3);
    CHECK(log == before);
    log.truncate(1);
    CHECK(log == RaftLog{});
}

TEST_CASE("an old sync vouches for nothing that was overwritten after it") {
    Durability durability;
    durability.syncing(Ticket{1}, 5);
    durability.syncing(Ticket{2}, 7);
    durability.truncated(4);
    durability.syncing(Ticket{3}, 6);
    CHECK(durability.outstanding() == Ticket{3});
    durability.persisted(Ticket{1});
    CHECK(durability.durable_index() == 3);
    durability.persisted(Ticket{2});
    CHECK(durability.durable_index() == 3);
    durability.persisted(Ticket{3});
    CHECK(durability.durable_index() == 6);
    CHECK_FALSE(durability.outstanding().has_value());
    durability.truncated(2);
    CHECK(durability.durable_index() == 1);
}

TEST_CASE("a later sync that is done covers every earlier one") {
    Durability durability;
    durability.syncing(Ticket{1}, 1);
    durability.syncing(Ticket{4}, 2);
    durability.persisted(Ticket{4});
    CHECK(durability.durable_index() == 2);
    CHECK_FALSE(durability.outstanding().has_value());
}

TEST_CASE("a heartbeat moves no timer until the armed one comes, and the candidacy comes when it is due") {
    Bench bench;
    bench.step(Start{});
    REQUIRE(bench.count<Arm>() == 1);
    Duration armed{};
    for (const auto& output : bench.outbox.outputs())
        if (const auto* arm = std::get_if<Arm>(&output)) armed = arm->delay;
    CHECK(armed >= 150ms);
    CHECK(armed <= 300ms);
    bench.now += 100ms;
    bench.receive(1, AppendEntries{});
    CHECK(bench.count<Arm>() == 0);
    bench.now = time_zero + armed;
    bench.step(Expire{Raft::election_timer});
    REQUIRE(bench.outbox.outputs().size() == 1);
    CHECK(std::get<Arm>(bench.outbox.outputs()[0]).delay == 100ms);
    bench.now += 100ms;
    bench.step(Expire{Raft::election_timer});
    CHECK(bench.raft.role() == RaftRole::candidate);
}

TEST_CASE("strangers and echoes of oneself are not heard") {
    Bench bench;
    bench.step(Start{});
    const Raft before = bench.raft;
    bench.receive(7, RequestVote{.term = 5});
    CHECK(bench.outbox.outputs().empty());
    bench.receive(0, RequestVote{.term = 5});
    CHECK(bench.outbox.outputs().empty());
    CHECK(bench.raft == before);
}

TEST_CASE("a follower commits no further than a message proved its log equal to the leader's") {
    Bench bench;
    bench.step(Start{});
    const auto blank = [](Term term) { return RaftEntry{.term = term, .content = NoOperation{}}; };
    bench.receive(1, AppendEntries{.term = 2, .entries = EntryBatch({blank(1), blank(1), blank(2)})});
    REQUIRE(bench.raft.log().last_index() == 3);
    // The leader of term 3 has committed another entry 3, which is in none of this message.
    bench.receive(
        2,
        AppendEntries{
            .term = 3, .prev_log_index = 1, .prev_log_term = 1, .leader_commit = 3, .entries = EntryBatch({blank(1)})});
    CHECK(bench.raft.log().last_index() == 3);
    CHECK(bench.raft.commit_index() == 2);
    CHECK(bench.raft.last_applied() == 2);
}

TEST_CASE("a refusal that comes twice backs the leader up once") {
    Bench bench;
    bench.step(Start{});
    const RaftEntry blank{.term = 1, .content = NoOperation{}};
    bench.receive(1, AppendEntries{.term = 1, .entries = EntryBatch({blank, blank, blank})});
    bench.now += 600ms;
    bench.step(Expire{Raft::election_timer});
    bench.receive(1, RequestVoteReply{.term = 2, .vote = Vote::granted});
    bench.receive(2, RequestVoteReply{.term = 2, .vote = Vote::granted});
    REQUIRE(bench.raft.role() == RaftRole::leader);
    const AppendEntriesReply refusal{.term = 2, .verdict = Rejected{3, 0, 3}};
    bench.receive(1, refusal);
    REQUIRE(bench.count<Send<Raft>>() == 1);
    bench.receive(1, refusal);
    CHECK(bench.outbox.outputs().empty());
    // Nor does one that was overtaken by the answer to the next attempt.
    bench.receive(1, AppendEntriesReply{.term = 2, .verdict = Accepted{4}});
    bench.receive(1, AppendEntriesReply{.term = 2, .verdict = Rejected{2, 0, 2}});
    CHECK(bench.outbox.outputs().empty());
}

TEST_CASE("a copy of a server goes on exactly like the original") {
    Bench bench;
    bench.stand();
    Bench copy = bench;
    const auto one = bench.receive(1, RequestVoteReply{.term = 1, .vote = Vote::granted});
    const auto other = copy.receive(1, RequestVoteReply{.term = 1, .vote = Vote::granted});
    CHECK(bench.raft == copy.raft);
    CHECK(one.size() == other.size());
    CHECK(bench.raft.role() == RaftRole::leader);
}

TEST_CASE("a leader's messages to all followers share one batch, and heartbeats own no memory") {
    Bench bench;
    bench.stand();
    std::vector<const RaftEntry*> first;
    for (const auto& output : bench.receive(1, RequestVoteReply{.term = 1, .vote = Vote::granted}))
        if (const auto* send = std::get_if<Send<Raft>>(&output))
            first.push_back(&std::get<AppendEntries>(send->message).entries[0]);
    REQUIRE(first.size() == 2);
    CHECK(first[0] == first[1]);
    for (const std::size_t follower : {1, 2})
        bench.receive(follower, AppendEntriesReply{.term = 1, .verdict = Accepted{1}});
    for (const auto& output : bench.step(Expire{Raft::heartbeat_timer}))
        if (const auto* send = std::get_if<Send<Raft>>(&output))
            CHECK(std::get<AppendEntries>(send->message).entries.empty());
}

TEST_CASE("no message, however absurd, breaks or hangs a server") {
    RandomStream random = stream_of(stream_key(1, "absurd", 0));
    for (int run = 0; run < 200; ++run) {
        Bench bench;
        bench.step(Start{});
        for (int i = 0; i < 200; ++i) {
            const auto kind = random.below(12);
            if (kind == 0) {
                bench.now += 400ms;
                bench.step(Expire{Raft::election_timer});
            } else if (kind == 1) {
                bench.step(Expire{Raft::heartbeat_timer});
            } else if (kind == 2) {
                const Command command{Payload(Filler{10})};
                bench.step(Request<Raft>{RequestId{random.next()}, command});
            } else if (kind == 3) {
                bench.step(Persisted{Ticket{random.below(bench.next.value)}});
            } else {
                const auto from = static_cast<std::size_t>(random.below(3));
                bench.receive(from, random_message(random));
            }
            CHECK(bench.raft.commit_index() <= bench.raft.log().last_index());
            CHECK(bench.raft.durable_index() <= bench.raft.log().last_index());
        }
    }
}

TEST_CASE("the metrics table is in the order of the metrics") {
    for (std::size_t i = 0; i < raft_metrics.size(); ++i) CHECK(metric_id(raft_metrics[i].metric).index() == i);
}

TEST_CASE("logs that share an entry and differ before it break Log Matching") {
    const RaftEntry x{.term = 1, .content = Command{Payload(std::string("x"))}};
    const RaftEntry y{.term = 1, .content = Command{Payload(std::string("y"))}};
    const RaftEntry last{.term = 2, .content = NoOperation{}};
    const Raft one = recovered(0, {.log = {x, last}, .cell = HardState{.current_term = 2, .voted_for = {}}});
    const Raft two = recovered(1, {.log = {y, last}, .cell = HardState{.current_term = 2, .voted_for = {}}});
    const Raft same = recovered(2, {.log = {x, last}, .cell = HardState{.current_term = 2, .voted_for = {}}});
    const std::array<const Raft*, 2> apart{&one, &two};
    REQUIRE(violations(apart).size() == 1);
    CHECK(violations(apart)[0].starts_with("Log Matching: servers 0 and 1"));
    const std::array<const Raft*, 2> alike{&one, &same};
    CHECK(violations(alike).empty());

    RaftHistory history;
    CHECK(history.observe(one).empty());
    CHECK(history.observe(same).empty());
    CHECK(history.observe(two).size() == 1);
}

TEST_CASE("two leaders of one term break Election Safety, at once or one after the other") {
    const auto leader_of_term_one = [](std::size_t self, std::size_t voter) {
        Raft raft(three_servers());
        RandomStream random(1);
        Outbox<Raft> outbox;
        Env env{ProcessId(self), Time{}, random};
        raft.step(env, Start{}, outbox);
        env.now = time_zero + 300ms;
        raft.step(env, Expire{Raft::election_timer}, outbox);
        const RaftMessage grant = RequestVoteReply{.term = 1, .vote = Vote::granted};
        raft.step(env, Receive<Raft>{ProcessId(voter), grant}, outbox);
        raft.step(env, Persisted{Ticket{1}}, outbox);
        return raft;
    };
    const Raft one = leader_of_term_one(0, 2);
    const Raft two = leader_of_term_one(1, 2);
    REQUIRE(one.role() == RaftRole::leader);
    const std::array<const Raft*, 2> both{&one, &two};
    REQUIRE(violations(both).size() == 1);
    CHECK(violations(both)[0] == "Election Safety: servers 0 and 1 both lead term 1");
    RaftHistory history;
    CHECK(history.observe(one).empty());
    REQUIRE(history.observe(two).size() == 1);
    CHECK(history.observe(two)[0] == "Election Safety: server 1 leads term 1, which server 0 has led");
}
