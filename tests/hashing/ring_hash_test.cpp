// Ring hash of Envoy and gRPC.
#include "models/hashing/rings/ring_hash.hpp"

#include <doctest/doctest.h>

#include "tests/hashing/envoy.hpp"
#include "tests/hashing/rings.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::testing;

TEST_CASE("Envoy's rings and choices are Envoy's") {
    for (const Json& golden : golden_cases("envoy_ring_hash.json")) {
        const EnvoyCase hosts(golden.at("hosts"));
        const auto ring = envoy_ring_hash(
            hosts.hosts(), {number(golden.at("min_ring_size")), number(golden.at("max_ring_size"))},
            golden.at("hash_function") == "XX_HASH" ? RingHashFunction::xx_hash : RingHashFunction::murmur_hash_2);
        CHECK(ring.size == golden.at("reported_size"));
        CHECK(ring.min_points == golden.at("min_hashes_per_host"));
        CHECK(ring.max_points == golden.at("max_hashes_per_host"));
        if (golden.contains("ring_points")) CHECK(ring.circle.size() == golden["ring_points"]);
        std::string text;
        for (const auto& point : ring.circle.points())
            text += (text.empty() ? "" : "\n") + std::to_string(point.at) + " " + std::to_string(point.place);
        if (golden.contains("ring_sha256")) CHECK(sha256(text) == golden["ring_sha256"]);
        for (const char* name : {"ring", "ring_first_100"})
            for (std::size_t i = 0; golden.contains(name) && i < golden[name].size(); ++i) {
                CHECK(ring.circle.points().at(i).at == number(golden[name][i][0]));
                CHECK(ring.circle.points().at(i).place == golden[name][i][1]);
            }
        hosts.check_choices(golden, [&](auto hash, auto attempt) { return ring.choose(hash, attempt); });
    }
}

TEST_CASE("gRPC's rings and choices are gRPC's") {
    for (const Json& golden : golden_cases("grpc_ring_hash.json")) {
        const EnvoyCase hosts(golden.at("endpoints"));
        const auto ring =
            grpc_ring_hash(hosts.hosts(), {number(golden.at("min_ring_size")), number(golden.at("max_ring_size"))});
        CHECK(ring.circle.size() == golden.at("ring_size"));
        const Json& first = golden.at("ring_first_200");
        for (std::size_t i = 0; i < first.size(); ++i) {
            CHECK(ring.circle.points().at(i).at == number(first[i][0]));
            CHECK(hosts.hosts()[ring.circle.place(i)].key == first[i][1]);
        }
        for (const Json& lookup : golden.at("lookups"))
            CHECK(hosts.hosts()[ring.choose(number(lookup[0]))].key == lookup[1]);
    }
}

TEST_CASE("ring hash: sizes, weights, rounding and functions") {
    struct Case {
        std::vector<double> weights;
        RingHashBounds bounds;
        std::uint64_t size, least, most;
        Ids by_xxh64, by_murmur2, by_grpc;
    };
    const std::vector<Case> cases = {
        {{1, 1, 1},
         {9, 100},
         9,
         3,
         3,
         {0, 1, 2, 1, 2, 0, 0, 1, 2},
         {1, 0, 0, 1, 2, 0, 2, 2, 1},
         {0, 1, 2, 1, 2, 0, 0, 1, 2}},
        {{1, 2, 3},
         {10, 100},
         12,
         2,
         6,
         {2, 0, 1, 1, 2, 2, 1, 2, 0, 1, 2, 2},
         {1, 0, 1, 2, 2, 0, 2, 2, 2, 2, 1, 1},
         {2, 0, 1, 1, 2, 2, 1, 2, 0, 1, 2, 2}},
        {{1, 1, 1}, {3, 4}, 3, 1, 1, {2, 1, 0}, {1, 0, 2}, {2, 1, 0}},
        {{5, 1, 1}, {4, 7}, 7, 1, 5, {0, 2, 1, 0, 0, 0, 0}, {1, 0, 0, 0, 0, 0, 2}, {0, 2, 1, 0, 0, 0, 0}},
        {{1, 1, 1}, {1, 1}, 1, 0, 1, {0}, {0}, {1}},
    };
    const auto places = [](const RingHash& ring) {
        Ids list;
        for (const auto& point : ring.circle.points()) list.push_back(point.place);
        return list;
    };
    for (const Case& expected : cases) {
        const std::vector<EnvoyHost> hosts = {
            {"b:1", expected.weights[0]}, {"a:1", expected.weights[1]}, {"c:1", expected.weights[2]}};
        const auto ring = envoy_ring_hash(hosts, expected.bounds, RingHashFunction::xx_hash);
        CHECK(ring.size == expected.size);
        CHECK(ring.min_points == expected.least);
        CHECK(ring.max_points == expected.most);
        CHECK(places(ring) == expected.by_xxh64);
        CHECK(places(envoy_ring_hash(hosts, expected.bounds, RingHashFunction::murmur_hash_2)) == expected.by_murmur2);
        CHECK(places(grpc_ring_hash(hosts, expected.bounds)) == expected.by_grpc);
    }
}

TEST_CASE("ring hash: lookups at points, beside them and around the end, with attempts") {
    const auto ring = envoy_ring_hash(std::vector<EnvoyHost>{{"b:1", 1}, {"a:1", 2}, {"c:1", 3}}, {10, 100},
                                      RingHashFunction::xx_hash);
    struct Choice {
        std::uint64_t hash;
        std::uint32_t attempt;
        std::uint32_t host;
    };
    const std::vector<Choice> choices = {{0u, 0, 2},
                                         {0u, 1, 0},
                                         {14147754674097654u, 0, 2},
                                         {14147754674097655u, 0, 0},
                                         {15558331098476203367u, 0, 2},
                                         {15558331098476203368u, 0, 2},
                                         {18446744073709551615u, 0, 2},
                                         {18446744073709551615u, 3, 1},
                                         {3939438734358129734u, 0, 2},
                                         {3939438734358129733u, 0, 2},
                                         {3939438734358129733u, 12, 2},
                                         {9223372036854775808u, 0, 1},
                                         {9223372036854775808u, 1, 2},
                                         {9223372036854775808u, 2, 0},
                                         {42u, 100, 2}};
    for (const auto& [hash, attempt, host] : choices) CHECK(ring.choose(hash, attempt) == host);
}

TEST_CASE("ring hash: a smallest size above the largest is an error") {
    CHECK_THROWS_AS(envoy_ring_hash({}, {5, 4}, RingHashFunction::xx_hash), RingError);
    CHECK_THROWS_AS(make_ring("envoy_ring_hash", {{"min_size", "5"}, {"max_size", "4"}}), ParameterError);
    CHECK_THROWS_AS(make_ring("grpc_ring_hash", {{"min_size", "5000"}}), ParameterError);
}
