// Placements on clusters small enough to be worked by hand, and what they refuse.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "models/hashing/crush/crush_tree.hpp"
#include "models/hashing/functions/rjenkins.hpp"
#include "models/partitioning/placement/cassandra.hpp"
#include "models/partitioning/placement/nodes.hpp"
#include "placement_helpers.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::models::test;

namespace {

using Nodes = std::vector<std::uint32_t>;

ReplicaMap placed(std::string_view name, const Settings& settings, const std::vector<Member>& nodes,
                  const PlacementSpec& spec) {
    RandomStream random(11);
    return make_placement(name, settings)->place(nodes, spec, random);
}

Nodes of(const ReplicaMap& map, std::size_t partition) {
    Nodes nodes;
    for (const MemberId id : map.of(partition)) nodes.push_back(id.value);
    return nodes;
}

Settings with(std::string name, Value value, const std::string& spread = "nodes") {
    Settings settings = placement_settings(spread);
    settings.set(std::move(name), std::move(value));
    return settings;
}

std::string error_of(std::string_view name, const Settings& settings, const std::vector<Member>& nodes,
                     std::size_t replicas) {
    try {
        placed(name, settings, nodes, {4, replicas});
    } catch (const PlacementError& error) {
        return error.what();
    }
    return "";
}

/// The copysets that a placement uses, as sets of numbers.
std::vector<Nodes> sets_of(const ReplicaMap& map) {
    std::vector<Nodes> sets;
    for (const auto& copyset : copysets_of(map)) {
        sets.emplace_back();
        for (const MemberId id : copyset) sets.back().push_back(id.value);
    }
    return sets;
}

/// For each node, in how many of the sets it is.
std::map<std::uint32_t, int> memberships(const std::vector<Nodes>& sets) {
    std::map<std::uint32_t, int> counts;
    for (const Nodes& set : sets)
        for (const auto node : set) ++counts[node];
    return counts;
}

/// Two zones: z1 with nodes 0, 1 in rack a and 2 in rack b; z2 with nodes 3, 4 in rack a.
std::vector<Member> two_zones() {
    return {{MemberId(0), "n0", 1, "z1", "a"},
            {MemberId(1), "n1", 1, "z1", "a"},
            {MemberId(2), "n2", 1, "z1", "b"},
            {MemberId(3), "n3", 1, "z2", "a"},
            {MemberId(4), "n4", 1, "z2", "a"}};
}

const std::set<std::string> racks_apart{"ring_successors", "random_replicas", "copysets", "tiered", "crush"};

}  // namespace

TEST_CASE("a token belongs to the first entry that is not below it, and behind the last one to the first") {
    const TokenRing ring{{-40, -5, 30, 40}, {0, 1, 0, 2}};
    CHECK(ring.entry_of(-40) == 0);
    CHECK(ring.entry_of(-39) == 1);
    CHECK(ring.entry_of(-5) == 1);
    CHECK(ring.entry_of(0) == 2);
    CHECK(ring.entry_of(40) == 3);
    CHECK(ring.entry_of(41) == 0);
    CHECK(ring.entry_of(std::numeric_limits<std::int64_t>::min()) == 0);
    CHECK(ring.entry_of(std::numeric_limits<std::int64_t>::max()) == 0);
}

TEST_CASE("the simple strategy takes the next different nodes, as many as there are") {
    const TokenRing ring{{10, 20, 30, 40}, {0, 1, 0, 2}};
    CHECK(simple_strategy(ring, 0, 2) == Nodes{0, 1});
    CHECK(simple_strategy(ring, 1, 2) == Nodes{1, 0});
    CHECK(simple_strategy(ring, 2, 2) == Nodes{0, 2});
    CHECK(simple_strategy(ring, 3, 2) == Nodes{2, 0});
    CHECK(simple_strategy(ring, 0, 3) == Nodes{0, 1, 2});
    CHECK(simple_strategy(ring, 2, 3) == Nodes{0, 2, 1});
    CHECK(simple_strategy(ring, 3, 9) == Nodes{2, 0, 1});
    CHECK(simple_strategy(ring, 1, 0).empty());
}

