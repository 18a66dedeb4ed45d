// bounded_loads, and what all rings with loads have in common.
#include <doctest/doctest.h>

#include <vector>

#include "models/hashing/rings/bounded_placement.hpp"
#include "models/hashing/rings/loaded_ring.hpp"
#include "sim/base/random.hpp"
#include "tests/hashing/rings.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::testing;

TEST_CASE("no member takes a key above ceil((1 + epsilon) * mean), even if all keys are one") {
    for (const char* epsilon : {"1%", "10%", "25%", "100%"}) {
        CAPTURE(epsilon);
        const auto ring = make_ring("bounded_loads", {{"epsilon", epsilon}});
        ring->reset(members(addresses(13)));
        const BoundedCapacity bound(ring->promise().max_over_mean - 1);
        std::vector<std::uint64_t> held(13, 0);
        std::vector<MemberId> taken;
        RandomStream random(1);
        for (int i = 0; i < 5000; ++i) {
            if (!taken.empty() && random.below(3) == 0) {
                const auto gone = random.below(taken.size());
                ring->release(taken[gone]);
                --held[taken[gone].index()];
                taken.erase(taken.begin() + static_cast<std::ptrdiff_t>(gone));
            }
            const std::string key = random.below(2) == 0 ? "hot" : "key " + std::to_string(i);
            const MemberId expected = ring->owner(key);
            taken.push_back(ring->take(key));
            CHECK(taken.back() == expected);
            REQUIRE(++held[taken.back().index()] <= bound.of_one(taken.size(), 13));
        }
    }
}

TEST_CASE("a key stays with its plain owner while that one has room") {
    const auto bounded = make_ring("bounded_loads", {{"epsilon", "10000%"}});
    const auto tight = make_ring("bounded_loads", {{"epsilon", "1%"}});
    bounded->reset(members(addresses(10)));
    tight->reset(members(addresses(10)));
    const MemberId home = bounded->owner("hot");
    for (int i = 0; i < 20; ++i) CHECK(bounded->take("hot") == home);
    CHECK(tight->take("hot") == home);
    CHECK(tight->take("hot") != home);  // ceil(1.01 * 2 / 10) = 1
}

TEST_CASE("a member that leaves takes its load along, and comes back with none") {
    for (const char* name : {"bounded_loads", "lafikl", "envoy_bounded"}) {
        CAPTURE(name);
        const auto ring = make_ring(name);
        ring->reset(members(addresses(4)));
        const auto& loaded = dynamic_cast<const LoadedRing&>(*ring);
        for (int i = 0; i < 40; ++i) ring->take("key " + std::to_string(i));
        const std::vector<std::uint32_t> before(loaded.loads().begin(), loaded.loads().end());
        REQUIRE(before[0] > 0);
        const Member leaving = ring->members()[0];
        ring->remove(leaving.id);
        ring->release(leaving.id);  // what it held ends somewhere else
        ring->add(leaving);
        ring->release(leaving.id);
        CHECK(std::vector<std::uint32_t>(loaded.loads().begin(), loaded.loads().end()) ==
              std::vector<std::uint32_t>{0, before[1], before[2], before[3]});
        CHECK(loaded.total_load() == 40 - before[0]);
    }
}

TEST_CASE("replicas begin with the owner and name every member once, loaded or not") {
    for (const char* name : {"bounded_loads", "lafikl", "envoy_bounded", "haproxy_consistent"}) {
        CAPTURE(name);
        const auto ring = make_ring(name);
        ring->reset(members(addresses(7)));
        for (int i = 0; i < 50; ++i) {
            const std::string key = "key " + std::to_string(i % 5);
            std::vector<MemberId> replicas(9);
            REQUIRE(ring->replicas(key, replicas) == 7);
            CHECK(replicas[0] == ring->owner(key));
            replicas.resize(7);
            std::sort(replicas.begin(), replicas.end());
            for (std::size_t place = 0; place < 7; ++place) CHECK(replicas[place] == MemberId(place));
            const MemberId expected = ring->clone()->take(key);
            CHECK(ring->take(key) == expected);
        }
    }
}
