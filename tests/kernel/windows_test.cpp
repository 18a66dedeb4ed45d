// A domain is what may run ahead of the others: windowed and merged runs give the same fingerprint. The model
// rounds its times, so that ties abound: light load hides tie bugs.
#include <doctest/doctest.h>

#include <functional>

#include "sim/kernel/alarm.hpp"
#include "sim/kernel/run.hpp"

using namespace orrery;

namespace {

constexpr Duration lookahead = 40ns;
constexpr Duration grain = 10ns;
constexpr EventKind kind_tick{1};
constexpr EventKind kind_message{2};
constexpr EventKind kind_stroke{3};
constexpr EventKind kind_alarm = cancellable(4);

/// 24 domains of 3 entities each. An entity that gets an event draws, and tells a neighbour in its domain (now or
/// soon), another domain (a lookahead away or more), or itself; it moves its alarm about. Every 70 ns the world looks
/// at everybody, changes some, and makes them tick at once.
class LittleWorld {
public:
    static constexpr std::size_t domains = 24;
    static constexpr std::size_t each = 3;

    LittleWorld(std::uint64_t seed, Execution execution) : kernel_(seed, execution) {
        kernel_.add_entity(world_domain);
        entities_.push_back(Entity{RandomStream(0), {}, 0});
        for (std::size_t i = 0; i < domains * each; ++i) {
            kernel_.add_entity(DomainId(1 + i / each));
            entities_.push_back(Entity{stream_of(stream_key(seed, "little", i)), {}, 0});
        }
        for (std::size_t i = 1; i < entities_.size(); ++i)
            kernel_.schedule(EntityId(i), EntityId(i), time_zero, kind_tick, 0);
        kernel_.schedule(EntityId(0u), EntityId(0u), Time(70ns), kind_stroke, 0);
    }

    Kernel& kernel() { return kernel_; }
    bool small() const { return false; }
    void approach(const Event&, Distance) const {}
    bool alive(const Event& event) const { return entities_[event.target().index()].alarm.alive(event); }

    void handle(const Event& event) {
        const EntityId self = event.target();
        Entity& entity = entities_[self.index()];
        if (event.kind() == kind_stroke) return stroke();
        if (event.kind() == kind_alarm && !entity.alarm.goes_off(kernel_, event)) return;
        // The state depends on the order of its events, so an order that differs shows.
        entity.state =
            mix64(entity.state + event.payload + static_cast<std::uint64_t>(kernel_.now().time_since_epoch().count()));
        if (event.kind() == kind_alarm) entity.state += 99;
        const std::uint64_t draw = entity.random.next() ^ entity.state;
        kernel_.fold(self, draw);
        act(self, entity, draw);
        if (planted && kernel_.events() == 5000) planted(*this);
    }

    std::function<void(LittleWorld&)> planted;

    void disturb(EntityId entity) { ++entities_[entity.index()].state; }

private:
    struct Entity {
        RandomStream random;
        Alarm alarm;
        std::uint64_t state;
    };

    void act(EntityId self, Entity& entity, std::uint64_t draw) {
        const auto payload = static_cast<std::uint32_t>(draw >> 40);
        const Time soon = kernel_.now() + grain * static_cast<std::int64_t>(draw % 4);
        const std::size_t domain = (self.index() - 1) / each;
        const EntityId neighbour(1 + domain * each + (draw >> 8) % each);
        switch ((draw >> 16) % 8) {
            case 0:
                kernel_.schedule(self, neighbour, soon, kind_message, payload);
                break;
            case 1:
            case 2:
            case 3: {
                const EntityId other(1 + (draw >> 20) % (domains * each));
                kernel_.schedule(self, other, soon + lookahead, kind_message, payload);
                break;
            }
            case 4:
                entity.alarm.arm(kernel_, {self, kind_alarm, 0}, soon + 3 * grain);
                break;
            case 5:
                if (entity.alarm.armed()) entity.alarm.disarm(kernel_, self);
                kernel_.schedule(self, self, soon + grain, kind_tick, payload);
                break;
            default:
                kernel_.schedule(self, self, soon + grain, kind_tick, payload);
        }
    }

    void stroke() {
        std::uint64_t all = 0;
        for (const Entity& entity : entities_) all = mix64(all + entity.state);
        for (std::size_t i = 1; i < entities_.size(); ++i) {
            if ((all >> (i % 60)) % 4 != 0) continue;
            entities_[i].state ^= all;
            kernel_.schedule(EntityId(0u), EntityId(i), kernel_.now(), kind_tick, 7);
            if (entities_[i].alarm.armed()) entities_[i].alarm.disarm(kernel_, EntityId(i));
        }
        kernel_.fold(EntityId(0u), all);
        kernel_.schedule(EntityId(0u), EntityId(0u), kernel_.now() + 70ns, kind_stroke, 0);
    }

