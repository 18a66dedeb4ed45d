// lafikl/consistent: GetLeast.
#include "models/hashing/rings/lafikl.hpp"

#include <doctest/doctest.h>

#include "tests/hashing/rings.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::testing;

TEST_CASE("keys go where lafikl/consistent sends them") {
    for (const Json& golden : golden_cases("chwbl_lafikl.json")) {
        const auto hosts = golden.at("hosts").get<std::vector<std::string>>();
        const std::vector<std::string_view> views(hosts.begin(), hosts.end());
        const auto circle = lafikl_circle(views);
        const auto ring = make_ring("lafikl");
        ring->reset(members(hosts));
        std::vector<std::uint32_t> loads(hosts.size(), 0);
        for (const Json& event : golden.at("events_key_get_getleast_done")) {
            CAPTURE(event);
            const std::string key = event.at(0);
            CHECK(hosts[lafikl_get(circle, key)] == event.at(1));
            const MemberId taken = ring->take(key);
            CHECK(hosts[taken.index()] == event.at(2));
            ++loads[taken.index()];
            if (event.at(3) == "") continue;
            const auto done = std::find(hosts.begin(), hosts.end(), event.at(3).get<std::string>()) - hosts.begin();
            ring->release(MemberId(static_cast<std::size_t>(done)));
            --loads[static_cast<std::size_t>(done)];
        }
        for (std::size_t i = 0; i < hosts.size(); ++i) CHECK(loads[i] == golden.at("final_loads").at(hosts[i]));
    }
}

TEST_CASE("plain and bounded owners of keys that stay") {
    const std::vector<std::pair<std::uint32_t, std::uint32_t>> expected = {
        {2, 2}, {3, 3}, {3, 3}, {0, 0}, {2, 2}, {0, 0}, {0, 1}, {1, 1}, {2, 2}, {2, 1}, {1, 0}, {2, 2},
        {0, 0}, {3, 3}, {0, 1}, {2, 2}, {3, 3}, {3, 3}, {3, 0}, {3, 3}, {2, 2}, {2, 2}, {3, 3}, {2, 2}};
    const auto ring = make_ring("lafikl");
    ring->reset(members({"h1", "h2", "h3", "h4"}));
    const auto circle = lafikl_circle(std::vector<std::string_view>{"h1", "h2", "h3", "h4"});
    const auto keys = keys_of_all_kinds();
    REQUIRE(keys.size() == expected.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        CHECK(lafikl_get(circle, keys[i]) == expected[i].first);
        CHECK(ring->take(keys[i]).value == expected[i].second);
    }
}

TEST_CASE("the cap is 1.25 times the mean rounded down, but one at least, rounded up") {
    struct Cap {
        std::uint64_t total;
        std::size_t hosts;
        std::uint64_t cap;
    };
    const std::vector<Cap> caps = {{0, 1, 2},  {0, 5, 2},    {4, 5, 2},   {5, 5, 2},     {9, 5, 3},
                                   {10, 3, 4}, {99, 10, 13}, {99, 7, 18}, {1000, 3, 417}};
    for (const auto& [total, hosts, cap] : caps) CHECK(lafikl_cap(total, hosts) == cap);
}