TEST_CASE("the network topology strategy fills each zone by itself, a rack again only where racks are too few") {
    const TokenRing ring{{1, 2, 3, 4, 5}, {0, 1, 2, 3, 4}};
    const auto nodes = two_zones();
    const auto placed_at = [&](std::size_t entry, const std::map<std::string, std::size_t>& replicas) {
        return network_topology_strategy(ring, entry, nodes, replicas);
    };
    CHECK(placed_at(0, {{"z1", 2}, {"z2", 1}}) == Nodes{0, 2, 3});  // 1 is in 0's rack
    CHECK(placed_at(1, {{"z1", 2}, {"z2", 1}}) == Nodes{1, 2, 3});
    CHECK(placed_at(2, {{"z1", 2}, {"z2", 1}}) == Nodes{2, 3, 0});
    CHECK(placed_at(3, {{"z1", 2}, {"z2", 1}}) == Nodes{3, 0, 2});
    CHECK(placed_at(4, {{"z1", 2}, {"z2", 1}}) == Nodes{4, 0, 2});
    CHECK(placed_at(0, {{"z2", 2}}) == Nodes{3, 4});
    CHECK(placed_at(4, {{"z2", 2}}) == Nodes{4, 3});
    CHECK(placed_at(0, {{"z1", 3}}) == Nodes{0, 1, 2});  // the one repeat there has to be is the first that is met
    CHECK(placed_at(1, {{"z1", 3}}) == Nodes{1, 2, 0});
    CHECK(placed_at(0, {{"z1", 9}}) == Nodes{0, 1, 2});
    CHECK(placed_at(0, {{"z1", 0}, {"z3", 2}}).empty());
}

TEST_CASE("Cassandra's rows cut the tokens into equal slices, and split replicas over zones, the first ones one more") {
    const auto nodes = two_zones();
    const Settings one_token = with("tokens", std::int64_t{1});
    const TokenRing ring = token_ring(nodes, 1);
    // Two slices begin at 0 and at -2^63.
    const ReplicaMap simple = placed("cassandra_simple", one_token, nodes, {2, 3});
    CHECK(of(simple, 0) == simple_strategy(ring, ring.entry_of(0), 3));
    CHECK(of(simple, 1) == simple_strategy(ring, 0, 3));
    const ReplicaMap topology = placed("cassandra_network_topology", one_token, nodes, {2, 3});
    CHECK(of(topology, 1) == network_topology_strategy(ring, 0, nodes, {{"z1", 2}, {"z2", 1}}));
    const std::vector<Member> uneven(nodes.begin() + 2, nodes.end());
    CHECK(error_of("cassandra_network_topology", one_token, uneven, 3) == "zone 'z1' has 1 nodes for 2 replicas");
}

TEST_CASE("on a ring with one point a node replicas follow each other around it, passing over racks that have one") {
    const auto nodes = nodes_in_racks(4, 2);
    const Nodes around = token_ring(nodes, 1).owners;
    const auto next_after = [&](std::uint32_t node, auto fits) {
        auto at = static_cast<std::size_t>(std::find(around.begin(), around.end(), node) - around.begin());
        do at = (at + 1) % around.size();
        while (!fits(around[at]));
        return around[at];
    };
    const ReplicaMap map = placed("ring_successors", with("virtual_nodes", std::int64_t{1}), nodes, {100, 2});
    const ReplicaMap apart =
        placed("ring_successors", with("virtual_nodes", std::int64_t{1}, "racks"), nodes, {100, 2});
    for (std::size_t p = 0; p < 100; ++p) {
        const std::uint32_t leader = of(map, p)[0];
        CHECK(of(map, p)[1] == next_after(leader, [](auto) { return true; }));
        CHECK(of(apart, p)[0] == leader);
        CHECK(of(apart, p)[1] == next_after(leader, [&](auto node) { return node % 2 != leader % 2; }));
    }
}

