// What the driver promises to a protocol (sim/base/contract.hpp), promise by promise.
#include "sim/cluster/host.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "scripted_protocol.hpp"

using namespace orrery;
using namespace orrery::test;

namespace {

constexpr ProcessId first{0u};
constexpr ProcessId second{1u};
constexpr LogId log_a{0u};
constexpr CellId cell_a{0u};
constexpr TimerId timer_a{0u};
constexpr TimerId timer_b{1u};

/// Records and the cell that a recovering process finds: "1 2 3 cell 5".
std::string found(const Scripted::Storage& storage) {
    std::string out;
    for (std::uint64_t i = 0; i < storage.log_size(log_a); ++i)
        out += std::to_string(storage.record(log_a, i).value) + " ";
    if (const Number* cell = storage.cell(cell_a)) out += "cell " + std::to_string(cell->value);
    return out;
}

bool is(const Seen& seen, ProcessId process, const char* what) {
    return seen.process == process && seen.what == what;
}

}  // namespace

TEST_CASE("every process starts once, in the order of their ids, before anything else") {
    ClusterWorld world({.nodes = 3, .processes = "202"});
    CHECK(*world.log == std::vector<Seen>{{ProcessId(0u), at(0us), "start"},
                                          {ProcessId(1u), at(0us), "start"},
                                          {ProcessId(2u), at(0us), "start"}});
    CHECK(world.cluster.processes_on(NodeId(2u)) == std::vector<ProcessId>{ProcessId(0u), ProcessId(2u)});
    CHECK(world.cluster.processes_on(NodeId(1u)).empty());
}

TEST_CASE("outputs held by work are let go in order, before the ticket's own input") {
    const auto script = [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (is(seen, first, "request 1")) {
            const Ticket ticket = out.work({1ms});
            out.send(second, Letter{1}, ticket);
            out.send(second, Letter{2});
            out.send(second, Letter{3}, ticket);
            out.reply(RequestId{1}, {7}, ticket);
            out.note(MetricId(0u), 5);
        }
        if (is(seen, first, "worked 1")) {
            out.send(second, Letter{4});
            out.send(second, Letter{5}, Ticket{1});  // done already: holds nothing
        }
    };
    ClusterWorld world({.nodes = 1, .processes = "00"}, script);
    CHECK(world.request(0, 1));
    auto& port = world.cluster.port<Number, Number>(0);
    CHECK(port.answers().empty());
    CHECK(port.notes().size() == 1);
    world.play();
    CHECK(world.inputs(1) ==
          Inputs{"receive 2 from 0", "receive 1 from 0", "receive 3 from 0", "receive 4 from 0", "receive 5 from 0"});
    CHECK(world.times(1, "receive 2 from 0") == Times{at(0us)});
    CHECK(world.times(1, "receive 1 from 0") == Times{at(1ms)});
    CHECK(world.times(0, "worked 1") == Times{at(1ms)});
    REQUIRE(port.answers().size() == 1);
    CHECK(port.answers()[0].request == RequestId{1});
    CHECK(port.answers()[0].result.value == 7);
}

TEST_CASE("outputs held by a sync are let go when it is done; each ticket holds its own") {
    const auto script = [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (!is(seen, first, "request 1")) return;
        out.append(log_a, {1});
        const Ticket synced = out.sync();
        const Ticket worked = out.work({30us});
        out.send(second, Letter{1}, synced);
        out.send(second, Letter{2}, worked);
        out.send(second, Letter{3}, synced);
    };
    ClusterWorld world({.nodes = 1, .disk = disk_of(100us), .processes = "00"}, script);
    world.request(0, 1);
    world.play();
    CHECK(world.inputs(1) == Inputs{"receive 2 from 0", "receive 1 from 0", "receive 3 from 0"});
    CHECK(world.times(0, "worked 2") == Times{at(30us)});
    CHECK(world.times(0, "persisted 1") == Times{at(100us)});
}

TEST_CASE("a hundred outputs held by a hundred tickets that finish in another order all come, each in its time") {
    // Two cores would mix the order; syncs and work do as well: odd tickets are work, even ones syncs of 1 us.
    const auto script = [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (!is(seen, first, "request 1")) return;
        for (std::uint64_t i = 1; i <= 100; ++i) {
            out.append(log_a, {i});
            const Ticket ticket = i % 2 == 1 ? out.work({10us}) : out.sync();
            out.send(second, Letter{2 * i}, ticket);
            out.send(second, Letter{2 * i + 1}, ticket);
        }
    };
    ClusterWorld world({.nodes = 1, .disk = disk_of(1us), .processes = "00"}, script);
    world.request(0, 1);
    world.play();
    CHECK(world.inputs(1).size() == 200);
    for (std::uint64_t i = 1; i <= 100; i += 2) {
        const Times expected{at(10us * static_cast<std::int64_t>(i / 2 + 1))};
        CHECK(world.times(1, "receive " + std::to_string(2 * i) + " from 0") == expected);
        CHECK(world.times(1, "receive " + std::to_string(2 * i + 1) + " from 0") == expected);
    }
}

