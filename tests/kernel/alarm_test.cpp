#include "sim/kernel/alarm.hpp"

#include <doctest/doctest.h>

#include "sim/base/random.hpp"
#include "sim/kernel/run.hpp"

using namespace orrery;

namespace {

constexpr EventKind kind_alarm = cancellable(1);
constexpr EventKind kind_act{2};
constexpr EntityId owner{1u};

Time at(std::int64_t nanoseconds) {
    return Time(Duration(nanoseconds));
}

/// One entity with some alarms; at a kind_act event the test's next act is carried out.
struct AlarmWorld {
    struct Act {
        std::int64_t when;
        std::size_t alarm;
        std::optional<std::int64_t> deadline;  ///< nothing: disarm
    };

    Kernel sequence{1};
    std::vector<Alarm> alarms = std::vector<Alarm>(4);
    std::vector<std::pair<std::size_t, Time>> rung;
    std::vector<Act> acts;

    AlarmWorld() {
        sequence.add_entity(DomainId(0u));
        sequence.add_entity(DomainId(1u));
    }
    Kernel& kernel() { return sequence; }
    bool small() const { return false; }
    void approach(const Event&, Distance) const {}
    bool alive(const Event& event) const { return alarms[event.payload].alive(event); }
    void arm(std::size_t alarm, Time deadline) {
        alarms[alarm].arm(sequence, {owner, kind_alarm, static_cast<std::uint32_t>(alarm)}, deadline);
    }
    void handle(const Event& event) {
        if (event.kind() == kind_act) {
            const Act& act = acts[event.payload];
            if (act.deadline) {
                arm(act.alarm, at(*act.deadline));
            } else {
                alarms[act.alarm].disarm(sequence, owner);
            }
        } else if (alarms[event.payload].goes_off(sequence, event)) {
            rung.emplace_back(event.payload, sequence.now());
        }
    }
    std::vector<std::pair<std::size_t, Time>> play(std::vector<Act> script) {
        acts = std::move(script);
        for (std::uint32_t i = 0; i < acts.size(); ++i) sequence.schedule(owner, owner, at(acts[i].when), kind_act, i);
        CHECK(run(*this, {}) == RunEnd::drained);
        return rung;
    }
};

using Rung = std::vector<std::pair<std::size_t, Time>>;

}  // namespace

TEST_CASE("an alarm goes off once, at its deadline") {
    AlarmWorld world;
    CHECK(world.play({{10, 0, 50}}) == Rung{{0, at(50)}});
    CHECK_FALSE(world.alarms[0].armed());
}

TEST_CASE("an alarm that is moved later goes off at the later time only") {
    AlarmWorld world;
    CHECK(world.play({{10, 0, 50}, {20, 0, 80}, {60, 0, 90}}) == Rung{{0, at(90)}});
}

TEST_CASE("an alarm that is moved later and back goes off at the last deadline only") {
    AlarmWorld world;
    CHECK(world.play({{10, 0, 50}, {20, 0, 80}, {30, 0, 60}}) == Rung{{0, at(60)}});
}

TEST_CASE("an alarm that is moved earlier goes off at the earlier time only") {
    AlarmWorld world;
    CHECK(world.play({{10, 0, 50}, {20, 0, 30}}) == Rung{{0, at(30)}});
}

TEST_CASE("an alarm that is set again for the same time goes off once") {
    AlarmWorld world;
    CHECK(world.play({{10, 0, 50}, {20, 0, 50}, {30, 0, 50}}) == Rung{{0, at(50)}});
}

TEST_CASE("a disarmed alarm does not go off, and can be set again, later or earlier") {
    CHECK(AlarmWorld().play({{10, 0, 50}, {20, 0, {}}}).empty());
    CHECK(AlarmWorld().play({{10, 0, 50}, {20, 0, {}}, {21, 0, {}}}).empty());
    CHECK(AlarmWorld().play({{10, 0, 50}, {20, 0, {}}, {30, 0, 70}}) == Rung{{0, at(70)}});
    CHECK(AlarmWorld().play({{10, 0, 50}, {20, 0, {}}, {30, 0, 40}}) == Rung{{0, at(40)}});
    CHECK(AlarmWorld().play({{10, 0, 50}, {20, 0, 70}, {55, 0, {}}}).empty());  // while moved and queued anew
}

