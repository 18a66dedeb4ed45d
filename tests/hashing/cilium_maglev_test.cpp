// Cilium's Maglev.
#include "models/hashing/rings/cilium_maglev.hpp"

#include <doctest/doctest.h>

#include "models/hashing/functions/murmur3.hpp"
#include "models/hashing/rings/maglev_table.hpp"
#include "tests/hashing/rings.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::testing;

TEST_CASE("Cilium's Maglev tables are Cilium's") {
    for (const Json& golden : golden_cases("cilium_maglev.json")) {
        const std::uint32_t seed = cilium_seed(golden.at("hash_seed_base64").get<std::string>());
        const std::uint32_t size = golden.at("table_size");
        CHECK(seed == golden.at("seed_murmur"));
        std::vector<CiliumBackend> backends;
        std::vector<std::uint32_t> ids;
        for (const Json& backend : golden.at("backends")) {
            const std::string address = backend.at("addr");
            const std::string host = address.find(':') == std::string::npos ? address : "[" + address + "]";
            const std::string text = cilium_hash_string(host + ":" + std::to_string(backend.at("port").get<int>()) +
                                                        "/" + backend.at("protocol").get<std::string>());
            CHECK(text == backend.at("hash_string"));
            const Murmur128 hash = murmur3_x64_128(text, seed);
            CHECK(maglev_permutation(hash.h1, hash.h2, size) ==
                  MaglevPermutation{backend.at("offset"), backend.at("skip")});
            backends.push_back({text, backend.at("weight")});
            ids.push_back(backend.at("id"));
        }
        auto table = cilium_maglev_table(backends, size, seed);
        check_beginning(occurrences(table, backends.size()), golden.at("entries_per_backend"));
        for (std::uint32_t& entry : table) entry = ids[entry];
        CHECK(sha256_of_lines(table) == golden.at("table_sha256"));
        if (golden.contains("table")) check_beginning(table, golden["table"]);
    }
}

TEST_CASE("Cilium's weights count if their mean is 2 or more, in whole numbers") {
    const std::vector<std::pair<std::vector<std::uint16_t>, Ids>> cases = {
        {{1, 1, 1, 1}, {1, 3, 2, 0, 2, 3, 2, 1, 0, 2, 1, 3, 1, 3, 1, 3, 1, 0, 0, 2, 2, 0, 3}},
        {{2, 2, 2, 2}, {1, 3, 2, 0, 2, 3, 2, 1, 0, 2, 1, 3, 1, 3, 1, 3, 1, 0, 0, 2, 2, 0, 3}},
        {{1, 2, 3, 4}, {1, 3, 2, 2, 2, 3, 3, 1, 0, 2, 0, 3, 1, 3, 1, 3, 3, 1, 3, 2, 2, 0, 3}},
        {{1, 1, 1, 4}, {1, 3, 2, 0, 2, 3, 2, 1, 0, 2, 1, 3, 1, 3, 1, 3, 1, 0, 0, 2, 2, 0, 3}},
        {{1, 1, 1, 5}, {1, 3, 2, 0, 2, 3, 3, 3, 0, 3, 3, 3, 1, 3, 1, 3, 3, 3, 3, 3, 2, 0, 3}},
        {{7, 1, 300, 2}, {1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 2, 2, 2, 2, 0, 2}},
    };
    for (const auto& [weights, table] : cases) {
        std::vector<CiliumBackend> backends;
        for (std::size_t i = 0; i < weights.size(); ++i)
            backends.push_back({cilium_hash_string("10.0.0." + std::to_string(9 - i) + ":80/TCP"), weights[i]});
        CHECK(cilium_maglev_table(backends, 23, cilium_seed("JLfvgnHc2kaSUFaI")) == table);
    }
}

TEST_CASE("Cilium's table depends on the seed") {
    const std::vector<CiliumBackend> backends = {{cilium_hash_string("[fd00::1]:53/UDP")},
                                                 {cilium_hash_string("10.0.0.1:80/TCP")},
                                                 {cilium_hash_string("10.0.0.1:80/SCTP")}};
    CHECK(cilium_maglev_table(backends, 13, cilium_seed("AAAAAAAAAAAAAAAA")) ==
          Ids{2, 2, 1, 2, 0, 0, 1, 1, 0, 0, 1, 2, 2});
    CHECK(cilium_maglev_table(backends, 13, cilium_seed("/////w+/Zz09zzzA")) ==
          Ids{2, 1, 0, 0, 1, 2, 0, 1, 2, 0, 2, 2, 1});
    CHECK(cilium_seed("/////w+/Zz09zzzA") == 0xffffffffu);
    CHECK(cilium_seed("AbCdEfGhIjKlMnOp") == 28351761u);
    for (const char* bad : {"", "AAAA", "AAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAAAA", "AAAAAAA-AAAAAAAA"})
        CHECK_THROWS_AS(cilium_seed(bad), RingError);
}

TEST_CASE("Cilium's weights are whole numbers up to 65535") {
    const auto ring = make_ring("cilium_maglev");
    ring->reset(members({"10.0.0.1:80/TCP", "10.0.0.2:80/TCP"}, {1, 65535}));
    for (const double weight : {0.5, 1.5, 65536.0})
        CHECK_THROWS_AS(ring->add({MemberId(2), "10.0.0.3:80/TCP", weight}), RingError);
    CHECK(ring->members().size() == 2);
}
