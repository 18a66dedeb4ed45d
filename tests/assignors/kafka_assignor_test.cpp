// What sets Kafka's assignors apart, on groups small enough to be worked by hand.
#include <doctest/doctest.h>

#include "assignor_helpers.hpp"
#include "models/partitioning/assignors/rebalance.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::models::test;

namespace {

GroupMember owner(const std::string& id, std::vector<std::string> topics, const std::string& owned,
                  std::int32_t generation = 1) {
    return {id, std::move(topics), partitions(owned), generation};
}

}  // namespace

TEST_CASE("range gives neighbours, and the first members get one more of every topic") {
    const Group group{{{"t0", 7}, {"t1", 4}}, {{"b", {"t0", "t1"}}, {"a", {"t1", "t0"}}, {"c", {"t0", "t1"}}}};
    const char* expected = "b: t0-3 t0-4 t1-2 | a: t0-0 t0-1 t0-2 t1-0 t1-1 | c: t0-5 t0-6 t1-3";
    CHECK(assigned("kafka_range", group) == expected);
    CHECK(assigned("kafka_server_range", group) == expected);
}

TEST_CASE("range leaves members idle where a topic has fewer partitions than subscribers") {
    const Group group{{{"t", 2}}, {{"a", {"t"}}, {"b", {"t"}}, {"c", {"t"}}}};
    CHECK(assigned("kafka_range", group) == "a: t-0 | b: t-1 | c:");
    CHECK(assigned("kafka_server_range", group) == "a: t-0 | b: t-1 | c:");
}

TEST_CASE("static members come first, by instance, and the others follow by id") {
    Group group{{{"t", 4}}, {{"a", {"t"}}, {"b", {"t"}}, {"c", {"t"}}}};
    group.members[2].instance = "9";
    group.members[1].instance = "z";
    CHECK(assigned("kafka_range", group) == "a: t-3 | b: t-2 | c: t-0 t-1");
    CHECK(assigned("kafka_server_range", group) == "a: t-3 | b: t-2 | c: t-0 t-1");
    CHECK(assigned("kafka_round_robin", group) == "a: t-2 | b: t-1 | c: t-0 t-3");
    group.members[0].instance = "";  // an empty instance is one
    CHECK(assigned("kafka_range", group) == "a: t-0 t-1 | b: t-3 | c: t-2");
}

TEST_CASE("ids are ordered as Java orders strings: by UTF-16 code units") {
    // U+FF5E is after U+1F600 in UTF-16 and before it in UTF-8.
    const Group group{{{"t", 1}}, {{"\xef\xbd\x9e", {"t"}}, {"\xf0\x9f\x98\x80", {"t"}}}};
    for (const char* name : {"kafka_range", "kafka_round_robin", "kafka_sticky", "kafka_server_range"})
        CHECK(assigned(name, group) == "\xef\xbd\x9e: | \xf0\x9f\x98\x80: t-0");
}

TEST_CASE("round robin deals over topics and skips those that do not subscribe") {
    const Group equal{{{"t1", 2}, {"t0", 3}}, {{"a", {"t0", "t1"}}, {"b", {"t0", "t1"}}}};
    CHECK(assigned("kafka_round_robin", equal) == "a: t0-0 t0-2 t1-1 | b: t0-1 t1-0");
    const Group different{{{"t0", 1}, {"t1", 2}, {"t2", 3}},
                          {{"a", {"t0"}}, {"b", {"t0", "t1"}}, {"c", {"t0", "t1", "t2"}}}};
    CHECK(assigned("kafka_round_robin", different) == "a: t0-0 | b: t1-0 | c: t1-1 t2-0 t2-1 t2-2");
}

TEST_CASE("topics that do not exist are skipped, and so are those that nobody wants") {
    const Group group{{{"t", 2}, {"unwanted", 5}, {"none", 0}},
                      {{"a", {"t", "missing", "none"}}, {"b", {"missing", "t"}}}};
    for (const char* name : {"kafka_range", "kafka_round_robin", "kafka_server_range"})
        CHECK(assigned(name, group) == "a: t-0 | b: t-1");
}

TEST_CASE("sticky deals in turns at first") {
    const Group group{
        {{"t0", 2}, {"t1", 2}, {"t2", 2}, {"t3", 2}},
        {{"c0", {"t0", "t1", "t2", "t3"}}, {"c1", {"t0", "t1", "t2", "t3"}}, {"c2", {"t0", "t1", "t2", "t3"}}}};
    // KIP-54, example 1.
    CHECK(assigned("kafka_sticky", group) == "c0: t0-0 t1-1 t3-0 | c1: t0-1 t2-0 t3-1 | c2: t1-0 t2-1");
}

