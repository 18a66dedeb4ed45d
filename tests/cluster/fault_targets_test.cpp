#include <doctest/doctest.h>

#include "sim/cluster/fault.hpp"
#include "sim/cluster/topology_shapes.hpp"

using namespace orrery;

namespace {

using List = std::vector<std::string>;
using Nodes = std::vector<NodeId>;

Nodes nodes(std::initializer_list<std::uint32_t> numbers) {
    Nodes out;
    for (const std::uint32_t number : numbers) out.push_back(NodeId(number));
    return out;
}

Settings given(std::initializer_list<std::pair<const char*, Value>> values) {
    Settings settings;
    for (const auto& [name, value] : values) settings.set(name, value);
    return settings;
}

/// Three racks of four.
Targets resolve(const Settings& settings) {
    return resolve_targets(settings, *make_topology(LeafSpine{3, 4, 2}));
}

/// What is wrong with it; fails if nothing is.
std::string error(const Settings& settings) {
    try {
        resolve(settings);
    } catch (const ParameterError& wrong) {
        return wrong.what();
    }
    return "nothing is wrong";
}

}  // namespace

TEST_CASE("nodes are named by number and by range, each counts once, in order") {
    CHECK(resolve(given({{"node", List{"3"}}})).nodes == nodes({3}));
    CHECK(resolve(given({{"node", List{"4..6", "1", "5"}}})).nodes == nodes({1, 4, 5, 6}));
    CHECK(resolve(given({{"node", List{"2..2"}}})).nodes == nodes({2}));
    CHECK(resolve(given({{"process", List{"11"}}})).nodes == nodes({11}));
}

TEST_CASE("racks, zones and regions are their nodes, together with those named by number") {
    CHECK(resolve(given({{"rack", std::int64_t{2}}})).nodes == nodes({8, 9, 10, 11}));
    CHECK(resolve(given({{"rack", std::int64_t{0}}, {"node", List{"2", "7"}}})).nodes == nodes({0, 1, 2, 3, 7}));
    CHECK(resolve(given({{"region", std::int64_t{0}}})).nodes.size() == 12);
}

TEST_CASE("a fraction is of the named nodes, and of all when none is named") {
    const Targets all = resolve(given({{"fraction", 0.25}}));
    CHECK(all.nodes.size() == 12);
    CHECK(all.fraction == 0.25);
    CHECK(resolve(given({{"fraction", 0.5}, {"rack", std::int64_t{1}}})).nodes == nodes({4, 5, 6, 7}));
}

TEST_CASE("a role names its nodes itself") {
    const Targets leader = resolve(given({{"role", std::string("leader")}}));
    CHECK(leader.role == "leader");
    CHECK(leader.nodes.empty());
    CHECK(error(given({{"role", std::string("leader")}, {"node", List{"1"}}})).find("a role names its nodes itself") !=
          std::string::npos);
    CHECK(error(given({{"role", std::string("leader")}, {"fraction", 0.5}})).find("leave out") != std::string::npos);
}

TEST_CASE("what is no target is an error that says what there is") {
    CHECK(error(given({{"node", List{"12"}}})) == "node: '12' is no node of this cluster; they are numbered 0 to 11");
    for (const char* text : {"", "x", "-1", "1x", " 1", "1.5", "99999999999", "1..", "..1", "1..2..3", "0..12"})
        CHECK_MESSAGE(error(given({{"node", List{text}}})).find("numbered 0 to 11") != std::string::npos, text);
    CHECK(error(given({{"node", List{"5..3"}}})) == "node: the range '5..3' runs backwards");
    CHECK(error(given({{"rack", std::int64_t{3}}})) == "rack: this cluster has no rack 3; they are numbered 0 to 2");
    CHECK(error(given({{"region", std::int64_t{1}}})).find("numbered 0 to 0") != std::string::npos);
    CHECK(error(Settings{}).find("a fault names what it strikes") != std::string::npos);
}

TEST_CASE("every fault takes the parameters that name targets") {
    for (const Row<Fault>& row : faults())
        for (const Parameter& wanted : target_table().parameters) {
            bool found = false;
            for (const Parameter& parameter : row.table.parameters) found = found || parameter.name == wanted.name;
            CHECK_MESSAGE(found, row.name << " takes no " << wanted.name);
        }
}