    Kernel kernel_;
    std::vector<Entity> entities_;
};

constexpr Time end{Duration(8000)};

RunLimits limits_to(Time until, std::uint64_t shuffle = 0) {
    RunLimits limits;
    limits.until = until;
    limits.lookahead = lookahead;
    limits.shuffle_seed = shuffle;
    return limits;
}

struct Outcome {
    std::uint64_t fingerprint;
    std::uint64_t events;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome outcome(LittleWorld& world) {
    return {world.kernel().fingerprint(), world.kernel().events()};
}

Outcome outcome(std::uint64_t seed, Execution execution, std::uint64_t shuffle = 0) {
    LittleWorld world(seed, execution);
    CHECK(run(world, limits_to(end, shuffle)) == RunEnd::reached_end);
    return outcome(world);
}

}  // namespace

TEST_CASE("windows with domains in any order give what one merged queue gives") {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        const Outcome merged = outcome(seed, Execution::merged);
        CHECK(merged.events > 20'000);
        for (std::uint64_t shuffle = 0; shuffle < 4; ++shuffle)
            CHECK(merged == outcome(seed, Execution::windowed, shuffle));
    }
    CHECK(outcome(1, Execution::merged).fingerprint != outcome(2, Execution::merged).fingerprint);
}

TEST_CASE("a shorter lookahead than the model has changes nothing") {
    const Outcome merged = outcome(9, Execution::merged);
    for (const Duration shorter : {1ns, 7ns, 39ns}) {
        LittleWorld world(9, Execution::windowed);
        RunLimits limits = limits_to(end, 5);
        limits.lookahead = shorter;
        run(world, limits);
        CHECK(outcome(world) == merged);
    }
}

TEST_CASE("a longer lookahead than the model has is noticed") {
    // A message then arrives in a window that its receiver has left already: an event in the past, or another order.
    LittleWorld world(9, Execution::windowed);
    RunLimits limits = limits_to(end, 5);
    limits.lookahead = 200ns;
    bool noticed = false;
    try {
        run(world, limits);
        noticed = !(outcome(world) == outcome(9, Execution::merged));
    } catch (const InvariantBroken&) {
        noticed = true;
    }
    CHECK(noticed);
}

TEST_CASE("a run that is interrupted anywhere goes on to the same fingerprint") {
    for (const Execution execution : {Execution::merged, Execution::windowed}) {
        const Outcome whole = outcome(3, Execution::merged);
        LittleWorld by_time(3, execution);
        for (std::int64_t until = 37; until < 8000; until += 137) run(by_time, limits_to(Time(Duration(until)), 1));
        run(by_time, limits_to(end, 1));
        CHECK(outcome(by_time) == whole);
        LittleWorld by_events(3, execution);
        RunLimits limits = limits_to(end, 2);
        limits.events_max = 777;
        while (run(by_events, limits) == RunEnd::event_limit) {
        }
        CHECK(outcome(by_events) == whole);
    }
}

TEST_CASE("a copy made half-way and its original both end as an undisturbed run does") {
    for (const Execution execution : {Execution::merged, Execution::windowed}) {
        const Outcome whole = outcome(4, execution);
        LittleWorld original(4, execution);
        run(original, limits_to(Time(3333ns)));
        LittleWorld copy = original;
        CHECK(outcome(copy) == outcome(original));
        run(copy, limits_to(end));
        CHECK(outcome(copy) == whole);
        run(original, limits_to(end));
        CHECK(outcome(original) == whole);
    }
}

TEST_CASE("a planted nondeterminism changes the fingerprint") {
    const auto with = [](std::function<void(LittleWorld&)> planted) {
        LittleWorld world(6, Execution::merged);
        world.planted = std::move(planted);
        run(world, limits_to(end));
        return outcome(world);
    };
    const Outcome clean = with({});
    CHECK(clean == with([](LittleWorld&) {}));
    // One entity's state differs by one, once: all that follows does.
    CHECK_FALSE(clean == with([](LittleWorld& world) { world.disturb(EntityId(11u)); }));
    // An event too many that does nothing of note; a draw too many.
    CHECK_FALSE(clean == with([](LittleWorld& world) { static_cast<void>(world.kernel().take_order(EntityId(11u))); }));
    CHECK_FALSE(clean == with([](LittleWorld& world) { world.kernel().fold(EntityId(11u), 1); }));
}

TEST_CASE("in a windowed run the domains depend on each other as much as in a merged one") {
    // Without this, the tests above could pass with domains that never meet.
    LittleWorld world(6, Execution::windowed);
    world.planted = [](LittleWorld& self) { self.disturb(EntityId(1u)); };
    run(world, limits_to(end));
    LittleWorld clean(6, Execution::windowed);
    run(clean, limits_to(end));
    std::size_t touched = 0;
    for (std::size_t i = 0; i < clean.kernel().entities(); ++i)
        touched += clean.kernel().hash(EntityId(i)) != world.kernel().hash(EntityId(i)) ? 1u : 0u;
    CHECK(touched > clean.kernel().entities() / 2);
}
