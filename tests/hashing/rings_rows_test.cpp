// Rings against straightforward implementations of their definitions in Python (sorted lists and linear searches;
// AnchorHash by a copy of the working buckets at every removal), with keys that are empty, short, long or no text.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "models/hashing/rings/jump.hpp"
#include "tests/golden.hpp"
#include "tests/hashing/row_settings.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::testing;

namespace {

constexpr std::array<std::int32_t, 7> buckets = {1, 2, 9, 77, 1234, 999983, 2147483647};

struct JumpRow {
    std::uint64_t key;
    std::array<std::int32_t, 7> jump;
    std::array<std::int32_t, 7> guava;
};

const std::vector<JumpRow> jump_rows = {
    {0u, {0, 0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0}},
    {1u, {0, 0, 6, 55, 1160, 985611, 262355607}, {0, 0, 6, 55, 1160, 985611, 262355607}},
    {7u, {0, 0, 0, 26, 97, 339236, 1388389443}, {0, 0, 0, 26, 97, 339236, 1388389443}},
    {255u, {0, 1, 7, 63, 521, 461039, 228411835}, {0, 1, 7, 63, 521, 461039, 228411835}},
    {4294967296u, {0, 1, 2, 62, 1227, 247146, 1378953490}, {0, 1, 2, 62, 1227, 247146, 1378953490}},
    {9223372036854775808u, {0, 1, 5, 27, 453, 802256, 1119800965}, {0, 1, 5, 27, 453, 802256, 1119800965}},
    {18446744073709551615u, {0, 1, 7, 10, 313, 589430, 699554662}, {0, 1, 7, 10, 313, 589430, 699554662}},
    {4662017274722571069u, {0, 0, 7, 35, 1230, 606125, 162105137}, {0, 0, 7, 35, 1230, 606125, 162105137}},
    {4436322349960343814u, {0, 0, 0, 75, 603, 463079, 701827549}, {0, 0, 0, 75, 603, 463079, 701827549}},
    {17333706459284964714u, {0, 1, 1, 72, 72, 281819, 1800244686}, {0, 1, 1, 72, 72, 281819, 1800244686}},
    {15700371341311934486u, {0, 1, 3, 15, 131, 825847, 1336712680}, {0, 1, 3, 15, 131, 825847, 1336712680}},
    {15415827095052023983u, {0, 1, 5, 35, 994, 566544, 224756662}, {0, 1, 5, 35, 994, 566544, 224756662}},
    {6114893953990972682u, {0, 1, 3, 39, 793, 45984, 906271878}, {0, 1, 3, 39, 793, 45984, 906271878}},
    {3781144928579218012u, {0, 0, 7, 71, 1061, 417546, 1687110661}, {0, 0, 7, 71, 1061, 417546, 1687110661}},
    {1326010353906251260u, {0, 0, 2, 2, 994, 79734, 1090874106}, {0, 0, 2, 2, 994, 79734, 1090874106}},
    {16623314525187407062u, {0, 0, 5, 14, 1115, 929392, 1478860596}, {0, 0, 5, 14, 1115, 929392, 1478860596}},
    {15675015749879020091u, {0, 0, 0, 0, 120, 270121, 1622713593}, {0, 0, 0, 0, 120, 270121, 1622713593}},
    {10641729336875217562u, {0, 0, 2, 60, 513, 876323, 286189832}, {0, 0, 2, 60, 513, 876323, 286189832}},
    {1964146105497592528u, {0, 1, 2, 50, 918, 312697, 93850488}, {0, 1, 2, 50, 918, 312697, 93850488}},
    {647425122480546335u, {0, 0, 7, 7, 335, 990313, 34463656}, {0, 0, 7, 7, 335, 990313, 34463656}},
    {11667030464143396470u, {0, 0, 7, 42, 1048, 976993, 1729497681}, {0, 0, 7, 42, 1048, 976993, 1729497681}},
    {7983858180423863288u, {0, 1, 1, 35, 309, 181919, 373346003}, {0, 1, 1, 35, 309, 181919, 373346003}},
    {1755974081583155292u, {0, 1, 1, 35, 148, 739013, 451814787}, {0, 1, 1, 35, 148, 739013, 451814787}},
    {9798454230491144713u, {0, 1, 1, 34, 1157, 153348, 587852461}, {0, 1, 1, 34, 1157, 153348, 587852461}},
};

struct OwnerRow {
    const char* key;
    /// go-rendezvous; rendezvous with weights; ring; go-mpchash with seeds 0 and 8; go-anchorhash after four have left,
    /// and after one more has come.
    std::array<std::size_t, 7> owners;
};

const std::vector<OwnerRow> owner_rows = {
    {"", {5, 11, 0, 3, 7, 4, 4}},
    {"00", {11, 2, 9, 0, 1, 10, 7}},
    {"61", {8, 6, 10, 1, 4, 1, 1}},
    {"62", {3, 7, 1, 6, 1, 9, 7}},
    {"757365723a31", {8, 3, 3, 10, 0, 10, 10}},
    {"757365723a32", {4, 7, 3, 10, 11, 6, 7}},
    {"7363686cc3bc7373656c", {1, 11, 7, 4, 4, 6, 6}},
    {"fffe", {11, 11, 11, 8, 9, 4, 4}},
    {"3132333435363738", {9, 2, 7, 5, 7, 4, 4}},
    {"78787878787878787878787878787878787878787878787878787878787878", {0, 11, 6, 0, 11, 2, 2}},
    {"7878787878787878787878787878787878787878787878787878787878787878", {6, 10, 5, 11, 2, 1, 1}},
    {"787878787878787878787878787878787878787878787878787878787878787878", {6, 3, 3, 1, 4, 2, 2}},
    {"6b65792d30", {5, 9, 6, 4, 0, 8, 8}},
    {"6b65792d31", {5, 3, 5, 7, 7, 6, 6}},
    {"6b65792d32", {7, 7, 6, 4, 2, 2, 2}},
    {"6b65792d33", {11, 10, 0, 8, 10, 8, 8}},
    {"6b65792d34", {11, 7, 10, 2, 2, 10, 10}},
    {"6b65792d35", {2, 6, 0, 3, 9, 4, 4}},
    {"6b65792d36", {6, 2, 11, 3, 8, 10, 7}},
    {"6b65792d37", {5, 1, 7, 6, 3, 9, 7}},
    {"6b65792d38", {9, 9, 1, 5, 8, 5, 5}},
    {"6b65792d39", {6, 11, 7, 10, 3, 2, 2}},
    {"6b65792d3130", {0, 2, 3, 8, 10, 2, 2}},
    {"6b65792d3131", {9, 9, 1, 4, 2, 1, 1}},
};

/// Twelve members; their weights are 1, 2, 3, 4, 1, ...
std::vector<Member> twelve() {
    auto members = named(
        {"alpha", "beta", "gamma:1", "δέλτα", "10.1.2.3:80", "zeta", "eta eta", "theta", "io", "k", "lambda", "mu"});
    for (std::size_t i = 0; i < members.size(); ++i) members[i].weight = static_cast<double>(1 + i % 4);
    return members;
}

void check_column(const Ring& ring, std::size_t column) {
    for (const OwnerRow& row : owner_rows) {
        CAPTURE(row.key);
        CHECK(ring.owner(unhex(row.key)).index() == row.owners[column]);
    }
}

std::unique_ptr<Ring> of_twelve(const std::string& scheme, const Given& given, double weight = 0) {
    auto members = twelve();
    if (weight > 0)
        for (Member& member : members) member.weight = weight;
    auto ring = make_ring(scheme, given);
    ring->reset(members);
    return ring;
}

}  // namespace