TEST_CASE("outputs held by work are lost at a crash, and so is the work") {
    const auto script = [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (!is(seen, first, "request 1") && !is(seen, first, "request 2")) return;
        const Ticket ticket = out.work({10ms});
        out.send(second, Letter{1}, ticket);
        out.reply(RequestId{1}, {7}, ticket);
    };
    ClusterWorld world({}, script);
    world.request_at(1ms, 1);
    world.strike(5ms, [](Cluster& cluster) { cluster.crash(first); });
    world.strike(6ms, [](Cluster& cluster) { cluster.restart(first); });
    world.request_at(7ms, 2);
    world.play();
    CHECK(world.inputs(0) == Inputs{"request 1", "recover", "request 2", "worked 2"});
    CHECK(world.times(0, "worked 2") == Times{at(17ms)});  // the processor was free again
    CHECK(world.inputs(1).size() == 1);
    CHECK(world.cluster.port<Number, Number>(0).answers().size() == 1);
    CHECK(world.cluster.counts().work_lost == 1);
}

TEST_CASE("outputs held by a sync are lost at a crash, and the sync tells nobody") {
    const auto script = [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (is(seen, first, "request 1")) out.send(second, Letter{1}, out.sync());
        if (is(seen, first, "recover")) out.send(second, Letter{2}, out.sync());
    };
    ClusterWorld world({.disk = disk_of(10ms)}, script);
    world.request_at(1ms, 1);
    world.strike(5ms, [](Cluster& cluster) { cluster.crash(NodeId(0u)); });
    world.strike(6ms, [](Cluster& cluster) { cluster.restart(NodeId(0u)); });
    world.play();
    CHECK(world.inputs(0) == Inputs{"request 1", "recover", "persisted 2"});
    CHECK(world.times(0, "persisted 2") == Times{at(16ms)});  // a lost sync does not keep the disk busy
    CHECK(world.inputs(1) == Inputs{"receive 2 from 0"});
}

namespace {

/// Writes 1, 2 and the cell, syncs (10 ms), and then writes 3, unsynced. What recovery found is in `seen_by_recovery`.
ClusterWorld writing_world(std::string* seen_by_recovery) {
    return ClusterWorld({.disk = disk_of(10ms)},
                        [=](const Seen& seen, const Scripted::Storage* storage, Env&, Scripted::Box& out) {
                            if (storage != nullptr) *seen_by_recovery = found(*storage);
                            if (!is(seen, first, "request 1")) return;
                            out.append(log_a, {1});
                            out.append(log_a, {2});
                            out.put(cell_a, {5});
                            out.sync();
                            out.append(log_a, {3});
                            out.put(cell_a, {6});
                        });
}

std::string found_after(Duration when, CrashOf what) {
    std::string recovered;
    ClusterWorld world = writing_world(&recovered);
    world.request_at(1ms, 1);
    world.strike(when,
                 [=](Cluster& cluster) { what == CrashOf::node ? cluster.crash(NodeId(0u)) : cluster.crash(first); });
    world.strike(when + 1ms, [=](Cluster& cluster) {
        what == CrashOf::node ? cluster.restart(NodeId(0u)) : cluster.restart(first);
    });
    world.play();
    if (what == CrashOf::process) CHECK(world.cluster.counts().writes_lost == 0);
    return recovered;
}

}  // namespace

TEST_CASE("the page cache survives a crash of the process, synced or not") {
    CHECK(found_after(5ms, CrashOf::process) == "1 2 3 cell 6");
    CHECK(found_after(20ms, CrashOf::process) == "1 2 3 cell 6");
}

TEST_CASE("a crash of the node leaves what was synced, all of it and nothing else") {
    CHECK(found_after(5ms, CrashOf::node) == "");
    CHECK(found_after(20ms, CrashOf::node) == "1 2 cell 5");
}