TEST_CASE("when a member leaves, sticky moves nothing but what it had") {
    const std::vector<std::string> all{"t0", "t1", "t2", "t3"};
    // Example 1 goes on: c1 left, and what it had is dealt in turns by id until all have four.
    const Group group{{{"t0", 2}, {"t1", 2}, {"t2", 2}, {"t3", 2}},
                      {owner("c0", all, "t0-0 t1-1 t3-0"), owner("c2", all, "t1-0 t2-1")}};
    CHECK(assigned("kafka_sticky", group) == "c0: t0-0 t0-1 t1-1 t3-0 | c2: t1-0 t2-0 t2-1 t3-1");
}

TEST_CASE("with different subscriptions sticky evens out further than round robin") {
    // KIP-54, example 2.
    const Group group{{{"t0", 1}, {"t1", 2}, {"t2", 3}},
                      {{"c0", {"t0"}}, {"c1", {"t0", "t1"}}, {"c2", {"t0", "t1", "t2"}}}};
    CHECK(assigned("kafka_sticky", group) == "c0: t0-0 | c1: t1-0 t1-1 | c2: t2-0 t2-1 t2-2");
    Group gone = group;
    gone.members = {owner("c1", {"t0", "t1"}, "t1-0 t1-1"), owner("c2", {"t0", "t1", "t2"}, "t2-0 t2-1 t2-2")};
    CHECK(assigned("kafka_sticky", gone) == "c1: t0-0 t1-0 t1-1 | c2: t2-0 t2-1 t2-2");
}

TEST_CASE("of two claims the one of the higher generation counts, and two of one generation lose both") {
    const Group newer{{{"t", 4}}, {owner("a", {"t"}, "t-0 t-1", 3), owner("b", {"t"}, "t-0 t-2", 4)}};
    CHECK(assigned("kafka_sticky", newer) == "a: t-1 t-3 | b: t-0 t-2");
    const Group disputed{{{"t", 3}}, {owner("a", {"t"}, "t-2", 4), owner("b", {"t"}, "t-2", 4)}};
    CHECK(assigned("kafka_sticky", disputed) == "a: t-0 t-2 | b: t-1");
    CHECK(assigned("kafka_cooperative_sticky", disputed) == "a: t-0 | b: t-1");
}

TEST_CASE("cooperative sticky leaves out for a round what changes hands") {
    const Group group{{{"t", 4}}, {owner("a", {"t"}, "t-0 t-1 t-2 t-3"), {"b", {"t"}}}};
    CHECK(assigned("kafka_cooperative_sticky", group) == "a: t-0 t-1 | b:");
    const Group next{{{"t", 4}}, {owner("a", {"t"}, "t-0 t-1", 2), owner("b", {"t"}, "", 2)}};
    CHECK(assigned("kafka_cooperative_sticky", next) == "a: t-0 t-1 | b: t-2 t-3");
    // The eager one hands over at once.
    CHECK(assigned("kafka_sticky", group) == "a: t-0 t-1 | b: t-2 t-3");
}

TEST_CASE("a new partition is handed out by cooperative sticky at once") {
    const Group group{{{"t", 3}}, {owner("a", {"t"}, "t-0"), owner("b", {"t"}, "t-1")}};
    CHECK(assigned("kafka_cooperative_sticky", group) == "a: t-0 t-2 | b: t-1");
}

TEST_CASE("racks are matched while shares stay even") {
    Group group{{{"t", 4, {{"r1"}, {"r2"}, {"r2"}, {"r1"}}}}, {{"a", {"t"}}, {"b", {"t"}}}};
    group.members[0].rack = "r2";
    group.members[1].rack = "r1";
    for (const char* name : {"kafka_range", "kafka_sticky", "kafka_cooperative_sticky"})
        CHECK(assigned(name, group) == "a: t-1 t-2 | b: t-0 t-3");
    // Replicas in all racks: no reason to look.
    group.topics[0].replica_racks = {{"r1", "r2"}, {"r2", "r1"}, {"r1", "r2"}, {"r1", "r2"}};
    CHECK(assigned("kafka_range", group) == "a: t-0 t-1 | b: t-2 t-3");
    // Nobody near anything: the same.
    group.topics[0].replica_racks = {{"r3"}, {"r4"}, {"r3"}, {"r3"}};
    CHECK(assigned("kafka_range", group) == "a: t-0 t-1 | b: t-2 t-3");
    // All near one member: shares stay even.
    group.topics[0].replica_racks = {{"r1"}, {"r1"}, {"r1"}, {"r1", "r3"}};
    CHECK(assigned("kafka_range", group) == "a: t-2 t-3 | b: t-0 t-1");
}