TEST_CASE("jump hash and Guava's give the buckets of their formulas") {
    for (const JumpRow& row : jump_rows)
        for (std::size_t i = 0; i < buckets.size(); ++i) {
            CAPTURE(row.key);
            CAPTURE(buckets[i]);
            CHECK(jump_hash(row.key, buckets[i]) == row.jump[i]);
            CHECK(guava_consistent_hash(row.key, buckets[i]) == row.guava[i]);
            std::vector<std::uint64_t> many(19, row.key);
            std::vector<std::int32_t> out(19);
            jump_hash(many, buckets[i], out);
            CHECK(std::count(out.begin(), out.end(), row.jump[i]) == 19);
        }
}

TEST_CASE("rendezvous gives the owners of its definition, with and without weights") {
    check_column(*of_twelve("rendezvous", {{"score", "xorshift"}}, 2.5), 0);
    check_column(*of_twelve("rendezvous", {}), 1);
}

TEST_CASE("ring gives the owners of its definition, with weights and a seed") {
    check_column(*of_twelve("ring", {{"virtual_nodes", "10"}, {"hash.seed", "5"}}), 2);
}

TEST_CASE("multi_probe gives the owners of its definition, with and without a seed") {
    check_column(*of_twelve("multi_probe", {}), 3);
    check_column(*of_twelve("multi_probe", {{"seed", "8"}}), 4);
}

