#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "sim/cluster/topology_shapes.hpp"

using namespace orrery;

namespace {

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<std::filesystem::path> data_folder(const char* name) {
    const char* root = std::getenv("ORRERY_DATA");
    if (root == nullptr || !std::filesystem::is_directory(std::filesystem::path(root) / name)) return {};
    return std::filesystem::path(root) / name;
}

std::string graph(const std::string& inside, const std::string& keys = "") {
    return "<?xml version=\"1.0\"?><graphml>"
           "<key id=\"a\" for=\"node\" attr.name=\"Latitude\"/><key id=\"b\" for=\"node\" attr.name=\"Longitude\"/>"
           "<key id=\"c\" for=\"node\" attr.name=\"hyperedge\"/><key id=\"d\" for=\"edge\" "
           "attr.name=\"LinkSpeedRaw\"/>" +
           keys + "<graph edgedefault=\"undirected\">" + inside + "</graph></graphml>";
}

std::string error_of(const std::string& text) {
    try {
        static_cast<void>(parse_graphml(text));
    } catch (const GraphmlError& error) {
        return error.what();
    }
    return "";
}

std::string node(int id, const std::string& inside = "") {
    return "<node id=\"" + std::to_string(id) + "\">" + inside + "</node>";
}
std::string edge(int from, int to, const std::string& inside = "") {
    return "<edge source=\"" + std::to_string(from) + "\" target=\"" + std::to_string(to) + "\">" + inside + "</edge>";
}
std::string at(const std::string& latitude, const std::string& longitude) {
    return "<data key=\"a\">" + latitude + "</data><data key=\"b\">" + longitude + "</data>";
}

struct Known {
    const char* name;
    std::size_t nodes, edges, speeds, coordinates;
};
// The table of the collection's own README.
constexpr Known zoo[] = {
    {"Abilene", 11, 14, 0, 11},       {"Nsfnet", 13, 15, 0, 13},       {"Geant2001", 27, 38, 38, 27},
    {"Geant2009", 34, 52, 52, 34},    {"Geant2010", 37, 58, 32, 37},   {"SwitchL3", 42, 63, 63, 30},
    {"Uninett2010", 74, 101, 98, 74}, {"Renater2010", 43, 56, 56, 37}, {"Cernet", 41, 59, 53, 37},
    {"Sprint", 11, 18, 0, 11},        {"AttMpls", 25, 57, 0, 25},      {"BtEurope", 24, 37, 0, 22},
    {"Cogentco", 197, 245, 0, 186},   {"Colt", 153, 191, 0, 149},      {"Interoute", 110, 158, 0, 96},
    {"Bics", 33, 48, 0, 33},          {"Belnet2009", 21, 31, 0, 21},   {"Cesnet201006", 52, 63, 11, 45},
    {"Janetbackbone", 29, 45, 0, 28}, {"Garr201001", 54, 68, 60, 42},  {"Garr201003", 54, 71, 62, 42},
    {"Garr201004", 54, 71, 63, 42},   {"Garr201005", 55, 72, 64, 43},  {"Garr201007", 55, 74, 66, 43},
    {"Garr201008", 55, 74, 66, 43},   {"Garr201010", 56, 75, 67, 44},  {"Garr201012", 56, 75, 67, 44},
};

}  // namespace

TEST_CASE("great-circle latency: known distances at 200 km a millisecond") {
    // A quarter of a meridian of the sphere is 10,007.557 km.
    CHECK(std::abs((great_circle_latency({0, 0}, {90, 0}, 1) - 50'037'786ns).count()) < 1000);
    CHECK(great_circle_latency({0, 0}, {90, 0}, 2) == 2 * great_circle_latency({0, 0}, {90, 0}, 1) - 0ns);
    // Antipodes are twice that, along whatever way; also where the haversine is at its end.
    CHECK(std::abs((great_circle_latency({37.5, -120}, {-37.5, 60}, 1) - 100'075'571ns).count()) < 1000);
    CHECK(great_circle_latency({48, 11}, {48, 11}, 1) == 0ns);
    // London to New York, 5,570 km on the sphere (51.5074 N 0.1278 W to 40.7128 N 74.0060 W).
    CHECK(std::abs((great_circle_latency({51.5074, -0.1278}, {40.7128, -74.0060}, 1) - 27'851'000ns).count()) < 5000);
    // Across the date line it is a short way.
    CHECK(great_circle_latency({0, 179.5}, {0, -179.5}, 1) == great_circle_latency({0, -0.5}, {0, 0.5}, 1));
}