TEST_CASE("random replicas are on any pair of nodes equally often; in a window, on nodes behind the first") {
    std::map<Nodes, int> counts;
    const ReplicaMap any = placed("random_replicas", placement_settings(), nodes_in_racks(5), {20'000, 2});
    for (std::size_t p = 0; p < any.partitions(); ++p) ++counts[of(any, p)];
    CHECK(counts.size() == 20);
    for (const auto& [pair, count] : counts) CHECK(std::abs(count - 1000) < 5 * std::sqrt(950));

    const ReplicaMap near = placed("random_replicas", with("window", std::int64_t{2}), nodes_in_racks(6), {200, 3});
    for (std::size_t p = 0; p < near.partitions(); ++p) {
        const Nodes nodes = of(near, p);
        CHECK(std::set{nodes[1], nodes[2]} == std::set{(nodes[0] + 1) % 6, (nodes[0] + 2) % 6});
    }
    CHECK(error_of("random_replicas", with("window", std::int64_t{1}), nodes_in_racks(6), 3) ==
          "a window of 1 nodes is too small for 3 replicas");
    // Node 4 is in rack 0, and so is node 0, the only one in the window behind it.
    CHECK_THROWS_WITH_AS(
        placed("random_replicas", with("window", std::int64_t{1}, "racks"), nodes_in_racks(5, 2), {200, 2}),
        "the window behind node 'node-4' has too few racks or zones", PlacementError);
}

TEST_CASE("copysets of six nodes and scatter width two are two halves; of seven, a third set takes the one left over") {
    const auto halves =
        sets_of(placed("copysets", with("scatter_width", std::int64_t{2}), nodes_in_racks(6), {500, 3}));
    CHECK(halves.size() == 2);
    CHECK(memberships(halves) == std::map<std::uint32_t, int>{{0, 1}, {1, 1}, {2, 1}, {3, 1}, {4, 1}, {5, 1}});
    const auto thirds =
        sets_of(placed("copysets", with("scatter_width", std::int64_t{2}), nodes_in_racks(7), {500, 3}));
    CHECK(thirds.size() == 3);
    CHECK(memberships(thirds).size() == 7);
}

TEST_CASE("copysets put every node into one set of each permutation, and racks apart if asked") {
    const auto sets =
        sets_of(placed("copysets", with("scatter_width", std::int64_t{4}, "racks"), nodes_in_racks(30, 3), {5000, 3}));
    CHECK(sets.size() == 20);
    for (const auto& [node, count] : memberships(sets)) CHECK(count == 2);
    for (const Nodes& set : sets) CHECK(std::set{set[0] % 3, set[1] % 3, set[2] % 3}.size() == 3);
}

TEST_CASE("tiered copysets of width two are disjoint, and of width four no two nodes meet twice while they need not") {
    const auto disjoint =
        sets_of(placed("tiered", with("scatter_width", std::int64_t{2}), nodes_in_racks(9), {1000, 3}));
    CHECK(disjoint.size() == 3);
    CHECK(memberships(disjoint).size() == 9);
    const auto sets =
        sets_of(placed("tiered", with("scatter_width", std::int64_t{4}), nodes_in_racks(60), {20'000, 3}));
    std::set<std::pair<std::uint32_t, std::uint32_t>> met;
    for (const Nodes& set : sets)
        for (const auto& [a, b] : {std::pair(0u, 1u), std::pair(0u, 2u), std::pair(1u, 2u)})
            CHECK(met.emplace(set[a], set[b]).second);
    for (const auto& [node, count] : memberships(sets)) CHECK(count >= 2);
}

TEST_CASE("a backup zone has the last replica of everything and nothing else") {
    auto nodes = nodes_in_racks(8);
    for (std::size_t n = 0; n < 8; ++n) nodes[n].zone = n < 6 ? "main" : "backup";
    const ReplicaMap map = placed("tiered", with("backup_zone", std::string("backup")), nodes, {300, 3});
    for (std::size_t p = 0; p < map.partitions(); ++p) {
        const Nodes on = of(map, p);
        CHECK(on[0] < 6);
        CHECK(on[1] < 6);
        CHECK(on[2] >= 6);
    }
    CHECK(error_of("tiered", with("backup_zone", std::string("moon")), nodes, 3) ==
          "no node is in the backup zone 'moon'");
    CHECK(error_of("tiered", with("backup_zone", std::string("backup")), nodes, 8) ==
          "outside of the backup zone there are 6 nodes for 7 replicas");
}

TEST_CASE("CRUSH places partition p as placement group p of pool 1, by weight, racks apart if asked") {
    auto nodes = nodes_in_racks(2);
    nodes[1].weight = 3;
    const CrushTree tree(nodes);
    const ReplicaMap map = placed("crush", placement_settings(), nodes, {20'000, 1});
    double heavy = 0;
    for (std::size_t p = 0; p < map.partitions(); ++p) {
        if (p < 100) CHECK(map.of(p)[0] == tree.pick(rjenkins1(static_cast<std::uint32_t>(p), 1u), 0));
        heavy += of(map, p)[0];
    }
    CHECK(std::abs(heavy - 15'000) < 5 * std::sqrt(20'000 * 0.75 * 0.25));
    const ReplicaMap apart = placed("crush", placement_settings("racks"), nodes_in_racks(6, 2), {200, 2});
    for (std::size_t p = 0; p < apart.partitions(); ++p) CHECK(of(apart, p)[0] % 2 != of(apart, p)[1] % 2);
    nodes[0].weight = 1e-9;
    CHECK_FALSE(error_of("crush", placement_settings(), nodes, 1).empty());
}

TEST_CASE("as many replicas as nodes are all nodes, whatever the placement") {
    for (const auto& row : replica_placements()) {
        CAPTURE(row.name);
        const ReplicaMap map = placed(row.name, placement_settings(), nodes_in_racks(4), {20, 4});
        for (std::size_t p = 0; p < 20; ++p) {
            const Nodes nodes = of(map, p);
            CHECK(std::set(nodes.begin(), nodes.end()).size() == 4);
        }
        CHECK(of(placed(row.name, placement_settings(), nodes_in_racks(1), {1, 1}), 0) == Nodes{0});
        CHECK(placed(row.name, placement_settings(), nodes_in_racks(4), {0, 2}).partitions() == 0);
    }
}

TEST_CASE("no replicas, more than nodes, no nodes, a node twice and nodes without a name or weight are refused") {
    for (const auto& row : replica_placements()) {
        CAPTURE(row.name);
        const auto error = [&](const std::vector<Member>& nodes, std::size_t replicas) {
            return error_of(row.name, placement_settings(), nodes, replicas);
        };
        CHECK(error(nodes_in_racks(3), 0) == "0 replicas; at least one is needed");
        CHECK(error(nodes_in_racks(3), 4) == "4 replicas do not fit on 3 nodes; no node holds two of one partition");
        CHECK(error({}, 1) == "1 replicas do not fit on 0 nodes; no node holds two of one partition");
        auto nodes = nodes_in_racks(3);
        nodes[2].id = nodes[0].id;
        CHECK(error(nodes, 1) == "node 'node-2' (0) is given twice");
        nodes = nodes_in_racks(3);
        nodes[2].name = nodes[1].name;
        CHECK(error(nodes, 1) == "node 'node-1' (2) is given twice");
        nodes[2].name = "";
        CHECK(error(nodes, 1) == "node 2 has an empty name");
        nodes[2] = {MemberId(2), "node-2", std::numeric_limits<double>::infinity()};
        CHECK(error(nodes, 1) == "node 'node-2' has weight inf; a weight is positive and finite");
    }
}

TEST_CASE("where racks or zones must differ, more replicas than there are racks or zones are refused") {
    for (const std::string& name : racks_apart) {
        CAPTURE(name);
        CHECK(error_of(name, placement_settings("racks"), nodes_in_racks(9, 3), 4) ==
              "4 replicas do not fit on 3 racks; no two of one partition share one");
        CHECK(error_of(name, placement_settings("zones"), two_zones(), 3) ==
              "3 replicas do not fit on 2 zones; no two of one partition share one");
        // Racks of one name in two zones are two racks.
        CHECK(error_of(name, placement_settings("racks"), two_zones(), 3).empty());
    }
}
