// Ketama, as libmemcached and libketama build it.
#include "models/hashing/rings/ketama.hpp"

#include <doctest/doctest.h>

#include "tests/hashing/rings.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::testing;

namespace {

KetamaMode mode_of(const std::string& name) {
    if (name == "ketama_md5") return KetamaMode::ketama_md5;
    if (name == "ketama") return KetamaMode::ketama;
    if (name == "consistent_default_hash") return KetamaMode::consistent_default_hash;
    if (name == "ketama_weighted") return KetamaMode::ketama_weighted;
    REQUIRE(name == "spy");
    return KetamaMode::spy;
}

void check_points(const Circle<std::uint32_t>& circle, const Json& golden) {
    CHECK(circle.size() == golden.at("point_count"));
    std::string text;
    for (const auto& point : circle.points())
        text += std::to_string(point.at) + " " + std::to_string(point.place) + "\n";
    CHECK(sha256(text) == golden.at("ring_sha256"));
    const Json& expected = golden.contains("points") ? golden["points"] : golden.at("first_20_points");
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(circle.points().at(i).at == expected[i][0]);
        CHECK(circle.points().at(i).place == expected[i][1]);
    }
}

}  // namespace

TEST_CASE("Ketama's points and owners are libmemcached's") {
    for (const Json& golden : golden_cases("ketama_libmemcached.json")) {
        CAPTURE(golden.at("id"));
        const std::string name = golden.at("mode");
        const Json& servers = golden.at("servers");
        if (name == "modula_md5") {
            for (const Json& key : golden.at("keys")) {
                CHECK(ketama_hash(unhex(key[0].get<std::string>()), servers.size(), KetamaMode::ketama_md5) == key[1]);
                CHECK(memcached_modula_md5(unhex(key[0].get<std::string>()), servers.size()) == key[2]);
            }
            continue;
        }
        const KetamaMode mode = mode_of(name);
        std::vector<KetamaServer> list;
        for (const Json& server : servers) list.push_back({server.at("host"), server.at("port"), server.at("weight")});
        const auto circle = ketama_circle(list, mode);
        check_points(circle, golden);

        std::vector<Member> joined;
        for (const auto& server : list)
            joined.push_back({MemberId(joined.size()), server.host + ":" + std::to_string(server.port), server.weight});
        const auto ring = make_ring("ketama", {{"mode", name}});
        ring->reset(joined);
        for (const Json& key : golden.at("keys")) {
            const std::string bytes = unhex(key[0].get<std::string>());
            const std::uint32_t hash = ketama_hash(bytes, list.size(), mode);
            CHECK(hash == key[1]);
            CHECK(circle.place(circle.at_or_after(hash)) == key[2]);
            CHECK(ring->owner(bytes).value == key[2]);
        }
    }
}

TEST_CASE("Ketama's points and owners are the original libketama's") {
    for (const Json& golden : golden_cases("ketama_original.json")) {
        CAPTURE(golden.at("id"));
        std::vector<KetamaServer> list;
        for (const Json& server : golden.at("servers"))
            list.push_back(
                ketama_server(server.at("addr").get<std::string>(), server.at("memory"), KetamaMode::libketama));
        const auto circle = ketama_circle(list, KetamaMode::libketama);
        check_points(circle, golden);
        for (const Json& key : golden.at("keys")) {
            const std::uint32_t hash =
                ketama_hash(unhex(key[0].get<std::string>()), list.size(), KetamaMode::libketama);
            CHECK(hash == key[1]);
            CHECK(circle.place(circle.at_or_after(hash)) == key[2]);
        }
    }
}