TEST_CASE("a truncation that was not synced comes back after a crash of the node") {
    std::string recovered;
    ClusterWorld world({.disk = disk_of(1ms)},
                       [&](const Seen& seen, const Scripted::Storage* storage, Env&, Scripted::Box& out) {
                           if (storage != nullptr) recovered = found(*storage);
                           if (is(seen, first, "request 1")) {
                               for (std::uint64_t i = 1; i <= 3; ++i) out.append(log_a, {i});
                               out.sync();
                           }
                           if (is(seen, first, "persisted 1")) {
                               out.truncate(log_a, 1);
                               out.append(log_a, {9});
                           }
                       });
    world.request_at(0us, 1);
    world.strike(5ms, [](Cluster& cluster) { cluster.crash(first); });
    world.strike(6ms, [](Cluster& cluster) { cluster.restart(first); });
    world.strike(7ms, [&](Cluster& cluster) {
        CHECK(recovered == "1 9 ");
        cluster.crash(NodeId(0u));
    });
    world.strike(8ms, [](Cluster& cluster) { cluster.restart(NodeId(0u)); });
    world.play();
    CHECK(recovered == "1 2 3 ");
    CHECK(world.cluster.counts().writes_lost == 2);
}

TEST_CASE("a sync takes its time and its bytes") {
    // 8 bytes a record at 8 kbit/s: 8 ms a record.
    ClusterWorld world({.disk = disk_of(1ms, 8000)}, [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (seen.what.rfind("request", 0) != 0) return;
        out.append(log_a, {1});
        if (seen.what == "request 2") out.append(log_a, {2});
        out.sync();
    });
    world.request_at(0us, 1);
    world.request_at(100ms, 2);
    world.play();
    CHECK(world.times(0, "persisted 1") == Times{at(9ms)});
    CHECK(world.times(0, "persisted 2") == Times{at(117ms)});
}

TEST_CASE("a process of its own disk waits for none but its node's; syncs of a node are done in order") {
    ClusterWorld world({.disk = disk_of(10ms)}, [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (seen.what == "start" || seen.what == "request 1") out.sync();
    });
    world.request_at(1ms, 1);
    world.play();
    CHECK(world.times(0, "persisted 1") == Times{at(10ms)});
    CHECK(world.times(0, "persisted 2") == Times{at(20ms)});
    CHECK(world.times(1, "persisted 1") == Times{at(10ms)});
}

TEST_CASE("timers expire when they were set for, move, and can be disarmed") {
    ClusterWorld world({}, [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (is(seen, first, "start")) {
            out.arm(timer_a, 5ms);
            out.arm(timer_b, 6ms);
            out.arm(TimerId(7u), 0ms);
            out.disarm(TimerId(5u));  // never set
        }
        if (is(seen, first, "request 1")) {
            out.arm(timer_a, 7ms);
            out.disarm(timer_b);
        }
    });
    world.request_at(2ms, 1);
    world.play();
    CHECK(world.inputs(0) == Inputs{"expire 7", "request 1", "expire 0"});
    CHECK(world.times(0, "expire 0") == Times{at(9ms)});
    CHECK(world.times(0, "expire 7") == Times{at(0ms)});
}

TEST_CASE("timers vanish at a crash; tickets go on rising; the value is made afresh") {
    ClusterWorld world({}, [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (is(seen, first, "start")) {
            out.arm(timer_a, 5ms);
            out.work({100us});
            out.work({100us});
        }
        if (is(seen, first, "recover")) out.work({1ms});
    });
    world.strike(2ms, [](Cluster& cluster) { cluster.crash(first); });
    world.strike(3ms, [](Cluster& cluster) { cluster.restart(first); });
    world.play();
    CHECK(world.inputs(0) == Inputs{"worked 1", "worked 2", "recover", "worked 3"});
}

TEST_CASE("a timer that is set again after a crash expires at its new time only") {
    ClusterWorld world({}, [](const Seen& seen, auto, Env&, Scripted::Box& out) {
        if (seen.process == first && (seen.what == "start" || seen.what == "recover")) out.arm(timer_a, 5ms);
    });
    world.strike(2ms, [](Cluster& cluster) { cluster.crash(first); });
    world.strike(3ms, [](Cluster& cluster) { cluster.restart(first); });
    world.play();
    CHECK(world.times(0, "expire 0") == Times{at(8ms)});
}

TEST_CASE("a process draws from its own stream, whoever else draws") {
    const auto drawn = [](bool others) {
        std::vector<std::uint64_t> draws;
        ClusterWorld world({.nodes = 3}, [&](const Seen& seen, auto, Env& env, Scripted::Box&) {
            if (seen.process == first) draws.push_back(env.random.next());
            if (seen.process != first && others) env.random.next();
        });
        world.request(0, 1);
        return std::make_pair(draws, world.kernel().fingerprint());
    };
    CHECK(drawn(false).first == drawn(true).first);
    CHECK(drawn(false).second != drawn(true).second);  // a draw too many is noticed
}
