// Katran's Maglev, versions 1 and 2.
#include "models/hashing/rings/katran_maglev.hpp"

#include <doctest/doctest.h>

#include "tests/hashing/rings.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::testing;

TEST_CASE("Katran's Maglev tables are Katran's") {
    for (const Json& golden : golden_cases("katran_maglev.json")) {
        const std::uint32_t size = golden.at("ring_size");
        std::vector<KatranEndpoint> endpoints;
        std::vector<std::uint32_t> numbers;
        for (const Json& endpoint : golden.at("endpoints")) {
            endpoints.push_back({number(endpoint.at("hash")), endpoint.at("weight")});
            numbers.push_back(endpoint.at("num"));
            const MaglevPermutation permutation = katran_permutation(endpoints.back().hash, size);
            const Json& expected = golden.at("offset_skip").at(endpoints.size() - 1);
            CHECK(permutation == MaglevPermutation{expected[0], expected[1]});
        }
        auto ring =
            katran_maglev_table(endpoints, size, golden.at("version") == 1 ? KatranVersion::v1 : KatranVersion::v2);
        check_beginning(occurrences(ring, endpoints.size()), golden.at("entries_per_endpoint"));
        for (std::uint32_t& entry : ring) entry = numbers[entry];
        CHECK(sha256_of_lines(ring) == golden.at("ring_sha256"));
        if (golden.contains("ring")) check_beginning(ring, golden["ring"]);
    }
}

TEST_CASE("Katran's weights: entries of the first turn in version 1, shares in version 2") {
    const std::vector<KatranEndpoint> endpoints = {{1, 1}, {2, 4}, {~std::uint64_t{0}, 2}, {std::uint64_t{1} << 40, 1}};
    CHECK(katran_maglev_table(endpoints, 31, KatranVersion::v1) ==
          Ids{1, 0, 3, 2, 1, 1, 3, 3, 0, 1, 2, 2, 1, 1, 0, 3, 1, 0, 2, 2, 0, 3, 0, 1, 1, 2, 2, 0, 1, 3, 2});
    CHECK(katran_maglev_table(endpoints, 31, KatranVersion::v2) ==
          Ids{1, 0, 3, 2, 1, 1, 3, 1, 0, 1, 2, 2, 1, 1, 1, 3, 1, 2, 2, 2, 1, 1, 0, 1, 1, 2, 2, 1, 1, 0, 1});
    CHECK(katran_maglev_table(endpoints, 7, KatranVersion::v1) == Ids{1, 0, 2, 1, 1, 2, 1});
    CHECK(katran_maglev_table(endpoints, 7, KatranVersion::v2) == Ids{1, 0, 2, 1, 1, 2, 1});
    // Large enough for positions to wrap around 32 bits.
    CHECK(sha256_of_lines(katran_maglev_table(endpoints, 65537, KatranVersion::v2)) ==
          "b331770789758048a98bffb208e1f6ccd1e83a71a816574ba3842410298090a9");
    CHECK(katran_maglev_table(std::vector<KatranEndpoint>{{1, 3}}, 5, KatranVersion::v2) == Ids{0, 0, 0, 0, 0});
}

TEST_CASE("Katran's offset and skip come from one hash") {
    const std::vector<std::pair<std::uint64_t, MaglevPermutation>> expected = {{0u, {22292, 48325}},
                                                                               {1u, {3304, 19461}},
                                                                               {2u, {43699, 25045}},
                                                                               {3u, {8737, 46941}},
                                                                               {5u, {42851, 50623}},
                                                                               {8u, {39085, 48297}},
                                                                               {13u, {77, 28431}},
                                                                               {2147483648u, {2466, 53739}},
                                                                               {4294967296u, {57628, 21919}},
                                                                               {9223372036854775808u, {21244, 58138}},
                                                                               {18446744073709551615u, {13282, 25913}},
                                                                               {12345678901234567890u, {24447, 28097}}};
    for (const auto& [hash, permutation] : expected) CHECK(katran_permutation(hash, 65537) == permutation);
}
