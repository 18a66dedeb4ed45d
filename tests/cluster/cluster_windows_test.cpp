// A cluster is a value, and its domains meet over links only: windows, copies and merged queues agree.
#include <doctest/doctest.h>

#include <algorithm>

#include "scripted_protocol.hpp"
#include "sim/cluster/cluster.hpp"

using namespace orrery;
using namespace orrery::test;

namespace {

/// Processes that gossip, work, sync and set timers by chance, with times on a grid; nodes crash, pause and slow down.
ClusterWorld gossip(std::uint64_t seed, Execution execution, Fidelity fidelity) {
    constexpr std::uint32_t nodes = 12;
    const auto script = [](const Seen& seen, auto, Env& env, Scripted::Box& out) {
        const std::uint64_t draw = env.random.next();
        const Duration soon = 10us * static_cast<std::int64_t>(draw % 4 + 1);
        if (seen.what == "start" || seen.what == "recover" || seen.what.rfind("expire", 0) == 0)
            out.arm(TimerId(0u), soon);
        const ProcessId other((draw >> 8) % nodes);
        switch ((draw >> 16) % 5) {
            case 0:
                out.send(other, Letter{draw}, out.work({soon}));
                break;
            case 1:
                out.append(LogId(0u), {draw});
                out.send(other, Letter{draw}, out.sync());
                break;
            case 2:
                out.arm(TimerId(1u), soon);
                break;
            case 3:
                out.disarm(TimerId(1u));
                break;
            case 4:
                break;
        }
        if ((draw >> 24) % 3 == 0) out.send(other, Letter{draw});
    };
    ClusterWorld world({.nodes = nodes,
                        .link = link_of(20us, 1'000'000'000),
                        .fidelity = fidelity,
                        .disk = disk_of(30us),
                        .seed = seed,
                        .execution = execution},
                       script);
    world.log->reserve(100'000);
    for (std::uint32_t i = 0; i < 40; ++i) {
        const NodeId node{std::size_t{i % nodes}};
        const Duration from = 50us * (i + 1);
        const Duration to = from + 90us;
        const std::uint32_t kind = i % 4;
        world.strike(from, [=](Cluster& c) {
            kind == 0   ? c.crash(node)
            : kind == 1 ? c.pause(node)
            : kind == 2 ? c.slow(node, 300'000)
                        : c.crash(ProcessId(node.index()));
        });
        world.strike(to, [=](Cluster& c) {
            kind == 0   ? c.restart(node)
            : kind == 1 ? c.resume(node)
            : kind == 2 ? c.unslow(node, 300'000)
                        : c.restart(ProcessId(node.index()));
        });
    }
    return world;
}

}  // namespace

TEST_CASE("a cluster run in windows gives what one merged queue gives") {
    for (const Fidelity fidelity : {Fidelity::latency, Fidelity::queue}) {
        ClusterWorld merged = gossip(5, Execution::merged, fidelity);
        merged.play(at(5ms));
        CHECK(merged.cluster.counts().messages > 1000);
        CHECK(merged.cluster.counts().work_lost > 0);
        CHECK(merged.cluster.counts().writes_lost > 0);
        for (std::uint64_t shuffle = 1; shuffle <= 3; ++shuffle) {
            ClusterWorld windowed = gossip(5, Execution::windowed, fidelity);
            windowed.play(at(5ms), shuffle);
            CHECK(windowed.kernel().fingerprint() == merged.kernel().fingerprint());
            CHECK(windowed.kernel().events() == merged.kernel().events());
            CHECK(windowed.cluster.counts().delivered == merged.cluster.counts().delivered);
            for (std::size_t process = 0; process < 12; ++process)
                CHECK(windowed.inputs(process) == merged.inputs(process));
        }
    }
}

TEST_CASE("a cluster copied half-way and its original both end as an undisturbed one does") {
    ClusterWorld whole = gossip(6, Execution::merged, Fidelity::queue);
    whole.play(at(4ms));
    ClusterWorld original = gossip(6, Execution::merged, Fidelity::queue);
    original.play(at(1777us));
    ClusterWorld copy = original;
    copy.play(at(4ms));
    CHECK(copy.kernel().fingerprint() == whole.kernel().fingerprint());
    original.play(at(4ms));
    CHECK(original.kernel().fingerprint() == whole.kernel().fingerprint());
    ClusterWorld other = gossip(7, Execution::merged, Fidelity::queue);
    other.play(at(4ms));
    CHECK(other.kernel().fingerprint() != whole.kernel().fingerprint());
}
