// The world around the processes: messages, crashes, pauses, slowness. Times worked by hand.
#include "sim/cluster/cluster.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "scripted_protocol.hpp"

using namespace orrery;
using namespace orrery::test;

namespace {

constexpr ProcessId first{0u};
constexpr ProcessId second{1u};
constexpr NodeId node_a{0u};
constexpr NodeId node_b{1u};
constexpr std::int64_t gigabit = 1'000'000'000;

bool is(const Seen& seen, ProcessId process, const std::string& what) {
    return seen.process == process && seen.what == what;
}

/// Process 0 sends letter n to process 1 at request n. A letter of `bytes` bytes on the wire.
Scripted::Script sender(std::uint32_t bytes = 12) {
    return [bytes](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (seen.process == first && seen.what.rfind("request ", 0) == 0)
            out.send(second, Letter{std::stoull(seen.what.substr(8)), Filler{bytes - 12}});
    };
}

std::string letter(int number) {
    return "receive " + std::to_string(number) + " from 0";
}

}  // namespace

TEST_CASE("a message takes the latencies of its route, in fidelity latency whatever its size") {
    ClusterWorld world({.link = link_of(10us, 10 * gigabit)}, sender(1'000'000));
    world.request_at(5us, 1);
    world.play();
    CHECK(world.times(1, letter(1)) == Times{at(25us)});
    CHECK(world.cluster.counts().messages == 1);
    CHECK(world.cluster.counts().delivered == 1);
    CHECK(world.cluster.counts().bytes == 1'000'000);
    CHECK(world.cluster.message_delay().count() == 1);
}