TEST_CASE("topics with the same count are assigned together, racks or not") {
    Group group{{{"t0", 2, {{"r1"}, {"r2"}}}, {"t1", 2, {{"r1"}, {"r2"}}}}, {{"a", {"t0", "t1"}}, {"b", {"t1", "t0"}}}};
    group.members[0].rack = "r2";
    group.members[1].rack = "r1";
    CHECK(assigned("kafka_range", group) == "a: t0-1 t1-1 | b: t0-0 t1-0");
    group.topics[1].replica_racks = {{"r2"}, {"r1"}};  // nobody is near both
    CHECK(assigned("kafka_range", group) == "a: t0-0 t1-0 | b: t0-1 t1-1");
}

TEST_CASE("uniform keeps what members own up to their share") {
    const Group group{{{"t", 5}}, {owner("a", {"t"}, "t-1 t-2 t-4"), owner("b", {"t"}, "t-0 t-3"), {"c", {"t"}}}};
    // Quotas in map order a, b, c: 2, 2, 1.
    CHECK(assigned("kafka_uniform", group) == "a: t-1 t-2 | b: t-0 t-3 | c: t-4");
}

TEST_CASE("uniform evens out topics that only some subscribe to") {
    const Group group{{{"t0", 4}, {"t1", 2}}, {{"a", {"t0"}}, {"b", {"t0", "t1"}}}};
    // Both have two partitions a subscriber; t1 comes first, for it has fewer. Then a takes t0 until it is level with
    // b.
    CHECK(assigned("kafka_uniform", group) == "a: t0-0 t0-1 t0-2 | b: t0-3 t1-0 t1-1");
}

TEST_CASE("moves are counted, and compared with the fewest that balance asks for") {
    const std::vector<std::string> t{"t"};
    Group group{{{"t", 9}},
                {owner("a", t, "t-0 t-1 t-2"), owner("b", t, "t-3 t-4 t-5"), owner("c", t, "t-6 t-7 t-8"), {"d", t}}};
    RandomStream random(1);
    const auto moved = [&](std::string_view name) {
        const auto assignor = make_assignor(name);
        return settle(*assignor, group, 20, random);
    };
    CHECK(moves_least(group) == 2);
    CHECK(moved("kafka_sticky").movement == Movement{9, 7, 2, 0, 0});
    CHECK(moved("kafka_cooperative_sticky").movement == Movement{9, 7, 2, 0, 0});
    CHECK(moved("kafka_range").movement == Movement{9, 6, 3, 0, 0});
    CHECK(moved("kafka_round_robin").movement.moved == 6);
    CHECK(moved("kafka_sticky").rounds == 2);              // one that moves, one that finds nothing to do
    CHECK(moved("kafka_cooperative_sticky").rounds == 3);  // gives up, hands over, nothing to do
    CHECK(moved("lease_balancing").movement == Movement{9, 7, 2, 0, 0});
    // A member left: what it had is nobody's.
    group.members.erase(group.members.begin() + 1);
    CHECK(moves_least(group) == 0);
    CHECK(moved("kafka_sticky").movement == Movement{9, 6, 0, 3, 0});
}

TEST_CASE("the first worker takes all leases and the next ones steal theirs one at a time") {
    const Group group{{{"s", 6}}, {{"w1", {"s"}}, {"w2", {"s"}}}};
    RandomStream random(3);
    const auto one = make_assignor("lease_balancing");
    const Assignment first = one->assign(group, random);
    CHECK(first[0].size() == 5);
    CHECK(first[1].size() == 1);
    const Settled settled = settle(*one, group, 20, random);
    CHECK(settled.rounds == 4);
    CHECK(settled.group.members[0].owned.size() == 3);
    CHECK(settle(*make_assignor("lease_balancing", 3), group, 20, random).rounds == 2);
}

TEST_CASE("a worker takes free leases before it steals") {
    const Group group{{{"s", 6}}, {owner("w1", {"s"}, "s-0 s-1 s-2"), owner("w2", {"s"}, "s-3")}};
    RandomStream random(3);
    const Assignment assignment = make_assignor("lease_balancing")->assign(group, random);
    CHECK(words(group, assignment) == "w1: s-0 s-1 s-2 | w2: s-3 s-4 s-5");
}

TEST_CASE("lease balancing refuses workers of different applications") {
    const Group group{{{"s", 6}, {"u", 1}}, {{"w1", {"s"}}, {"w2", {"u"}}}};
    RandomStream random(3);
    CHECK_THROWS_AS(make_assignor("lease_balancing")->assign(group, random), AssignorError);
}
