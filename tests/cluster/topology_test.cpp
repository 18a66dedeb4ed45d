// Shapes that answer by arithmetic, held against shortest paths on the same graph written out.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "sim/cluster/topology_routes.hpp"
#include "sim/cluster/topology_shapes.hpp"

using namespace orrery;

namespace {

std::uint32_t vertex_index(const Topology& topology, const Vertex& vertex) {
    if (const auto* node = std::get_if<NodeId>(&vertex)) return node->value;
    return topology.nodes() + std::get<SwitchId>(vertex).value;
}

// The whole graph, hosts included, an arc a port; without the uplinks and downlinks of other hosts no path leads
// through a host.
Routes explicit_routes(const Topology& topology) {
    std::vector<Routes::Arc> arcs;
    for (std::uint32_t i = 0; i < topology.ports(); ++i) {
        const PortEnds ends = topology.ends(PortId(std::size_t{i}));
        arcs.push_back({vertex_index(topology, ends.from), vertex_index(topology, ends.to), 1us});
    }
    return Routes(topology.nodes() + topology.switches(), arcs);
}

// Every route is a shortest path, and over many flows every equal way on is taken at every vertex that offers one.
void hold_against_dijkstra(const Topology& topology) {
    const Routes routes = explicit_routes(topology);
    for (std::uint32_t a = 0; a < topology.nodes(); ++a) {
        for (std::uint32_t b = 0; b < topology.nodes(); ++b) {
            if (a == b) continue;
            const NodeId to{std::size_t{b}};
            std::map<std::uint32_t, std::set<std::uint32_t>> taken;
            for (std::uint64_t flow = 0; flow < 64; ++flow) {
                const auto route = topology.route(NodeId(std::size_t{a}), to, flow);
                REQUIRE(route.size() == routes.distance(a, b)->hops);
                std::uint32_t at = a;
                for (const PortId port : route) {
                    const auto next = routes.next(at, b);
                    REQUIRE(std::find(next.begin(), next.end(), port.value) != next.end());
                    REQUIRE(vertex_index(topology, topology.ends(port).from) == at);
                    taken[at].insert(port.value);
                    at = vertex_index(topology, topology.ends(port).to);
                }
                REQUIRE(at == b);
            }
            // 64 flows miss one of at most 4 ways at the first switch with probability below 4 * 0.75^64 < 1e-7;
            // further up a vertex sees fewer flows, so only the first choice is held to all of its ways.
            const std::uint32_t first = vertex_index(topology, topology.ends(PortId(std::size_t{a})).to);
            CHECK(taken[first].size() == routes.next(first, b).size());
        }
    }
}

template <class Spec>
std::unique_ptr<Topology> make(const Spec& spec) {
    return make_topology(spec);
}

}  // namespace