TEST_CASE("a message takes its latencies and its bytes over the bandwidth at each hop, in fidelity queue") {
    ClusterWorld world({.link = link_of(10us, 10 * gigabit), .fidelity = Fidelity::queue}, sender(1000));
    world.request_at(5us, 1);
    world.request_at(5us, 2);
    world.play();
    // 1,000 bytes at 10 Gbit/s: 800 ns on the uplink, 10 us, 800 ns on the downlink, 10 us; the second queues once.
    CHECK(world.times(1, letter(1)) == Times{at(5us + 21'600ns)});
    CHECK(world.times(1, letter(2)) == Times{at(5us + 22'400ns)});
}

TEST_CASE("inside a node a message is a call, in order, before the event that sent it ends") {
    ClusterWorld world({.nodes = 1, .processes = "00"}, [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (is(seen, first, "request 1"))
            for (std::uint64_t i = 1; i <= 3; ++i) out.send(second, Letter{i});
        if (is(seen, second, "receive 1 from 0")) out.send(first, Letter{9});
    });
    CHECK(world.request(0, 1));
    CHECK(world.inputs(1) == Inputs{letter(1), letter(2), letter(3)});
    CHECK(world.log->back().what == "receive 9 from 1");  // after what was sent before it
    CHECK(world.kernel().pending() == 0);
    CHECK(world.cluster.counts().calls == 4);
    CHECK(world.cluster.counts().messages == 0);
}

TEST_CASE("links of no latency make messages calls too") {
    ClusterWorld world({.link = link_of(0us), .domains = Domains::shared}, sender());
    world.request_at(5us, 1);
    world.request_at(5us, 2);
    world.play();
    CHECK(world.inputs(1) == Inputs{letter(1), letter(2)});
    CHECK(world.times(1, letter(2)) == Times{at(5us)});
    CHECK(world.cluster.counts().calls == 2);
}

TEST_CASE("a message or call to a dead process is counted and lost; one from a process that has died since arrives") {
    ClusterWorld world({}, sender());
    world.request_at(5us, 1);
    world.strike(10us, [](Cluster& cluster) { cluster.crash(first); });  // its message is on the wire
    world.strike(26us, [](Cluster& cluster) { cluster.restart(first); });
    world.strike(30us, [](Cluster& cluster) { cluster.crash(second); });
    world.request_at(31us, 2);
    world.strike(60us, [](Cluster& cluster) { cluster.restart(second); });
    world.request_at(61us, 3);
    world.play();
    CHECK(world.inputs(1) == Inputs{letter(1), "recover", letter(3)});
    CHECK(world.cluster.counts().lost_at_receiver == 1);
    CHECK(world.cluster.counts().delivered == 2);

    ClusterWorld local({.nodes = 1, .processes = "00"}, sender());
    local.strike(1us, [](Cluster& cluster) { cluster.crash(second); });
    local.request_at(2us, 1);
    local.play();
    CHECK(local.inputs(1).empty());
    CHECK(local.cluster.counts().lost_at_receiver == 1);
}

TEST_CASE("a request at a process that is not running is refused") {
    ClusterWorld world({});
    world.cluster.crash(first);
    CHECK_FALSE(world.request(0, 1));
    CHECK(world.request(1, 1));
    world.cluster.restart(first);
    CHECK(world.request(0, 2));
    CHECK(world.inputs(0) == Inputs{"recover", "request 2"});
}

TEST_CASE("a paused node reacts after it is resumed, in the order in which things came") {
    // Timers set before (their orders are old), a sync, messages of another process and the load's own event.
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        ClusterWorld world({.disk = disk_of(18us), .seed = seed, .processes = "010"},
                           [](const Seen& seen, auto, Env&, Scripted::Box& out) {
                               if (is(seen, first, "start")) {
                                   out.arm(TimerId(1u), 27us);
                                   out.arm(TimerId(0u), 15us);
                                   out.sync();
                               }
                               if (is(seen, ProcessId(2u), "start")) out.arm(TimerId(3u), 17us);
                               if (is(seen, second, "start"))
                                   for (std::uint64_t i = 1; i <= 4; ++i) out.work({Duration(3000)});
                               if (seen.process == second && seen.what.rfind("worked", 0) == 0)
                                   out.send(first, Letter{std::stoull(seen.what.substr(7))});
                           });
        world.strike(5us, [](Cluster& cluster) { cluster.pause(node_a); });
        world.strike(7us, [](Cluster& cluster) { cluster.pause(node_a); });
        world.request_at(24us, 8);
        world.strike(50us, [](Cluster& cluster) { cluster.resume(node_a); });  // nested: still paused
        world.strike(100us, [](Cluster& cluster) {
            CHECK(cluster.up(node_a));
            cluster.resume(node_a);
        });
        world.play();
        std::vector<std::string> after;
        for (const Seen& seen : *world.log) {
            if (seen.process == second || seen.what == "start") continue;
            CHECK(seen.at == at(100us));
            after.push_back(seen.what);
        }
        // Work of 3 us each is done at 3, 6, 9, 12 and its messages take 20.
        CHECK(after == Inputs{"expire 0", "expire 3", "persisted 1", "receive 1 from 1", "request 8",
                              "receive 2 from 1", "expire 1", "receive 3 from 1", "receive 4 from 1"});
    }
}

TEST_CASE("what a paused node's first reaction moves or disarms does not come") {
    ClusterWorld world({}, [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (is(seen, second, "start")) {
            out.arm(TimerId(0u), 40us);
            out.arm(TimerId(1u), 40us);
        }
        if (is(seen, second, letter(1))) {
            out.arm(TimerId(0u), 1ms);
            out.disarm(TimerId(1u));
        }
        if (is(seen, first, "request 1")) out.send(second, Letter{1});
    });
    world.request_at(0us, 1);
    world.strike(10us, [](Cluster& cluster) { cluster.pause(node_b); });
    world.strike(100us, [](Cluster& cluster) { cluster.resume(node_b); });
    world.play();
    CHECK(world.inputs(1) == Inputs{letter(1), "expire 0"});
    CHECK(world.times(1, "expire 0") == Times{at(1100us)});
}

TEST_CASE(
    "a timer that was moved before the pause expires at its last deadline, or at the resumption if that has passed") {
    ClusterWorld world({}, [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (is(seen, first, "start"))
            for (std::size_t timer = 0; timer < 3; ++timer) out.arm(TimerId(timer), 10us);
        if (is(seen, first, "request 1"))
            for (std::size_t timer = 0; timer < 3; ++timer)
                out.arm(TimerId(timer), 20us + 50us * static_cast<std::int64_t>(timer));
    });
    world.request_at(1us, 1);
    world.strike(5us, [](Cluster& cluster) { cluster.pause(node_a); });
    world.strike(100us, [](Cluster& cluster) { cluster.resume(node_a); });
    world.play();
    CHECK(world.times(0, "expire 0") == Times{at(100us)});
    CHECK(world.times(0, "expire 1") == Times{at(100us)});
    CHECK(world.times(0, "expire 2") == Times{at(121us)});
}

TEST_CASE("a message that a paused node had received goes with its process") {
    ClusterWorld world({}, [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (is(seen, first, "request 1")) out.send(second, Letter{1});
        if (is(seen, second, "start")) out.arm(TimerId(0u), 30us);
    });
    world.request_at(0us, 1);
    world.strike(10us, [](Cluster& cluster) { cluster.pause(node_b); });
    world.strike(50us, [](Cluster& cluster) { cluster.crash(second); });
    world.strike(60us, [](Cluster& cluster) { cluster.resume(node_b); });
    world.strike(70us, [](Cluster& cluster) { cluster.restart(second); });
    world.play();
    CHECK(world.inputs(1) == Inputs{"recover"});
    CHECK(world.cluster.counts().lost_at_receiver == 1);
}

TEST_CASE("work takes exactly the pause longer") {
    ClusterWorld world({}, [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (is(seen, first, "request 1")) out.work({50us});
        if (is(seen, first, "request 1")) out.work({50us});
    });
    world.request_at(0us, 1);
    world.strike(5us, [](Cluster& cluster) { cluster.pause(node_a); });
    world.strike(100us, [](Cluster& cluster) { cluster.resume(node_a); });
    world.strike(150us, [](Cluster& cluster) { cluster.pause(node_a); });
    world.strike(151us, [](Cluster& cluster) { cluster.resume(node_a); });
    world.play();
    CHECK(world.times(0, "worked 1") == Times{at(145us)});
    CHECK(world.times(0, "worked 2") == Times{at(196us)});
}

TEST_CASE("a slow node works at its part of the speed, factors multiply, and taking them back is exact") {
    const auto work = [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (is(seen, first, "request 1")) out.work({100us});
    };
    ClusterWorld once({}, work);
    once.request_at(0us, 1);
    once.strike(20us, [](Cluster& cluster) { cluster.slow(node_a, 500'000); });
    once.strike(60us, [](Cluster& cluster) { cluster.unslow(node_a, 500'000); });
    once.play();
    CHECK(once.times(0, "worked 1") == Times{at(120us)});

    // 10 us at 1, 10 at 1/2, 100 at 1/20, 10 at 1/10, then all: 10 + 5 + 5 + 1 done, 79 left.
    ClusterWorld nested({}, work);
    nested.request_at(0us, 1);
    nested.strike(10us, [](Cluster& cluster) { cluster.slow(node_a, 500'000); });
    nested.strike(20us, [](Cluster& cluster) { cluster.slow(node_a, 100'000); });
    nested.strike(120us, [](Cluster& cluster) { cluster.unslow(node_a, 500'000); });
    nested.strike(130us, [](Cluster& cluster) { cluster.unslow(node_a, 100'000); });
    nested.play();
    CHECK(nested.times(0, "worked 1") == Times{at(209us)});
    CHECK_THROWS_AS(nested.cluster.unslow(node_a, 100'000), InvariantBroken);

    // A node that was slow before it had any work.
    ClusterWorld before({}, work);
    before.strike(0us, [](Cluster& cluster) { cluster.slow(node_a, 250'000); });
    before.request_at(1us, 1);
    before.play();
    CHECK(before.times(0, "worked 1") == Times{at(401us)});
}

TEST_CASE("doubled messages come twice, each whole") {
    LinkSpec link = link_of(10us);
    link.duplicate = 1;
    ClusterWorld world({.link = link}, sender());
    for (std::uint32_t i = 1; i <= 3; ++i) world.request_at(Duration(i * 1000), i);
    world.play();
    CHECK(world.inputs(1).size() == 6);
    for (int i = 1; i <= 3; ++i)
        CHECK(world.times(1, letter(i)) == Times{at(Duration(i * 1000) + 20us), at(Duration(i * 1000) + 20us)});

    // In fidelity queue each of the two links doubles what it carries.
    ClusterWorld queue({.link = link, .fidelity = Fidelity::queue}, sender());
    queue.request_at(0us, 1);
    queue.play();
    CHECK(queue.times(1, letter(1)) == Times{at(20us), at(20us), at(20us), at(20us)});
}

TEST_CASE("a lossy link loses its part and no more") {
    LinkSpec link = link_of(10us);
    link.loss = 0.1;
    ClusterWorld world({.link = link}, sender());
    constexpr int count = 10'000;
    for (std::uint32_t i = 1; i <= count; ++i) world.request_at(Duration(i), i);
    world.play();
    // Two links: 81 % arrive. Binomial, deviation 39.2; five of them.
    const auto arrived = static_cast<int>(world.inputs(1).size());
    CHECK(arrived > 8100 - 196);
    CHECK(arrived < 8100 + 196);
    CHECK(world.cluster.counts().lost_in_network + world.cluster.counts().delivered == count);
}

TEST_CASE("crashes nest: a node is up again after as many restarts") {
    ClusterWorld world({});
    Cluster& cluster = world.cluster;
    cluster.crash(node_a);
    cluster.crash(node_a);
    CHECK_FALSE(cluster.up(node_a));
    CHECK_FALSE(cluster.running(first));
    cluster.restart(node_a);
    CHECK_FALSE(cluster.up(node_a));
    CHECK_FALSE(cluster.running(first));
    cluster.restart(node_a);
    CHECK(cluster.up(node_a));
    CHECK(cluster.running(first));
    CHECK(world.inputs(0) == Inputs{"recover"});
    CHECK_THROWS_AS(cluster.restart(node_a), InvariantBroken);
    CHECK_THROWS_AS(cluster.restart(first), InvariantBroken);
    CHECK_THROWS_AS(cluster.resume(node_a), InvariantBroken);
}

TEST_CASE("a process that is down when its node is runs again when both are restarted, in either order") {
    for (const bool node_first : {true, false}) {
        ClusterWorld world({});
        Cluster& cluster = world.cluster;
        cluster.crash(first);
        cluster.crash(node_a);
        node_first ? cluster.restart(node_a) : cluster.restart(first);
        CHECK_FALSE(cluster.running(first));
        node_first ? cluster.restart(first) : cluster.restart(node_a);
        CHECK(cluster.running(first));
        CHECK(world.inputs(0) == Inputs{"recover"});
    }
}

TEST_CASE("time down counts inside the window only, outages nested or not") {
    ClusterWorld world({});
    world.strike(10us, [](Cluster& cluster) { cluster.crash(node_a); });
    world.strike(15us, [](Cluster& cluster) { cluster.crash(node_a); });
    world.strike(20us, [](Cluster& cluster) { cluster.restart(node_a); });
    world.strike(30us, [](Cluster& cluster) { cluster.restart(node_a); });
    world.strike(50us, [](Cluster& cluster) { cluster.crash(node_a); });
    world.play();
    CHECK(world.cluster.down_in_window(node_a, at(60us)) == 30us);
    CHECK(world.cluster.down_in_window(node_b, at(60us)) == 0us);
}

TEST_CASE("entities have names for people") {
    ClusterWorld world({});
    CHECK(world.cluster.entity_name(EntityId(0u)) == "the world");
    CHECK(world.cluster.entity_name(EntityId(2u)) == "node 1");
    CHECK(world.cluster.entity_name(EntityId(3u)) == "switch 0");
    CHECK(world.cluster.entity_name(EntityId(5u)) == "process 1 on node 1");
    CHECK(world.cluster.entity_name(EntityId(6u)) == "load entity 0");
}
