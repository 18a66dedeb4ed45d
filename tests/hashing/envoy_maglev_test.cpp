// Envoy's Maglev.
#include "models/hashing/rings/envoy_maglev.hpp"

#include <doctest/doctest.h>

#include "tests/hashing/envoy.hpp"
#include "tests/hashing/rings.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::testing;

TEST_CASE("Envoy's Maglev tables and choices are Envoy's") {
    for (const Json& golden : golden_cases("envoy_maglev.json")) {
        const EnvoyCase hosts(golden.at("hosts"));
        const auto table = envoy_maglev_table(hosts.hosts(), golden.at("table_size"));
        if (golden.contains("table_sha256")) CHECK(sha256_of_lines(table) == golden["table_sha256"]);
        if (golden.contains("table")) check_beginning(table, golden["table"]);
        const auto entries = occurrences(table, hosts.hosts().size());
        if (golden.contains("entries_per_host")) check_beginning(entries, golden["entries_per_host"]);
        if (golden.contains("min_entries"))
            CHECK(*std::min_element(entries.begin(), entries.end()) == golden["min_entries"]);
        if (golden.contains("max_entries"))
            CHECK(*std::max_element(entries.begin(), entries.end()) == golden["max_entries"]);
        hosts.check_choices(golden, [&](std::uint64_t hash, std::uint32_t attempt) {
            return envoy_maglev_choose(table, hash, attempt);
        });
    }
}

TEST_CASE("Envoy's Maglev: weights 1, 2, 3, 10, and hosts in order of their keys") {
    const std::vector<EnvoyHost> hosts = {{"b:1", 1}, {"a:1", 2}, {"c:1", 3}, {"[::1]:80", 10}};
    CHECK(envoy_maglev_table(hosts, 5) == Ids{3, 1, 2, 3, 0});
    CHECK(envoy_maglev_table(hosts, 7) == Ids{1, 3, 3, 0, 3, 3, 2});
    const Ids table = envoy_maglev_table(hosts, 23);
    CHECK(table == Ids{2, 1, 3, 3, 3, 2, 3, 3, 3, 1, 3, 3, 3, 0, 3, 3, 0, 1, 2, 3, 2, 3, 3});
    CHECK(envoy_maglev_table(hosts, 41) == Ids{2, 1, 3, 3, 3, 3, 3, 1, 0, 3, 3, 2, 2, 3, 3, 1, 3, 2, 3, 3, 3,
                                               0, 3, 3, 3, 3, 3, 2, 3, 1, 0, 2, 2, 3, 1, 3, 3, 2, 3, 3, 3});
    // The same hosts listed the other way round.
    Ids reversed = envoy_maglev_table(std::vector<EnvoyHost>(hosts.rbegin(), hosts.rend()), 23);
    for (std::uint32_t& entry : reversed) entry = 3 - entry;
    CHECK(reversed == table);

    struct Choice {
        std::uint64_t hash;
        std::uint32_t attempt;
        std::uint32_t host;
    };
    const std::vector<Choice> choices = {{0u, 0u, 2},
                                         {0u, 1u, 2},
                                         {0u, 2u, 3},
                                         {1u, 0u, 1},
                                         {22u, 0u, 3},
                                         {23u, 0u, 2},
                                         {18446744073709551615u, 0u, 2},
                                         {18446744073709551615u, 1u, 2},
                                         {18446744073709551615u, 5u, 3},
                                         {9223372036854775808u, 0u, 3},
                                         {9223372036854775808u, 3u, 2},
                                         {12345u, 1u, 3},
                                         {12345u, 2u, 3},
                                         {12345u, 22u, 1},
                                         {12345u, 4294967295u, 3},
                                         {7u, 7u, 3}};
    for (const auto& [hash, attempt, host] : choices) CHECK(envoy_maglev_choose(table, hash, attempt) == host);
}

TEST_CASE("replicas of Envoy's Maglev are what its attempts come to, and all members in the end") {
    const auto ring = make_ring("envoy_maglev", {{"table_size", "23"}});
    ring->reset(members({"b:1", "a:1", "c:1", "[::1]:80"}, {1, 2, 3, 10}));
    for (const std::string& key : keys_of_all_kinds()) {
        std::array<MemberId, 4> replicas{};
        REQUIRE(ring->replicas(key, replicas) == 4);
        CHECK(replicas[0] == ring->owner(key));
        std::sort(replicas.begin(), replicas.end());
        for (std::size_t i = 0; i < 4; ++i) CHECK(replicas[i] == MemberId(i));
    }
}