TEST_CASE("attributes are found by their declared names, defaults and parallel edges included") {
    const Graphml read = parse_graphml(
        graph(edge(0, 1, "<data key=\"d\">1e9</data>") + edge(1, 0) + edge(1, 1) + node(0, at("1.5", " -2 ")) +
                  node(1, "<data key=\"a\">3</data>") + node(2, "<data key=\"c\">1</data>"),
              "<key id=\"l\" for=\"node\" attr.name=\"label\"><default>R&amp;D</default></key>"));
    REQUIRE(read.vertices.size() == 3);
    REQUIRE(read.edges.size() == 3);
    CHECK(read.vertices[0].coordinates->latitude == 1.5);
    CHECK(read.vertices[0].coordinates->longitude == -2);
    CHECK(read.vertices[0].label == "R&D");
    CHECK_FALSE(read.vertices[1].coordinates);
    CHECK(read.vertices[2].role == Graphml::Role::hyperedge);
    CHECK(read.edges[0].speed == 1'000'000'000);
    CHECK_FALSE(read.edges[1].speed);
}

TEST_CASE("malformed GraphML is an error that says what is wrong") {
    CHECK(error_of("").find("no <graphml>") != std::string::npos);
    CHECK(error_of("<graphml>").find("line ") == 0);
    CHECK(error_of("<graphml").find("ends inside a tag") != std::string::npos);
    CHECK(error_of("<a/>").find("no <graphml>") != std::string::npos);
    CHECK(error_of("<graphml></graphml>").find("0 <graph>") != std::string::npos);
    CHECK(error_of("<graphml><graph edgedefault=\"directed\"/></graphml>").find("\"directed\"") != std::string::npos);
    CHECK(error_of(graph("")).find("no nodes") != std::string::npos);
    CHECK(error_of(graph("<node/>")).find("no id") != std::string::npos);
    CHECK(error_of(graph(node(0) + node(0))) == "two nodes have the id 0");
    CHECK(error_of(graph(node(0) + edge(0, 7))).find("no such node as \"7\"") != std::string::npos);
    CHECK(error_of(graph(node(0) + "<edge source=\"0\" target=\"0\" directed=\"true\"/>")).find("directed") !=
          std::string::npos);
    CHECK(error_of(graph(node(0) + "<hyperedge/>")).find("<hyperedge>") != std::string::npos);
    CHECK(error_of(graph(node(0, "<graph/>"))).find("nested <graph>") != std::string::npos);
    CHECK(error_of(graph(node(0, at("north", "0")))).find("Latitude of node 0 is \"north\"") == 0);
    CHECK(error_of(graph(node(0, at("91", "0")))).find("Latitude of node 0 is 91") == 0);
    CHECK(error_of(graph(node(0, at("nan", "0")))).find("Latitude") == 0);
    CHECK(error_of(graph(node(0, "<data key=\"z\">1</data>"))).find("no <key> declares") != std::string::npos);
    CHECK(error_of(graph(node(0) + edge(0, 0, "<data key=\"d\">-5</data>"))).find("LinkSpeedRaw") == 0);
    CHECK(error_of(graph("<node id=\"0\">")).find("line ") == 0);
    CHECK(error_of("<!DOCTYPE x [<!ENTITY a \"aaaa\">]><graphml/>").find("document type") != std::string::npos);
    std::string many;
    for (int i = 0; i <= 2048; ++i) many += node(i);
    CHECK(error_of(graph(many)) == "more than 2048 nodes");
}

TEST_CASE("a file that is nested a million deep is refused, also with brackets hidden in comments and quotes") {
    std::string deep;
    for (int i = 0; i < 1'000'000; ++i) deep += "<a>";
    CHECK(error_of(deep) == "elements are nested deeper than 32");
    std::string hidden;
    for (int i = 0; i < 100'000; ++i) hidden += "<a b='/>'><!-- </a></a> --><![CDATA[</a>]]>";
    CHECK(error_of(hidden) == "elements are nested deeper than 32");
    CHECK(error_of("<!-- ").find("inside a comment") != std::string::npos);
}

TEST_CASE("any prefix and any damaged byte of a file is read or refused, never worse") {
    const std::string good = graph(node(0, at("1", "2")) + node(1) + edge(0, 1, "<data key=\"d\">10</data>"));
    CHECK(error_of(good) == "");
    for (std::size_t i = 0; i < good.size(); ++i) {
        static_cast<void>(error_of(good.substr(0, i)));
        for (const char c : {'<', '>', '"', '&', '\0'}) {
            std::string bad = good;
            bad[i] = c;
            static_cast<void>(error_of(bad));
        }
    }
}

TEST_CASE("parallel edges are two ways, the least latency wins, and hosts leave out what is not connected") {
    // 0 - 1 twice, 0 - 2 - 1 longer, 3 a hyperedge on 1, 4 alone.
    GraphmlNetwork spec;
    spec.graph =
        parse_graphml(graph(node(0, at("0", "0")) + node(1, at("0", "10")) + node(2, at("5", "5")) +
                            node(3, "<data key=\"c\">1</data>") + node(4) + edge(0, 1, "<data key=\"d\">1e9</data>") +
                            edge(0, 1) + edge(0, 2) + edge(2, 1) + edge(1, 3) + edge(2, 2)));
    spec.hosts_per_vertex = 2;
    spec.latency_missing = 3ms;
    const auto network = make_topology(spec);
    CHECK(network->nodes() == 6);
    CHECK(network->switches() == 5);
    CHECK(network->ports() == 12 + 10);
    CHECK(network->remarks().size() == 4);
    CHECK(network->place(NodeId(5)) == Place{2, 2, 2});
    CHECK(network->route(NodeId(0), NodeId(1), 0) == std::vector{PortId(0), PortId(7)});  // one vertex
    std::set<PortId> ways;
    for (std::uint64_t flow = 0; flow < 64; ++flow) {
        const auto route = network->route(NodeId(0), NodeId(2), flow);
        REQUIRE(route.size() == 3);
        ways.insert(route[1]);
    }
    CHECK(ways == std::set{PortId(12), PortId(14)});  // not by vertex 2; missed with probability 2^-63
    CHECK(network->traits(PortId(12)).bandwidth == 1'000'000'000);
    CHECK_FALSE(network->traits(PortId(14)).bandwidth);
    CHECK(network->traits(PortId(20)).latency == Duration(3ms));
    CHECK(network->boundary(Scope::region, 2).outgoing == std::vector{PortId(17), PortId(18)});
}

TEST_CASE(
    "all networks of the Topology Zoo load with the counts of their table, and every pair of hosts is connected") {
    const auto folder = data_folder("14_topology_zoo");
    if (!folder) {
        MESSAGE("skipped: no 14_topology_zoo in ORRERY_DATA");
        return;
    }
    for (const Known& known : zoo) {
        CAPTURE(known.name);
        GraphmlNetwork spec;
        spec.graph = parse_graphml(read_file(*folder / (std::string(known.name) + ".graphml")));
        spec.latency_least = 10us;
        spec.latency_missing = 1ms;
        CHECK(spec.graph.vertices.size() == known.nodes);
        CHECK(spec.graph.edges.size() == known.edges);
        CHECK(static_cast<std::size_t>(std::count_if(spec.graph.edges.begin(), spec.graph.edges.end(),
                                                     [](const auto& e) { return e.speed.has_value(); })) ==
              known.speeds);
        CHECK(static_cast<std::size_t>(std::count_if(spec.graph.vertices.begin(), spec.graph.vertices.end(),
                                                     [](const auto& v) { return v.coordinates.has_value(); })) ==
              known.coordinates);
        const auto network = make_topology(spec);
        for (std::uint32_t a = 0; a < network->nodes(); ++a)
            for (std::uint32_t b = 0; b < network->nodes(); b += 7)
                CHECK(network->route(NodeId(std::size_t{a}), NodeId(std::size_t{b}), 1).size() < network->ports());
    }
}

TEST_CASE("the matrix of AWS regions gives half its round trips") {
    const auto folder = data_folder("16_rtt_cities_aws");
    if (!folder) {
        MESSAGE("skipped: no 16_rtt_cities_aws in ORRERY_DATA");
        return;
    }
    Settings settings;
    settings.set("matrix_file", (*folder / "aws_11_regions_rtt_ms.csv").string());
    settings.set("matrix_holds", std::string("round_trip"));
    settings.set("nodes_per_region", std::int64_t{3});
    settings.set("zones", std::int64_t{3});
    settings.set("zone_latency", Duration(500us));
    Catalog catalog;
    catalog.add(topologies());
    const auto all = catalog.find<Topology>("regions")->make(settings);
    CHECK(all->nodes() == 33);
    const auto between = [](const Topology& topology, std::size_t from, std::size_t to) {
        return *topology.traits(topology.route(NodeId(from), NodeId(to), 0).at(1)).latency;
    };
    CHECK(between(*all, 0, 3) == 40'500us);   // Oregon to Virginia: 81 ms and back
    CHECK(between(*all, 30, 6) == 56'500us);  // London to Mumbai: 113 ms
    CHECK(between(*all, 0, 1) == 500us);
    settings.set("regions", std::vector<std::string>{"Mumbai", "London"});
    const auto two = catalog.find<Topology>("regions")->make(settings);
    CHECK(two->nodes() == 6);
    CHECK(between(*two, 0, 3) == 56'500us);
}
