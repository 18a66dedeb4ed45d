// HAProxy's consistent and map-based hashes, and bounded loads.
#include "models/hashing/rings/haproxy.hpp"

#include <doctest/doctest.h>

#include <map>
#include <sstream>

#include "tests/hashing/rings.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::testing;

namespace {

/// Members whose ids are one below the server ids of a case.
std::vector<Member> servers_of(const Json& golden) {
    std::vector<Member> list;
    for (std::size_t i = 0; i < golden.at("weights").size(); ++i) {
        const MemberId id(golden.at("server_ids")[i].get<std::size_t>() - 1);
        list.push_back({id, "s" + std::to_string(i), golden["weights"][i]});
    }
    return list;
}

std::uint32_t index_of(const Json& golden, MemberId id) {
    const Json& ids = golden.at("server_ids");
    for (std::uint32_t i = 0; i < ids.size(); ++i)
        if (ids[i] == id.value + 1) return i;
    return 0xffffffffu;
}

}  // namespace

TEST_CASE("HAProxy's hashes choose what HAProxy chooses") {
    for (const Json& golden : golden_cases("haproxy_backend.json", "hash")) {
        const std::string type = golden.at("hash_type");
        CAPTURE(type);
        std::istringstream words(type);
        std::string method;
        std::string function;
        std::string modifier;
        words >> method >> function >> modifier;
        const auto ring = make_ring(method == "consistent" ? "haproxy_consistent" : "haproxy_map_based",
                                    {{"function", function.empty() ? "unnamed" : function},
                                     {"avalanche", modifier == "avalanche" ? "true" : "false"}});
        ring->reset(servers_of(golden));
        const Json& keys = golden.at("keys");
        for (std::size_t i = 0; i < keys.size(); ++i)
            CHECK(index_of(golden, ring->owner(keys[i].get<std::string>())) == golden.at("picks")[i]);
    }
}

TEST_CASE("HAProxy's bounded loads choose what HAProxy chooses") {
    for (const Json& golden : golden_cases("haproxy_backend.json", "bounded")) {
        const auto ring =
            make_ring("haproxy_consistent", {{"balance_factor", golden.at("hash_balance_factor").dump()}});
        ring->reset(servers_of(golden));
        std::map<int, MemberId> held;
        for (const Json& event : golden.at("events")) {
            CAPTURE(event);
            const int id = event.at(1);
            if (event.at(0) == "end") {
                ring->release(held.at(id));
                continue;
            }
            held[id] = ring->take(event.at(2).get<std::string>());
            CHECK(index_of(golden, held[id]) == event.at(3));
        }
    }
}

namespace {

/// Server ids 1, 2, 3, 7 and 200.
std::vector<Member> five_servers() {
    return {{MemberId(0), "a", 1},
            {MemberId(1), "b", 2},
            {MemberId(2), "c", 3},
            {MemberId(6), "d", 1},
            {MemberId(199), "e", 4}};
}

}  // namespace