TEST_CASE("Ketama's owners by mode: ports, weights and hashes all count") {
    // cache-d has no port, which is the default one for libmemcached and a name as it stands for libketama.
    const std::vector<std::string> names = {"cache-a:11211", "cache-b:11211", "cache-c:22122", "10.1.2.3:6379",
                                            "cache-d"};
    const std::vector<double> weights = {1, 3, 2, 5, 1};
    const std::vector<std::pair<std::string, Ids>> expected = {
        {"ketama_md5", {0, 1, 2, 3, 4, 0, 3, 0, 0, 3, 3, 2, 2, 2, 3, 2, 1, 1, 3, 2, 4, 1, 4, 2}},
        {"ketama", {3, 2, 0, 1, 2, 1, 0, 3, 3, 0, 1, 1, 2, 4, 1, 4, 2, 0, 0, 0, 4, 3, 1, 0}},
        {"ketama_weighted", {3, 1, 2, 1, 4, 2, 3, 1, 1, 3, 3, 4, 2, 2, 1, 2, 1, 1, 3, 3, 4, 0, 3, 1}},
        {"spy", {1, 1, 3, 1, 0, 4, 0, 3, 3, 3, 2, 4, 4, 1, 0, 1, 3, 3, 3, 3, 3, 3, 3, 0}},
        {"libketama", {3, 3, 2, 0, 1, 2, 3, 1, 2, 3, 3, 4, 2, 2, 1, 1, 3, 4, 1, 3, 4, 1, 3, 4}},
    };
    for (const auto& [mode, owners] : expected) {
        CAPTURE(mode);
        const auto ring = make_ring("ketama", {{"mode", mode}});
        ring->reset(members(names, weights));
        CHECK(owners_of(*ring, keys_of_all_kinds()) == owners);
    }
    const auto ring = make_ring("ketama", {{"mode", "consistent_default_hash"}});
    ring->reset(members(names, weights));
    CHECK(owners_of(*ring, keys_of_all_kinds()) == expected[1].second);
}

TEST_CASE("Ketama's hashes: MD5's first word, or one-at-a-time over signed bytes") {
    const std::vector<std::pair<std::uint32_t, std::uint32_t>> expected = {
        {3649838548u, 0u},          {3111502092u, 3392050242u}, {3901457996u, 3026101765u}, {282964413u, 2773942091u},
        {3264788475u, 1872794591u}, {1771611390u, 2145072212u}, {3673073221u, 1422681282u}, {2911221907u, 0u},
        {306122948u, 0u},           {4113650143u, 1356409994u}, {1622828907u, 466358550u},  {1446689789u, 589101701u},
        {4161409280u, 1387473336u}, {2548261221u, 3101215611u}, {1183268249u, 331714429u},  {1171379773u, 2833415574u},
        {3933620362u, 3993705986u}, {404737300u, 3714573804u},  {2613442457u, 4075510059u}, {3472464205u, 337207148u},
        {628848149u, 1231684813u},  {1703065280u, 4067458200u}, {3811447405u, 1301787951u}, {2952523342u, 1317906637u}};
    const auto keys = keys_of_all_kinds();
    REQUIRE(keys.size() == expected.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        CHECK(ketama_hash(keys[i], 2, KetamaMode::ketama_md5) == expected[i].first);
        CHECK(ketama_hash(keys[i], 2, KetamaMode::ketama) == expected[i].second);
        CHECK(memcached_modula_md5(keys[i], 7) == expected[i].first % 7);
    }
}

TEST_CASE("with one server libmemcached hashes nothing, libketama does") {
    CHECK(ketama_hash("user:1", 1, KetamaMode::ketama_md5) == 0);
    CHECK(ketama_hash("user:1", 1, KetamaMode::ketama) == 0);
    CHECK(ketama_hash("user:1", 1, KetamaMode::spy) == 0);
    CHECK(ketama_hash("user:1", 1, KetamaMode::libketama) == 282964413u);
}

TEST_CASE("equal weights give 160 points a server, or 156 where float32 falls short of 40") {
    const std::vector<std::array<std::size_t, 3>> expected = {
        {1, 160, 160},  {2, 160, 160},  {3, 160, 160},  {5, 160, 160},  {6, 160, 160},  {7, 160, 160},
        {10, 160, 160}, {12, 160, 160}, {13, 160, 160}, {25, 156, 160}, {41, 160, 160}, {47, 156, 160},
        {50, 156, 160}, {55, 156, 160}, {61, 156, 156}, {82, 160, 160}};
    for (const auto& [count, libmemcached, libketama] : expected) {
        CAPTURE(count);
        const std::vector<KetamaServer> servers(count, {"h", 11211, 1});
        CHECK(ketama_circle(servers, KetamaMode::ketama_weighted).size() == count * libmemcached);
        CHECK(ketama_circle(servers, KetamaMode::libketama).size() == count * libketama);
    }
}

TEST_CASE("a port is what stands behind the last colon, if it is a number") {
    const auto check = [](const std::string& name, const std::string& host, std::uint32_t port) {
        const auto server = ketama_server(name, 1, KetamaMode::ketama_weighted);
        CHECK(server.host == host);
        CHECK(server.port == port);
    };
    check("h:80", "h", 80);
    check("h", "h", 11211);
    check("h:", "h:", 11211);
    check("h:x1", "h:x1", 11211);
    check("[::1]:6379", "[::1]", 6379);
    check("::1:6379", "::1", 6379);
    CHECK(ketama_server("h:80", 1, KetamaMode::libketama).host == "h:80");
}
