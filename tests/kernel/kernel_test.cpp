#include "sim/kernel/kernel.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "scripted_world.hpp"

using namespace orrery;
using orrery::test::ScriptedWorld;

namespace {

constexpr std::size_t entities = 64;

/// The order in which 63 entities that tie at one instant come.
std::vector<std::uint32_t> order_of_ties(std::uint64_t seed) {
    ScriptedWorld world(seed, entities);
    for (std::uint32_t i = 1; i < entities; ++i) world.schedule(i, i, 1000, i);
    CHECK(run(world, {}) == RunEnd::drained);
    return world.payloads();
}

/// How many of the ties between neighbours the lower id wins.
int won_by_lower(const std::vector<std::uint32_t>& order) {
    int won = 0;
    for (std::size_t i = 1; i < order.size(); ++i) won += order[i - 1] < order[i] ? 1 : 0;
    return won;
}

}  // namespace

TEST_CASE("what is scheduled for now happens in the next round of now, before anything later") {
    ScriptedWorld world(1, 4, [](ScriptedWorld& self, const Event& event) {
        if (event.payload == 1) self.schedule(1, 1, 100, 11);   // for now
        if (event.payload == 2) self.schedule(2, 1, 100, 12);   // for now
        if (event.payload == 11) self.schedule(1, 2, 100, 21);  // for now again: round 2
    });
    world.schedule(3, 3, 101, 30);
    world.schedule(1, 1, 100, 1);
    world.schedule(2, 2, 100, 2);
    CHECK(run(world, {}) == RunEnd::drained);
    const std::vector<std::uint32_t> seen = world.payloads();
    REQUIRE(seen.size() == 6);
    CHECK(std::set<std::uint32_t>(seen.begin(), seen.begin() + 2) == std::set<std::uint32_t>{1, 2});
    CHECK(std::set<std::uint32_t>(seen.begin() + 2, seen.begin() + 4) == std::set<std::uint32_t>{11, 12});
    CHECK(seen[4] == 21);
    CHECK(seen[5] == 30);
    // Between 11 and 12 decides the same permuted origin as between 1 and 2.
    CHECK((seen[0] == 1) == (seen[2] == 11));
}

TEST_CASE("one entity's events of one instant happen in the order in which they were scheduled") {
    ScriptedWorld world(9, 2);
    for (std::uint32_t i = 0; i < 1000; ++i) world.schedule(1, 1, 7, i);
    run(world, {});
    const auto seen = world.payloads();
    CHECK(std::is_sorted(seen.begin(), seen.end()));
}

TEST_CASE("the seed permutes who wins a tie") {
    const auto one = order_of_ties(1);
    CHECK(one == order_of_ties(1));
    CHECK(one != order_of_ties(2));
    // A random order of 63 has 31 ascents on average, with variance 64/12 (Eulerian numbers): within 5 deviations.
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto order = order_of_ties(seed);
        CHECK(std::set<std::uint32_t>(order.begin(), order.end()).size() == entities - 1);
        CHECK(won_by_lower(order) > 31 - 12);
        CHECK(won_by_lower(order) < 31 + 12);
    }
}

TEST_CASE("which entity wins a tie most often is nobody in particular") {
    // Entity 1 wins against 62 others with probability 1/63; over 630 seeds that is 10 on average, deviation 3.1.
    int first = 0;
    for (std::uint64_t seed = 1000; seed < 1630; ++seed) first += order_of_ties(seed).front() == 1 ? 1 : 0;
    CHECK(first > 10 - 9);
    CHECK(first < 10 + 16);
}

TEST_CASE("the world's events come first at each instant") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        ScriptedWorld world(seed, 8);
        for (std::uint32_t i = 1; i < 8; ++i) world.schedule(i, i, 500, i);
        world.schedule(0, 0, 500, 0);
        run(world, {});
        CHECK(world.happened.front().target() == EntityId(0u));
    }
}

TEST_CASE("orders are unique, never 0, and code the permuted origin of every entity") {
    Kernel kernel(77);
    std::set<std::uint64_t> origins, orders;
    for (std::size_t i = 0; i < 100'000; ++i) {
        const EntityId entity = kernel.add_entity(DomainId(i == 0 ? 0u : 1u));
        const std::uint64_t order = kernel.take_order(entity);
        const std::uint64_t next = kernel.take_order(entity);
        CHECK_MESSAGE(next == order + 1, "entity " << i);
        origins.insert(order >> 40);
        orders.insert(order);
        orders.insert(next);
    }
    CHECK(origins.size() == 100'000);
    CHECK(orders.size() == 200'000);
    CHECK(*orders.begin() > 0);
}

TEST_CASE("an event in the past breaks an invariant") {
    ScriptedWorld world(1, 2, [](ScriptedWorld& self, const Event& event) {
        if (event.payload == 1) self.schedule(1, 1, 99);
    });
    world.schedule(1, 1, 100, 1);
    CHECK_THROWS_AS(run(world, {}), InvariantBroken);
}

TEST_CASE("the fingerprint tells events, draws, their order and whose they were; not the payload") {
    const auto fingerprint = [](auto&& change, std::uint32_t payload) {
        ScriptedWorld world(5, 4);
        for (std::uint32_t i = 1; i < 4; ++i) world.schedule(i, i, 10 * i, payload);
        change(world);
        run(world, {});
        return world.kernel().fingerprint();
    };
    const auto nothing = [](ScriptedWorld&) {};
    const std::uint64_t plain = fingerprint(nothing, 0);
    CHECK(plain == fingerprint(nothing, 0));
    CHECK(plain == fingerprint(nothing, 17));
    std::set<std::uint64_t> different{plain};
    different.insert(fingerprint([](ScriptedWorld& world) { world.schedule(1, 1, 40); }, 0));
    different.insert(fingerprint([](ScriptedWorld& world) { world.schedule(1, 1, 41); }, 0));
    different.insert(fingerprint([](ScriptedWorld& world) { world.schedule(1, 2, 40); }, 0));
    different.insert(fingerprint([](ScriptedWorld& world) { world.schedule(2, 1, 40); }, 0));
    different.insert(fingerprint([](ScriptedWorld& world) { world.kernel().fold(EntityId(1u), 3); }, 0));
    different.insert(fingerprint([](ScriptedWorld& world) { world.kernel().fold(EntityId(2u), 3); }, 0));
    different.insert(
        fingerprint([](ScriptedWorld& world) { static_cast<void>(world.kernel().take_order(EntityId(1u))); }, 0));
    const auto other_kind = [](ScriptedWorld& world) {
        world.kernel().schedule(EntityId(1u), EntityId(1u), Time(40ns), EventKind{1}, 0);
    };
    different.insert(fingerprint(other_kind, 0));
    CHECK(different.size() == 9);
}