TEST_CASE("a star of a million nodes routes by arithmetic") {
    const auto star = make(Star{1'000'000});
    CHECK(star->ports() == 2'000'000);
    CHECK(star->route(NodeId(3), NodeId(999'999), 7) == std::vector{PortId(3), PortId(1'999'999)});
    CHECK(star->route(NodeId(5), NodeId(5), 7).empty());
    CHECK(star->owner(PortId(3)) == PortOwner(NodeId(3)));
    CHECK(star->owner(PortId(1'999'999)) == PortOwner(NodeId(999'999)));
}

TEST_CASE("routes of regular shapes are the shortest paths of the written-out graph") {
    hold_against_dijkstra(*make(Star{5}));
    hold_against_dijkstra(*make(LeafSpine{3, 4, 2}));
    hold_against_dijkstra(*make(LeafSpine{4, 1, 3}));
    hold_against_dijkstra(*make(LeafSpine{1, 3, 0}));
    hold_against_dijkstra(*make(FatTree{2}));
    hold_against_dijkstra(*make(FatTree{4}));
    hold_against_dijkstra(*make(FatTree{6}));
    Regions regions{{{"a", "b"}, {{0ms, 40ms}, {30ms, 0ms}}}, 5, 2, 1ms};
    hold_against_dijkstra(*make(regions));
}

TEST_CASE("a fat-tree has the numbers of the paper") {
    const auto tree = make(FatTree{48});  // Al-Fares et al., section 3.1: 27,648 hosts and 2,880 switches of 48 ports
    CHECK(tree->nodes() == 27'648);
    CHECK(tree->switches() == 2'880);
    CHECK(tree->ports() == 2880u * 48 + 27'648);  // each port of a switch sends, and so does each host
}

TEST_CASE("every switch port has an opposite direction between the same two vertices") {
    const auto tree = make(FatTree{4});
    std::map<std::pair<std::uint32_t, std::uint32_t>, int> links;
    for (std::uint32_t i = 0; i < tree->ports(); ++i) {
        const PortEnds ends = tree->ends(PortId(std::size_t{i}));
        ++links[{vertex_index(*tree, ends.from), vertex_index(*tree, ends.to)}];
    }
    for (const auto& [link, count] : links) {
        CHECK(count == 1);
        CHECK(links.count({link.second, link.first}) == 1);
    }
}

TEST_CASE("a flow stays on one path and many flows spread evenly over equal paths") {
    const auto fabric = make(LeafSpine{2, 2, 4});
    std::map<PortId, int> used;
    constexpr int flows = 10'000;
    for (std::uint64_t flow = 0; flow < flows; ++flow) {
        const auto route = fabric->route(NodeId(0), NodeId(3), flow);
        CHECK(route == fabric->route(NodeId(0), NodeId(3), flow));
        ++used[route[1]];
    }
    // Chi-square with 3 degrees of freedom: above 21.1 with probability 1e-4.
    double chi_square = 0;
    for (const auto& [port, count] : used) chi_square += (count - 2500.0) * (count - 2500.0) / 2500.0;
    CHECK(used.size() == 4);
    CHECK(chi_square < 21.1);
}

TEST_CASE("the choices at successive switches are independent: all core paths of a fat-tree are used") {
    const auto tree = make(FatTree{8});
    std::set<std::vector<PortId>> paths;
    for (std::uint64_t flow = 0; flow < 1000; ++flow) paths.insert(tree->route(NodeId(0), NodeId(127), flow));
    CHECK(paths.size() == 16);  // (k/2)^2; each is missed with probability (15/16)^1000 < 1e-27
}

TEST_CASE("racks, zones and regions know their nodes and their boundary") {
    const auto fabric = make(LeafSpine{3, 4, 2});
    CHECK(fabric->place(NodeId(7)) == Place{0, 0, 1});
    CHECK(fabric->count(Scope::rack) == 3);
    CHECK(fabric->members(Scope::rack, 2) == std::vector{NodeId(8), NodeId(9), NodeId(10), NodeId(11)});
    const Boundary rack = fabric->boundary(Scope::rack, 1);
    CHECK(rack.outgoing == std::vector{PortId(24 + 2), PortId(24 + 3)});
    CHECK(rack.incoming == std::vector{PortId(24 + 6 + 2), PortId(24 + 6 + 3)});
    CHECK(fabric->boundary(Scope::region, 0).outgoing.empty());

    const auto tree = make(FatTree{4});
    CHECK(tree->place(NodeId(15)) == Place{0, 3, 7});
    CHECK(tree->members(Scope::zone, 3) == std::vector{NodeId(12), NodeId(13), NodeId(14), NodeId(15)});
    CHECK(tree->boundary(Scope::zone, 0).outgoing.size() == 4);
    CHECK(tree->boundary(Scope::rack, 0).outgoing.size() == 2);

    const auto regions = make(Regions{{{"a", "b"}, {{0ms, 40ms}, {30ms, 0ms}}}, 5, 2, 1ms});
    CHECK(regions->place(NodeId(8)) == Place{1, 3, 3});
    CHECK(regions->members(Scope::zone, 0) == std::vector{NodeId(0), NodeId(1), NodeId(2)});
    CHECK(regions->members(Scope::zone, 3) == std::vector{NodeId(8), NodeId(9)});
    CHECK(regions->boundary(Scope::region, 0).outgoing.size() == 4);
    for (std::uint32_t zone = 0; zone < 4; ++zone)
        for (const NodeId node : regions->members(Scope::zone, zone)) CHECK(regions->place(node).zone == zone);
}

TEST_CASE("ports belong to what they lead to, uplinks to their host") {
    const auto fabric = make(LeafSpine{2, 1, 2});
    const auto route = fabric->route(NodeId(0), NodeId(1), 0);
    REQUIRE(route.size() == 4);
    CHECK(fabric->owner(route[0]) == PortOwner(NodeId(0)));
    CHECK(std::get<SwitchId>(fabric->owner(route[1])).value >= 2);
    CHECK(fabric->owner(route[2]) == PortOwner(SwitchId(1)));
    CHECK(fabric->owner(route[3]) == PortOwner(NodeId(1)));
}

TEST_CASE("a latency matrix replaces the latency between regions, in both directions by itself") {
    const auto regions = make(Regions{{{"a", "b"}, {{0ms, 40ms}, {30ms, 2ms}}}, 2, 2, 1ms, 5, 7});
    const auto middle = [&](std::uint32_t from, std::uint32_t to) {
        return regions->traits(regions->route(NodeId(std::size_t{from}), NodeId(std::size_t{to}), 0).at(1));
    };
    CHECK(middle(0, 2) == LinkTraits{40ms, 7});
    CHECK(middle(3, 0) == LinkTraits{30ms, 7});
    CHECK(middle(0, 1) == LinkTraits{1ms, 5});
    CHECK(middle(2, 3) == LinkTraits{2ms, 5});  // the diagonal goes first
    CHECK(regions->traits(PortId(0)) == LinkTraits{});
}

TEST_CASE("a shape that cannot be says which parameter is wrong") {
    const auto wrong = [](const auto& spec) {
        try {
            static_cast<void>(make_topology(spec));
        } catch (const ParameterError& error) {
            return error.parameter();
        }
        return std::string("nothing");
    };
    CHECK(wrong(Star{0}) == "nodes");
    CHECK(wrong(Star{Topology::nodes_max + 1}) == "nodes");
    CHECK(wrong(LeafSpine{2, 2, 0}) == "spines");
    CHECK(wrong(LeafSpine{65536, 65536, 2}) == "racks");
    CHECK(wrong(FatTree{0}) == "k");
    CHECK(wrong(FatTree{5}) == "k");
    CHECK(wrong(FatTree{100'000}) == "k");
    CHECK(wrong(Regions{}) == "regions");
    CHECK(wrong(Regions{{{"a"}, {{0ms}}}, 1, 2}) == "zones");
    CHECK(wrong(Regions{{{"a"}, {{0ms}}}, 5000, 5000}) == "zones");
}

TEST_CASE("a matrix that is none says where") {
    const auto parameter = [](std::string_view text) {
        try {
            static_cast<void>(LatencyMatrix::parse_csv(text, LatencyMatrix::Meaning::one_way));
        } catch (const ParameterError& error) {
            return error.message();
        }
        return std::string();
    };
    CHECK(parameter("") != "");
    CHECK(parameter("x\n").find("line 1") == 0);
    CHECK(parameter("x,a,b\na,0,1\n").find("square") != std::string::npos);
    CHECK(parameter("x,a,b\na,0,1\nc,1,0\n").find("line 3: found a row for \"c\"") == 0);
    CHECK(parameter("x,a,b\na,0\nb,1,0\n").find("line 2: found 1 latencies") == 0);
    CHECK(parameter("x,a,b\na,0,-1\nb,1,0\n").find("line 2, column 3: found \"-1\"") == 0);
    CHECK(parameter("x,a,b\na,0,nan\nb,1,0\n").find("line 2, column 3") == 0);
    CHECK(parameter("x,a,b\na,0,\nb,1,0\n").find("line 2, column 3: found \"\"") == 0);
    CHECK(parameter("x,a,b\na,0,1\nb,1,0\n") == "");
    CHECK_THROWS_AS(LatencyMatrix::parse_rows({"0ms 1ms"}, LatencyMatrix::Meaning::one_way), ParameterError);
    CHECK_THROWS_AS(LatencyMatrix::parse_rows({"0ms 1", "1ms 0ms"}, LatencyMatrix::Meaning::one_way), ParameterError);
    CHECK_THROWS_AS(LatencyMatrix::parse_rows({"0ms -1ms", "1ms 0ms"}, LatencyMatrix::Meaning::one_way),
                    ParameterError);
    const auto rows = LatencyMatrix::parse_rows({"0ms 3ns", "5us  0ms"}, LatencyMatrix::Meaning::round_trip);
    CHECK(rows.latencies == std::vector<std::vector<Duration>>{{0ns, 2ns}, {2500ns, 0ns}});
    CHECK_THROWS_AS(rows.only({"region-1", "region-1"}), ParameterError);
    CHECK_THROWS_AS(rows.only({"elsewhere"}), ParameterError);
    CHECK(rows.only({"region-1", "region-0"}).latencies[0][1] == 2500ns);
}

TEST_CASE("rows of the catalog build what their settings say") {
    Catalog catalog;
    catalog.add(topologies());
    Settings star;
    star.set("nodes", std::int64_t{12});
    CHECK(catalog.find<Topology>("star")->make(star)->nodes() == 12);

    Settings fabric;
    fabric.set("racks", std::int64_t{3});
    fabric.set("nodes_per_rack", std::int64_t{4});
    fabric.set("spines", std::int64_t{2});
    fabric.set("spine_bandwidth", std::int64_t{40'000'000'000});
    const auto built = catalog.find<Topology>("leaf_spine")->make(fabric);
    CHECK(built->nodes() == 12);
    CHECK(built->traits(PortId(24)) == LinkTraits{{}, 40'000'000'000});
    CHECK(built->traits(PortId(23)) == LinkTraits{});

    Settings tree;
    tree.set("k", std::int64_t{4});
    tree.set("core_latency", Duration(5us));
    const auto fat_tree = catalog.find<Topology>("fat_tree")->make(tree);
    CHECK(fat_tree->nodes() == 16);
    CHECK(fat_tree->traits(PortId(fat_tree->ports() - 1)) == LinkTraits{Duration(5us), {}});
    CHECK(fat_tree->traits(PortId(32)) == LinkTraits{});

    Settings regions;
    regions.set("nodes_per_region", std::int64_t{2});
    regions.set("zones", std::int64_t{1});
    regions.set("zone_latency", Duration(500us));
    regions.set("matrix_holds", std::string("one_way"));
    CHECK_THROWS_AS(catalog.find<Topology>("regions")->make(regions), ParameterError);
    regions.set("region_latency", Duration(20ms));
    CHECK_THROWS_AS(catalog.find<Topology>("regions")->make(regions), ParameterError);
    regions.set("count", std::int64_t{3});
    CHECK(catalog.find<Topology>("regions")->make(regions)->count(Scope::region) == 3);
    regions.set("matrix", std::vector<std::string>{"0ms 1ms", "1ms 0ms"});
    CHECK(catalog.find<Topology>("regions")->make(regions)->nodes() == 4);

    Settings file;
    file.set("file", std::string("/nowhere/at.graphml"));
    try {
        static_cast<void>(catalog.find<Topology>("graphml")->make(file));
        FAIL("a file that is not there was read");
    } catch (const ParameterError& error) {
        CHECK(error.parameter() == "file");
        CHECK(error.message().find("/nowhere/at.graphml") != std::string::npos);
        CHECK(error.message().find("CC BY 4.0") != std::string::npos);
    }
}
