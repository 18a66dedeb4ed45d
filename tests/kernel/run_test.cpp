// Every documented way in which a run ends, merged and windowed.
#include "sim/kernel/run.hpp"

#include <doctest/doctest.h>

#include "scripted_world.hpp"

using namespace orrery;
using orrery::test::ScriptedWorld;

namespace {

Time at(std::int64_t nanoseconds) {
    return Time(Duration(nanoseconds));
}

/// Ticks every 10 ns for ever, or `count` times.
ScriptedWorld clock(Execution execution, std::uint32_t count) {
    ScriptedWorld world(
        1, 2,
        [](ScriptedWorld& self, const Event& event) {
            if (event.payload != 1) self.schedule(1, 1, event.at.time_since_epoch().count() + 10, event.payload - 1);
        },
        execution);
    world.schedule(1, 1, 10, count);
    return world;
}

struct StopAfter : Watch {
    explicit StopAfter(std::uint64_t looks_) : looks(looks_) {}
    Advice look(Time now, std::uint64_t events) override {
        seen = events;
        last = now;
        return --looks == 0 ? Advice::stop : Advice::go_on;
    }
    std::uint64_t looks;
    std::uint64_t seen = 0;
    Time last{};
};

constexpr Execution both[] = {Execution::merged, Execution::windowed};

}  // namespace

TEST_CASE("a run in which nothing is left to happen has drained") {
    for (const Execution execution : both) {
        ScriptedWorld world = clock(execution, 7);
        CHECK(run(world, {}) == RunEnd::drained);
        CHECK(world.happened.size() == 7);
        CHECK(world.kernel().events() == 7);
        CHECK(world.kernel().now() == at(70));
        CHECK(world.kernel().pending() == 0);
    }
}

TEST_CASE("an empty run has drained") {
    for (const Execution execution : both) {
        ScriptedWorld world(1, 2, {}, execution);
        CHECK(run(world, {}) == RunEnd::drained);
    }
}

TEST_CASE("the end of a run is exclusive, and a run goes on from it") {
    for (const Execution execution : both) {
        ScriptedWorld world = clock(execution, 100);
        RunLimits limits;
        limits.until = at(50);
        CHECK(run(world, limits) == RunEnd::reached_end);
        CHECK(world.happened.size() == 4);
        CHECK(world.kernel().pending() == 1);
        CHECK(run(world, limits) == RunEnd::reached_end);
        CHECK(world.happened.size() == 4);
        limits.until = at(51);
        CHECK(run(world, limits) == RunEnd::reached_end);
        CHECK(world.happened.size() == 5);
        CHECK(run(world, {}) == RunEnd::drained);
        CHECK(world.happened.size() == 100);
    }
}

TEST_CASE("a run stops at its limit of events and can go on") {
    for (const Execution execution : both) {
        ScriptedWorld world = clock(execution, 100);
        RunLimits limits;
        limits.events_max = 0;
        CHECK(run(world, limits) == RunEnd::event_limit);
        CHECK(world.happened.empty());
        limits.events_max = 30;
        CHECK(run(world, limits) == RunEnd::event_limit);
        CHECK(run(world, limits) == RunEnd::event_limit);
        CHECK(world.happened.size() == 60);
        limits.events_max = 41;
        CHECK(run(world, limits) == RunEnd::drained);
        CHECK(world.happened.size() == 100);
    }
}

TEST_CASE("events that never leave their instant end at the limit of events") {
    for (const Execution execution : both) {
        ScriptedWorld world(
            1, 2,
            [](ScriptedWorld& self, const Event& event) { self.schedule(1, 1, event.at.time_since_epoch().count()); },
            execution);
        world.schedule(1, 1, 5);
        RunLimits limits;
        limits.events_max = 100'000;
        CHECK(run(world, limits) == RunEnd::event_limit);
        CHECK(world.kernel().now() == at(5));
    }
}

TEST_CASE("a watch is asked every few thousand events, and can stop the run, which can go on") {
    for (const Execution execution : both) {
        ScriptedWorld world = clock(execution, 50'000);
        StopAfter watch(3);
        RunLimits limits;
        limits.watch = &watch;
        CHECK(run(world, limits) == RunEnd::stopped);
        CHECK(watch.seen == world.happened.size());
        CHECK(watch.last == world.happened.back().at);
        CHECK(watch.seen > 2 * run_detail::watch_period);
        CHECK(watch.seen <= 3 * run_detail::watch_period);
        ScriptedWorld undisturbed = clock(execution, 50'000);
        CHECK(run(undisturbed, {}) == RunEnd::drained);
        CHECK(run(world, {}) == RunEnd::drained);
        CHECK(world.kernel().fingerprint() == undisturbed.kernel().fingerprint());
    }
}

TEST_CASE("an event that has died does not happen and is no part of the fingerprint's events") {
    for (const Execution execution : both) {
        ScriptedWorld world(1, 2, {}, execution);
        world.lives = [](const Event& event) { return event.payload != 2; };
        for (std::uint32_t i = 1; i <= 3; ++i)
            world.kernel().schedule(EntityId(1u), EntityId(1u), at(i), cancellable(1), i);
        // Only cancellable kinds are asked about.
        world.schedule(1, 1, 4, 2);
        CHECK(run(world, {}) == RunEnd::drained);
        CHECK(world.payloads() == std::vector<std::uint32_t>{1, 3, 2});
        CHECK(world.kernel().events() == 3);
    }
}

TEST_CASE("a windowed run whose domains may touch without delay is refused") {
    ScriptedWorld world = clock(Execution::windowed, 3);
    RunLimits limits;
    limits.lookahead = Duration(0);
    CHECK_THROWS_AS(run(world, limits), InvariantBroken);
}