TEST_CASE("an alarm for this very instant goes off in it, after what the instant held already") {
    AlarmWorld world;
    CHECK(world.play({{10, 0, 10}, {10, 1, 10}}) == Rung{{0, at(10)}, {1, at(10)}});
}

TEST_CASE("alarms of one instant go off in the order in which they were last set, moved or not") {
    // 0 was set first but moved last: it comes after 1, as if it had never been set before.
    AlarmWorld world;
    CHECK(world.play({{1, 0, 20}, {2, 2, 50}, {3, 1, 50}, {4, 0, 50}}) == Rung{{2, at(50)}, {1, at(50)}, {0, at(50)}});
}

TEST_CASE("random histories of four alarms agree with a list of deadlines") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        RandomStream random(mix64(seed));
        std::vector<AlarmWorld::Act> acts;
        std::int64_t when = 0;
        for (int i = 0; i < 400; ++i) {
            when += 1 + static_cast<std::int64_t>(random.below(10));
            const std::size_t alarm = random.below(4);
            if (random.below(5) == 0) {
                acts.push_back({when, alarm, {}});
            } else {
                acts.push_back({when, alarm, when + 1 + static_cast<std::int64_t>(random.below(60))});
            }
        }
        // At an act's own instant the alarm comes after it if it was set later than the act was scheduled: all acts
        // were.
        Rung expected;
        for (std::size_t alarm = 0; alarm < 4; ++alarm) {
            std::optional<std::int64_t> deadline;
            for (const auto& act : acts) {
                if (act.alarm != alarm) continue;
                if (deadline && *deadline < act.when) expected.emplace_back(alarm, at(*deadline));
                deadline = act.deadline;
            }
            if (deadline) expected.emplace_back(alarm, at(*deadline));
        }
        Rung seen = AlarmWorld().play(acts);
        CHECK(
            std::is_sorted(seen.begin(), seen.end(), [](const auto& a, const auto& b) { return a.second < b.second; }));
        std::sort(expected.begin(), expected.end());
        std::sort(seen.begin(), seen.end());
        CHECK_MESSAGE(seen == expected, "seed " << seed);
    }
}

namespace {

/// Re-arms an alarm at each of its acts; earlier each time, which leaves a dead event, or later, which leaves none.
struct Restless {
    Kernel sequence{3};
    Alarm alarm;
    std::int64_t left = 100'000;
    std::int64_t step;
    std::size_t pending_max = 0;

    explicit Restless(std::int64_t step_) : step(step_) {
        sequence.add_entity(DomainId(0u));
        sequence.add_entity(DomainId(1u));
        sequence.schedule(owner, owner, at(1), kind_act, 0);
    }
    Kernel& kernel() { return sequence; }
    bool small() const { return false; }
    void approach(const Event&, Distance) const {}
    bool alive(const Event& event) const { return alarm.alive(event); }
    void handle(const Event& event) {
        if (event.kind() == kind_alarm) {
            static_cast<void>(alarm.goes_off(sequence, event));
            return;
        }
        alarm.arm(sequence, {owner, kind_alarm, 0}, at(1'000'000'000) + Duration(step * (100'000 - left)));
        if (--left > 0) sequence.schedule(owner, owner, sequence.now() + 1ns, kind_act, 0);
        pending_max = std::max(pending_max, sequence.pending());
    }
};

}  // namespace

TEST_CASE("dead events never exceed the living by more than a few") {
    for (const std::int64_t step : {-1, 0, 1}) {
        Restless world(step);
        CHECK(run(world, {}) == RunEnd::drained);
        CHECK(world.left == 0);
        CHECK(world.pending_max <= 2 * 2 + run_detail::sweep_floor + 2);
        CHECK_FALSE(world.alarm.armed());
    }
}

TEST_CASE("a copied world's alarms go off as the original's do") {
    AlarmWorld world;
    world.arm(0, at(50));
    world.arm(1, at(60));
    world.arm(1, at(70));
    AlarmWorld copy = world;
    world.alarms[0].disarm(world.sequence, owner);
    CHECK(run(copy, {}) == RunEnd::drained);
    CHECK(run(world, {}) == RunEnd::drained);
    CHECK(copy.rung == Rung{{0, at(50)}, {1, at(70)}});
    CHECK(world.rung == Rung{{1, at(70)}});
}