TEST_CASE("HAProxy: functions, and the avalanche that only an unnamed one has by itself") {
    struct Case {
        std::string ring, function, avalanche;
        Ids owners;
    };
    const std::vector<Case> cases = {
        {"haproxy_consistent", "unnamed", "false", {199, 1, 1, 0,   6,   2, 199, 199, 199, 6, 6, 2,
                                                    199, 2, 2, 199, 199, 1, 0,   6,   0,   2, 2, 0}},
        {"haproxy_consistent", "sdbm", "false", {2, 2, 1, 0, 0, 0,   199, 2,   2, 6, 0, 199,
                                                 1, 1, 2, 2, 1, 199, 6,   199, 6, 0, 1, 199}},
        {"haproxy_consistent", "sdbm", "true", {199, 1, 1, 0,   6,   2, 199, 199, 199, 6, 6, 2,
                                                199, 2, 2, 199, 199, 1, 0,   6,   0,   2, 2, 0}},
        {"haproxy_consistent", "djb2", "false", {2,   2, 199, 2,   2, 2, 199, 2, 2, 1,   199, 199,
                                                 199, 6, 6,   199, 2, 0, 199, 0, 1, 199, 199, 199}},
        {"haproxy_consistent", "wt6", "true", {199, 2, 199, 0, 2,   0,   199, 199, 199, 1, 2, 199,
                                               199, 0, 6,   1, 199, 199, 1,   2,   199, 1, 2, 2}},
        {"haproxy_consistent", "crc32", "false", {2, 1, 0,   2,   2,   1,   0, 6, 1, 2, 199, 199,
                                                  0, 2, 199, 199, 199, 199, 1, 1, 6, 6, 1,   6}},
        {"haproxy_map_based", "unnamed", "false", {0, 6,   1,   1,   2, 199, 0,   0,   0, 2, 1,   2,
                                                   1, 199, 199, 199, 2, 6,   199, 199, 1, 2, 199, 6}},
        {"haproxy_map_based", "wt6", "false", {199, 1,   1,   2,   2, 1, 199, 199, 199, 6, 0, 0,
                                               2,   199, 199, 199, 0, 1, 6,   199, 2,   0, 0, 199}},
        {"haproxy_map_based", "crc32", "true", {2, 199, 199, 2,   199, 2, 2,   6,   2, 1, 2, 1,
                                                6, 199, 199, 199, 2,   6, 199, 199, 1, 0, 2, 199}},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.function);
        const auto ring =
            make_ring(expected.ring, {{"function", expected.function}, {"avalanche", expected.avalanche}});
        ring->reset(five_servers());
        CHECK(owners_of(*ring, keys_of_all_kinds()) == expected.owners);
    }
}

TEST_CASE("HAProxy: the map's order, weights over their common divisor") {
    const std::vector<std::pair<Ids, Ids>> expected = {{{1, 1, 1}, {0, 1, 2}},
                                                       {{5, 1, 1}, {0, 0, 0, 1, 0, 0, 2}},
                                                       {{2, 4, 6}, {0, 2, 1, 2, 1, 2}},
                                                       {{3, 5, 7}, {0, 1, 2, 1, 2, 0, 2, 1, 2, 0, 2, 1, 2, 1, 2}},
                                                       {{1}, {0}},
                                                       {{256}, {0}},
                                                       {{4, 2, 1, 1}, {0, 0, 1, 0, 1, 0, 2, 3}}};
    for (const auto& [weights, map] : expected) CHECK(haproxy_map(weights) == map);
}

TEST_CASE("HAProxy: bounded loads, nothing ever released") {
    const std::vector<std::pair<std::string, Ids>> cases = {
        {"101", {199, 1, 6, 0, 2, 2, 199, 199, 199, 1, 199, 2, 199, 2, 1, 199, 2, 1, 199, 6, 0, 2, 2, 199}},
        {"125", {199, 1, 6, 0, 2, 2, 199, 199, 199, 1, 199, 2, 199, 2, 2, 199, 199, 1, 0, 6, 2, 2, 2, 199}},
        {"200", {199, 1, 6, 0, 2, 2, 199, 199, 199, 6, 1, 2, 199, 2, 2, 199, 199, 1, 0, 6, 0, 2, 2, 0}},
    };
    for (const auto& [factor, expected] : cases) {
        const auto ring = make_ring("haproxy_consistent", {{"balance_factor", factor}});
        ring->reset(five_servers());
        Ids taken;
        for (const std::string& key : keys_of_all_kinds()) taken.push_back(ring->take(key).value);
        CHECK(taken == expected);
    }
}

TEST_CASE("HAProxy: impossible settings and weights are errors") {
    CHECK_THROWS_AS(make_ring("haproxy_consistent", {{"balance_factor", "100"}}), ParameterError);
    CHECK_THROWS_AS(make_ring("haproxy_consistent", {{"avalanche", "true"}}), ParameterError);
    for (const double weight : {0.5, 2.5, 257.0})
        CHECK_THROWS_AS(make_ring("haproxy_map_based")->reset(members({"a"}, {weight})), RingError);
}