TEST_CASE("anchor gives the owners of its definition after members have left and come") {
    const auto ring = of_twelve("anchor", {{"hash", "murmur3"}, {"capacity", "40"}, {"seed", "19"}});
    for (const std::size_t gone : {3u, 0u, 11u, 7u}) ring->remove(MemberId(gone));
    check_column(*ring, 5);
    ring->add(twelve()[7]);
    check_column(*ring, 6);
}

TEST_CASE("the second replica is who would own the key without the owner") {
    for (const char* scheme : {"ring", "rendezvous", "rendezvous_skeleton", "multi_probe"}) {
        CAPTURE(scheme);
        const auto ring = of_twelve(scheme, {});
        for (const OwnerRow& row : owner_rows) {
            const std::string key = unhex(row.key);
            std::array<MemberId, 3> replicas{};
            REQUIRE(ring->replicas(key, replicas) == 3);
            const auto without = ring->clone();
            without->remove(replicas[0]);
            CHECK(without->owner(key) == replicas[1]);
            without->remove(replicas[1]);
            CHECK(without->owner(key) == replicas[2]);
        }
    }
}

TEST_CASE("jump undoes changes in reverse order, whoever came in between") {
    for (const char* scheme : {"jump", "anchor"}) {
        const auto ring = make_ring(scheme);
        ring->reset(twelve());
        const auto before = ring->clone();
        const Member guest{MemberId(std::size_t{50}), "guest"};
        ring->remove(MemberId(std::size_t{2}));
        ring->add(guest);
        ring->remove(MemberId(std::size_t{9}));
        ring->remove(MemberId(std::size_t{4}));
        ring->add(twelve()[4]);
        ring->add(twelve()[9]);
        ring->remove(guest.id);
        ring->add(twelve()[2]);
        for (std::uint64_t key = 0; key < 2000; ++key)
            CHECK(ring->owner(NumberKey(key)) == before->owner(NumberKey(key)));
    }
}

TEST_CASE("limits are errors that name what is allowed") {
    const auto anchor = make_ring("anchor", {{"capacity", "3"}});
    CHECK_THROWS_WITH_AS(anchor->reset(nodes(4)), "4 members, but the anchor has a capacity of 3; 'capacity' sets it",
                         RingError);
    anchor->reset(nodes(3));
    CHECK_THROWS_AS(anchor->add({MemberId(std::size_t{9}), "more"}), RingError);
    const auto ring = make_ring("ring");
    CHECK_THROWS_AS(ring->add({MemberId(std::size_t{9}), "heavy", 1e9}), RingError);
    CHECK(ring->members().empty());
    CHECK_THROWS_AS(make_ring("rendezvous", {{"hash", "crc16"}}), ParameterError);
}
