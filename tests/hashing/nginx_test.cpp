// nginx's hash and consistent hash.
#include "models/hashing/rings/nginx.hpp"

#include <doctest/doctest.h>

#include "tests/hashing/rings.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::testing;

TEST_CASE("nginx's hashes choose what nginx chooses") {
    for (const Json& golden : golden_cases("nginx_upstream.json", "hash")) {
        const std::string method = golden.at("method");
        CAPTURE(method);
        const bool consistent = method.find("consistent") != std::string::npos;
        const auto ring = make_ring(consistent ? "nginx_consistent" : "nginx_hash");
        ring->reset(members(golden.at("servers"), golden.at("weights")));
        const Json& keys = golden.at("keys");
        for (std::size_t i = 0; i < keys.size(); ++i)
            CHECK(ring->owner(keys[i].get<std::string>()).value == golden.at("picks")[i]);
    }
}

TEST_CASE("nginx: hosts, ports, sockets and weights") {
    const std::vector<std::string> servers = {"10.0.0.1:80",      "10.0.0.2:80", "backend.local",
                                              "UNIX:/run/a.sock", "[::1]:8080",  "x:"};
    const std::vector<double> weights = {1, 2, 1, 1, 3, 1};
    const auto consistent = make_ring("nginx_consistent");
    consistent->reset(members(servers, weights));
    CHECK(owners_of(*consistent, keys_of_all_kinds()) ==
          Ids{3, 2, 4, 0, 5, 4, 3, 4, 4, 4, 1, 1, 3, 2, 2, 4, 4, 4, 1, 1, 4, 4, 4, 5});
    const auto plain = make_ring("nginx_hash");
    plain->reset(members(servers, weights));
    CHECK(owners_of(*plain, keys_of_all_kinds()) ==
          Ids{0, 4, 5, 0, 4, 2, 2, 4, 0, 1, 5, 5, 0, 1, 4, 1, 3, 3, 3, 0, 2, 5, 0, 4});

    std::vector<NginxServer> list;
    for (std::size_t i = 0; i < servers.size(); ++i)
        list.push_back({servers[i], static_cast<std::uint32_t>(weights[i])});
    const auto circle = nginx_circle(list);
    CHECK(circle.size() == 1440);
    CHECK(circle.points().front() == Circle<std::uint32_t>::Point{1043656u, 3});
    CHECK(circle.points().back() == Circle<std::uint32_t>::Point{4294964016u, 1});
}

TEST_CASE("nginx: next attempts hash their number before the key and add up") {
    const NginxHash hash({1, 2, 1, 1, 3, 1});
    const std::vector<std::pair<std::string, Ids>> expected = {
        {"", {0, 4, 0, 4, 1, 4}}, {"user:1", {0, 0, 4, 4, 4, 4}}, {"\xff", {3, 0, 3, 4, 1, 4}}};
    for (const auto& [key, servers] : expected) {
        NginxHash::Attempts attempts(hash, key);
        for (const std::uint32_t server : servers) CHECK(attempts.next() == server);
    }
}

TEST_CASE("nginx: weights are whole numbers") {
    for (const char* name : {"nginx_hash", "nginx_consistent"}) {
        const auto ring = make_ring(name);
        CHECK_THROWS_AS(ring->reset(members({"a:1"}, {1.5})), RingError);
        CHECK_THROWS_AS(ring->reset(members({"a:1"}, {0.5})), RingError);
    }
}
