// Rings against what production systems compute (see tests/golden.hpp).
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "models/hashing/rings/jump.hpp"
#include "tests/golden.hpp"
#include "tests/hashing/row_settings.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::testing;
using nlohmann::json;

namespace {

json golden_json(const std::string& name) {
    const auto text = golden_text(name);
    return text ? json::parse(*text) : json::array();
}

const std::string& owner_name(const Ring& ring, const std::string& key) {
    const MemberId owner = ring.owner(key);
    for (const Member& member : ring.members())
        if (member.id == owner) return member.name;
    FAIL("the owner of " << key << " is no member");
    return ring.members()[0].name;
}

void check_owners(const Ring& ring, const json& keys, const json& chosen) {
    REQUIRE(keys.size() == chosen.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        CAPTURE(keys[i]);
        CHECK(owner_name(ring, keys[i]) == chosen[i]);
    }
}

/// Columns "b10" and the like hold buckets of ten.
template <class Function>
void check_buckets(const std::string& file, const std::string& scheme, Function function) {
    for (auto& row : golden_rows(file)) {
        const std::uint64_t key = std::stoull(row["key_u64"]);
        for (const auto& cell : row) {
            if (cell.first[0] != 'b') continue;
            CAPTURE(key);
            CAPTURE(cell.first);
            CHECK(std::to_string(function(key, std::stoi(cell.first.substr(1)))) == cell.second);
        }
        const auto ring = make_ring(scheme);
        ring->reset(nodes(100));
        CHECK(std::to_string(ring->owner(NumberKey(key)).value) == row["b100"]);
    }
}

}  // namespace

TEST_CASE("jump hash is the paper's") {
    check_buckets("jump_hash.csv", "jump",
                  [](std::uint64_t key, std::int32_t buckets) { return jump_hash(key, buckets); });
}

TEST_CASE("guava is Guava's consistentHash") {
    check_buckets("guava_consistent_hash.csv", "guava", guava_consistent_hash);
}

TEST_CASE("rendezvous by xorshift is go-rendezvous") {
    for (const json& test : golden_json("rendezvous_go_rendezvous.json")) {
        const auto ring = make_ring("rendezvous", {{"score", "xorshift"}});
        ring->reset(named(test["nodes"]));
        check_owners(*ring, test["keys"], test["chosen"]);
    }
}

TEST_CASE("multi_probe is go-mpchash") {
    for (const json& test : golden_json("multi_probe_mpchash.json")) {
        const auto ring = make_ring("multi_probe", {{"probes", test["probes"].dump()}});
        ring->reset(named(test["buckets"]));
        check_owners(*ring, test["keys"], test["chosen"]);
    }
}

TEST_CASE("anchor by murmur3 is go-anchorhash") {
    for (const json& test : golden_json("anchorhash_go.json")) {
        const auto ring = make_ring(
            "anchor", {{"hash", "murmur3"}, {"capacity", test["anchor_size"].dump()}, {"seed", test["seed"].dump()}});
        for (const json& step : test["steps"]) {
            const std::string op = step["op"];
            CAPTURE(op);
            if (op == "init") {
                ring->reset(named(test["initial"]));
            } else if (op.starts_with("add ")) {
                ring->add({MemberId(std::hash<std::string>{}(op) % 1'000'000 + 1000), op.substr(4)});
            } else {
                REQUIRE(op.starts_with("remove "));
                const std::string name = op.substr(7);
                MemberId gone;
                for (const Member& member : ring->members())
                    if (member.name == name) gone = member.id;
                ring->remove(gone);
            }
            check_owners(*ring, step["keys"], step["chosen"]);
        }
    }
}

TEST_CASE("anchor by crc32c is cpp-anchorhash") {
    for (const json& test : golden_json("anchorhash_cpp.json")) {
        // The buckets are what the production code gives; members join and leave in its order of buckets.
        const auto ring = make_ring("anchor", {{"hash", "crc32c"}, {"capacity", test["anchor_size"].dump()}});
        ring->reset(nodes(test["working"]));
        for (const json& step : test["steps"]) {
            const std::string op = step["op"];
            CAPTURE(op);
            if (op == "remove") ring->remove(MemberId(step["bucket"].get<std::size_t>()));
            if (op == "add") {
                const auto bucket = step["bucket"].get<std::size_t>();
                ring->add({MemberId(bucket), "node-" + std::to_string(bucket)});
            }
            for (const json& lookup : step["lookups"]) {
                std::string key;
                for (int word = 0; word < 2; ++word)
                    key += Key(NumberKey(std::stoull(lookup[static_cast<std::size_t>(word)].get<std::string>())));
                CHECK(ring->owner(key).value == lookup[2]);
            }
        }
    }
}
