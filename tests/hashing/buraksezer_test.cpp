// buraksezer/consistent: bounded loads over partitions.
#include "models/hashing/rings/buraksezer.hpp"

#include <doctest/doctest.h>

#include "tests/hashing/rings.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::testing;

namespace {

void check_owners(std::vector<std::string> names, const BuraksezerSpec& spec, const Json& expected) {
    const std::vector<std::string_view> views(names.begin(), names.end());
    const auto owners = buraksezer_owners(views, spec);
    REQUIRE(owners.size() == expected.size());
    for (std::size_t i = 0; i < owners.size(); ++i) CHECK(names[owners[i]] == expected[i]);
}

}  // namespace

TEST_CASE("partitions go where buraksezer/consistent puts them, through a join and a leave") {
    for (const Json& golden : golden_cases("chwbl_buraksezer.json")) {
        const BuraksezerSpec spec{golden.at("partition_count"), golden.at("replication_factor"), golden.at("load")};
        auto names = golden.at("members").get<std::vector<std::string>>();
        CHECK(buraksezer_cap(spec, names.size()) == golden.at("average_load_cap"));
        check_owners(names, spec, golden.at("owner"));
        names.emplace_back("added-node");
        check_owners(names, spec, golden.at("after_add_added-node_owner"));
        names.erase(std::find(names.begin(), names.end(), golden.at("then_removed").get<std::string>()));
        check_owners(names, spec, golden.at("after_remove_owner"));
        for (std::size_t i = 0; i < golden.at("keys").size(); ++i)
            CHECK(buraksezer_partition(golden["keys"][i].get<std::string>(), spec) == golden.at("partition_of_key")[i]);
    }
}

TEST_CASE("partitions by hand: caps, and what does not fit goes on") {
    struct Case {
        std::vector<std::string_view> names;
        BuraksezerSpec spec;
        double cap;
        std::vector<std::uint32_t> owners;
    };
    const std::vector<Case> cases = {
        {{"a", "b", "c"}, {24, 5, 1.25}, 10, {0, 2, 2, 2, 0, 2, 2, 2, 2, 1, 2, 1, 2, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1}},
        {{"a", "b", "c"}, {24, 5, 1.0}, 8, {0, 2, 2, 2, 0, 2, 2, 2, 2, 1, 2, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1}},
        {{"a"}, {5, 1, 1.0}, 5, {0, 0, 0, 0, 0}},
        {{"x:1", "x:2", "\xc3\xbc"}, {23, 20, 1.1}, 9, {0, 0, 0, 1, 1, 1, 0, 1, 0, 2, 0, 1,
                                                        1, 0, 2, 0, 2, 1, 0, 2, 2, 1, 2}},
    };
    for (const Case& expected : cases) {
        CHECK(buraksezer_cap(expected.spec, expected.names.size()) == expected.cap);
        CHECK(buraksezer_owners(expected.names, expected.spec) == expected.owners);
    }
    CHECK(buraksezer_owners({}, {}).empty());
    CHECK_THROWS_AS(buraksezer_owners(cases[0].names, {24, 5, 0.5}), RingError);
}

TEST_CASE("a key's partition is XXH64 modulo their number") {
    const std::vector<std::uint64_t> expected = {171, 122, 143, 142, 29,  183, 237, 121, 10,  15,  270, 132,
                                                 252, 216, 44,  165, 237, 104, 246, 177, 178, 181, 137, 1};
    const auto keys = keys_of_all_kinds();
    REQUIRE(keys.size() == expected.size());
    for (std::size_t i = 0; i < keys.size(); ++i) CHECK(buraksezer_partition(keys[i], {}) == expected[i]);
}
