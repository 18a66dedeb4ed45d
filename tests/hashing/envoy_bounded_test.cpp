// Envoy's bounded loads.
#include "models/hashing/rings/envoy_bounded.hpp"

#include <doctest/doctest.h>

#include <numeric>

#include "models/hashing/rings/envoy_maglev.hpp"
#include "models/hashing/rings/ring_hash.hpp"
#include "tests/hashing/envoy.hpp"
#include "tests/hashing/rings.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::testing;

TEST_CASE("Envoy's bounded loads choose what Envoy chooses") {
    for (const Json& golden : golden_cases("envoy_bounded_load.json")) {
        const EnvoyCase hosts(golden.at("hosts"));
        const std::uint32_t total = std::accumulate(hosts.active().begin(), hosts.active().end(), 0u);
        const EnvoyBoundedLoad bounded(envoy_shares(hosts.hosts()), golden.at("hash_balance_factor"));
        for (std::uint32_t i = 0; i < hosts.hosts().size(); ++i)
            CHECK(bounded.overload(i, hosts.active(), total) == golden.at("overload_factor")[i]);
        const bool maglev = golden.at("base") == "maglev";
        const auto table =
            maglev ? envoy_maglev_table(hosts.hosts(), golden.at("table_size")) : std::vector<std::uint32_t>{};
        const auto ring =
            maglev ? RingHash{}
                   : envoy_ring_hash(hosts.hosts(),
                                     {number(golden.at("min_ring_size")), number(golden.at("max_ring_size"))},
                                     RingHashFunction::xx_hash);
        hosts.check_choices(golden, [&](std::uint64_t hash, std::uint32_t attempt) {
            const std::uint32_t hashed =
                maglev ? envoy_maglev_choose(table, hash, attempt) : ring.choose(hash, attempt);
            const std::uint32_t chosen = bounded.choose(hashed, hash, hosts.active(), total);
            CHECK(bounded.preference(hashed, hash, hosts.active(), total).front() == chosen);
            return chosen;
        });
    }
}

TEST_CASE("Envoy's bounded loads: from each host, by the lower half of the hash") {
    const std::vector<EnvoyHost> hosts = {{"b:1", 1}, {"a:1", 2}, {"c:1", 1}, {"d:1", 4}};
    const std::vector<std::uint32_t> active = {5, 1, 3, 2};
    const std::vector<std::uint64_t> hashes = {0u, 1u, 12345u, 4294967296u, 4294967297u, 18446744073709551615u};
    const std::vector<std::pair<std::uint32_t, Ids>> cases = {
        {100, {3, 1, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 3, 1, 3, 3, 1, 1, 3, 3, 3, 3, 3, 3}},
        {120, {3, 1, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 3, 1, 3, 3, 1, 1, 3, 3, 3, 3, 3, 3}},
        {150, {2, 1, 3, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3}},
        {300, {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3}},
    };
    for (const auto& [factor, expected] : cases) {
        CAPTURE(factor);
        const EnvoyBoundedLoad bounded(envoy_shares(hosts), factor);
        Ids chosen;
        for (std::uint32_t hashed = 0; hashed < 4; ++hashed)
            for (const std::uint64_t hash : hashes) chosen.push_back(bounded.choose(hashed, hash, active, 11));
        CHECK(chosen == expected);
    }
}

TEST_CASE("Envoy's bounded loads: an overload by integers inside, doubles outside") {
    CHECK(envoy_overload(0, 0, 100, 0.5) == 0);
    CHECK(envoy_overload(1, 0, 100, 0.001) == 1);  // at least one slot
    CHECK(envoy_overload(3, 11, 100, 0.125) == 1.5);
    CHECK(envoy_overload(5, 11, 150, 0.125) == 5.0 / 3);
    CHECK(envoy_overload(2, 11, 300, 0.5) == 2.0 / 18);
    CHECK(envoy_overload(7, 42949672, 100, 0.5) == 7);  // (total + 1) * factor wraps to 4
}

TEST_CASE("a host takes one more at an overload of 1, and then no more while others have room") {
    for (const char* base : {"ring_hash", "maglev"}) {
        const auto ring = make_ring("envoy_bounded", {{"base", base}, {"balance_factor", "120"}});
        ring->reset(members(addresses(10)));
        std::vector<std::uint32_t> held(10, 0);
        for (std::uint32_t i = 0; i < 1000; ++i) {
            const MemberId first = ring->owner("hot");
            const MemberId taken = ring->take("hot");
            CHECK(taken == first);
            ++held[taken.index()];
            // Envoy lets a host in at active == slots, one above the bound.
            CHECK(held[taken.index()] <= (12 * (i + 1) + 99) / 100 + 2);
        }
        // At 121 a host, nine of ten take all.
        CHECK(std::count(held.begin(), held.end(), 0u) <= 1);
    }
}
