/// The rules themselves: a planted violation is found, with its line, and what is allowed is let pass.
#include <doctest/doctest.h>

#include "tests/stairs/rules.hpp"

using namespace orrery::stairs;

namespace {

std::size_t stairs_of(const std::string& path, const std::string& text) {
    return check_stairs({{path, text}}).size();
}
std::size_t doors_of(const std::string& path, const std::string& text) {
    return check_doors({{path, text}}).size();
}
std::size_t smells_of(const std::string& path, const std::string& text) {
    return check_smells({{path, text}}).size();
}

}  // namespace

TEST_CASE("a step up the stairs is found with its line") {
    const auto found = check_stairs({{"models/scheduling/a.cpp", "\n#include \"sim/kernel/kernel.hpp\"\n"}});
    REQUIRE(found.size() == 1);
    CHECK(found[0] == "models/scheduling/a.cpp:2: models/scheduling may not include sim/kernel/kernel.hpp");
}

TEST_CASE("each forbidden edge of the house is found") {
    CHECK(stairs_of("sim/base/a.hpp", "#include \"sim/kernel/event.hpp\"") == 1);
    CHECK(stairs_of("sim/kernel/a.hpp", "#include \"sim/cluster/node.hpp\"") == 1);
    CHECK(stairs_of("sim/kernel/a.hpp", "#include \"models/scheduling/fifo.hpp\"") == 1);
    CHECK(stairs_of("sim/cluster/a.hpp", "#include \"models/scheduling/fifo.hpp\"") == 1);
    CHECK(stairs_of("sim/cluster/a.hpp", "#include \"sim/workload/arrivals.hpp\"") == 1);
    CHECK(stairs_of("sim/workload/a.hpp", "#include \"sim/kernel/kernel.hpp\"") == 1);
    CHECK(stairs_of("analysis/a.hpp", "#include \"sim/kernel/kernel.hpp\"") == 1);
    CHECK(stairs_of("models/hashing/a.hpp", "#include \"models/partitioning/ring.hpp\"") == 1);
    CHECK(stairs_of("models/scheduling/a.hpp", "#include \"models/replication/raft.hpp\"") == 1);
    CHECK(stairs_of("models/replication/a.hpp", "#include \"models/membership/swim.hpp\"") == 1);
    CHECK(stairs_of("models/membership/a.hpp", "#include \"models/transactions/two_phase.hpp\"") == 1);
    CHECK(stairs_of("scenarios/format/a.hpp", "#include \"sim/cluster/node.hpp\"") == 1);
    CHECK(stairs_of("scenarios/format/a.hpp", "#include \"scenarios/systems/service.hpp\"") == 1);
    CHECK(stairs_of("scenarios/systems/a.hpp", "#include \"scenarios/runs/sweep.hpp\"") == 1);
    CHECK(stairs_of("scenarios/runs/a.hpp", "#include \"scenarios/cli/main.hpp\"") == 1);
    CHECK(stairs_of("scenarios/cli/a.hpp", "#include \"tests/stairs/rules.hpp\"") == 1);
    CHECK(stairs_of("models/odd.hpp", "") == 1);
    CHECK(stairs_of("sim/base/a.hpp", "#include \"time.hpp\"") == 1);
}

TEST_CASE("each edge of the house is let pass") {
    CHECK(stairs_of("sim/base/a.hpp", "#include \"sim/base/time.hpp\"\n#include <vector>") == 0);
    CHECK(stairs_of("sim/cluster/a.hpp", "#include \"sim/kernel/kernel.hpp\"") == 0);
    CHECK(stairs_of("models/streaming/a.hpp", "#include \"models/hashing/murmur2.hpp\"") == 0);
    CHECK(stairs_of("models/transactions/a.hpp", "#include \"models/replication/raft.hpp\"") == 0);
    CHECK(stairs_of("scenarios/systems/a.hpp", "#include \"models/scheduling/dispatcher.hpp\"") == 0);
    CHECK(stairs_of("scenarios/cli/a.cpp", "#include \"scenarios/runs/sweep.hpp\"") == 0);
    CHECK(stairs_of("tests/cli/a.cpp", "#include \"scenarios/cli/main.hpp\"") == 0);
    CHECK(stairs_of("tests/cli/a.cpp", "#include \"helper.hpp\"") == 0);
}

TEST_CASE("an include in a comment or a string is none") {
    CHECK(stairs_of("sim/base/a.hpp", "// #include \"sim/kernel/event.hpp\"") == 0);
    CHECK(stairs_of("sim/base/a.hpp", "/*\n#include \"sim/kernel/event.hpp\"\n*/") == 0);
    CHECK(stairs_of("sim/base/a.hpp", "auto s = R\"(\n#include \"sim/kernel/event.hpp\"\n)\";") == 0);
    CHECK(stairs_of("sim/base/a.hpp", "auto s = \"\\\"\"; // \"\n#  include \"sim/kernel/event.hpp\"") == 1);
}

TEST_CASE("a package through the wrong door is found") {
    CHECK(doors_of("sim/cluster/routes.cpp", "#include <boost/graph/adjacency_list.hpp>") == 1);
    CHECK(doors_of("sim/cluster/topology_graphml.cpp", "#include <boost/graph/graphml.hpp>") == 0);
    CHECK(doors_of("sim/base/histogram.cpp", "#include <Eigen/Dense>") == 1);
    CHECK(doors_of("analysis/fit.cpp", "#include <Eigen/Dense>") == 0);
    CHECK(doors_of("scenarios/format/load.cpp", "#include <yaml-cpp/yaml.h>") == 0);
    CHECK(doors_of("scenarios/cli/run.cpp", "#include <yaml-cpp/yaml.h>") == 1);
    CHECK(doors_of("scenarios/runs/run.cpp", "#include <CLI/CLI.hpp>") == 1);
    CHECK(doors_of("analysis/a.cpp", "#include <doctest/doctest.h>") == 1);
    CHECK(doors_of("scenarios/systems/a.cpp", "#include <sqlite3.h>") == 1);
}

TEST_CASE("a system that names a protocol is found, by its include and by its name") {
    const std::vector<SourceFile> house = {
        {"models/replication/raft/raft.hpp", "class Raft {};"},
        {"models/replication/raft/log.hpp", "class Log {};"},
        {"models/replication/viewstamped.hpp", "class Viewstamped {};"},
        {"models/replication/log_port.hpp", "#include \"models/replication/payload.hpp\"\n"},
        {"models/replication/payload.hpp", "class Payload {};"},
        {"models/replication/catalog.hpp", "#include \"models/replication/viewstamped.hpp\"\n"},
        {"models/scheduling/dispatcher.hpp",
         "struct Dispatcher { static constexpr std::string_view family = \"x\"; };"},
        {"models/scheduling/round_robin.hpp", "class RoundRobin {};"},
    };
    const auto of = [&](const std::string& text) {
        auto files = house;
        files.push_back({"scenarios/systems/store.cpp", text});
        return check_ports(files).size();
    };
    CHECK(of("#include \"models/replication/raft/raft.hpp\"\n") == 1);
    CHECK(of("#include \"models/replication/raft/log.hpp\"\n") == 1);
    CHECK(of("#include \"models/replication/viewstamped.hpp\"\n") == 1);
    CHECK(of("auto host = make<models::Raft>();") == 1);
    CHECK(of("auto host = make<models::Viewstamped>();") == 1);
    CHECK(of("#include \"models/replication/log_port.hpp\"\n#include \"models/replication/payload.hpp\"\n") == 0);
    CHECK(of("#include \"models/replication/catalog.hpp\"\n#include \"models/scheduling/dispatcher.hpp\"\n") == 0);
    CHECK(of("#include \"models/scheduling/round_robin.hpp\"\n") == 0);
    CHECK(of("// as Raft does\nauto RaftLike = 1; Log log; Payload payload;") == 0);
}

TEST_CASE("each smell is found, and let pass where it has a reason") {
    CHECK(smells_of("sim/base/a.cpp", "std::random_device device;") == 1);
    CHECK(smells_of("models/scheduling/a.cpp", "std::uniform_int_distribution<int> d(0, 5);") == 1);
    CHECK(smells_of("sim/kernel/a.cpp", "auto t = std::chrono::steady_clock::now();") == 1);
    CHECK(smells_of("scenarios/cli/a.cpp", "auto t = std::chrono::steady_clock::now();") == 0);
    CHECK(smells_of("scenarios/runs/a.cpp", "auto t = std::chrono::steady_clock::now();") == 0);
    CHECK(smells_of("scenarios/systems/a.cpp", "auto t = std::chrono::system_clock::now();") == 1);
    CHECK(smells_of("sim/base/a.cpp", "thread_local int x;") == 1);
    CHECK(smells_of("sim/base/a.cpp", "int x = rand();") == 1);
    CHECK(smells_of("sim/base/a.cpp", "int x = operand();") == 0);
    CHECK(smells_of("sim/kernel/a.hpp", "std::function<void()> f;") == 1);
    CHECK(smells_of("sim/base/catalog.hpp", "std::function<void()> f;") == 0);
    CHECK(smells_of("sim/base/ziggurat.cpp", "double y = std::exp(-x);") == 1);
    CHECK(smells_of("sim/base/math.cpp", "double y = std::exp(-x);") == 0);
    CHECK(smells_of("analysis/a.cpp", "double y = std::log(x);") == 0);
    CHECK(smells_of("analysis/a.cpp", std::string("// TO") + "DO: later") == 1);
    CHECK(smells_of("analysis/a.cpp", "// no random_device here") == 0);
    CHECK(smells_of("tests/base/a.cpp", "std::random_device device;") == 0);
}

TEST_CASE("flags of the builder's processor and paths of a machine are found") {
    CHECK(check_build({{"CMakeLists.txt", std::string("add_compile_options(-march=") + "native)"}}).size() == 1);
    CHECK(check_build({{"README.md", std::string("see /home") + "/me/orrery"}}).size() == 1);
    CHECK(check_build({{"CMakeLists.txt", "add_compile_options(-O2)"}}).empty());
}

TEST_CASE("a test case in a header is found") {
    CHECK(check_tests({{"tests/base/a.hpp", "TEST_CASE(\"x\") {}"}}).size() == 1);
    CHECK(check_tests({{"tests/base/a.cpp", "TEST_CASE(\"x\") {}"}}).empty());
}

TEST_CASE("blanking keeps lines and columns") {
    const std::string text = "int a; // one\nchar q = '\"'; int big = 1'000; /* x\n y */ int b;\n";
    const auto code = code_of(text);
    CHECK(code.size() == text.size());
    CHECK(code == "int a;       \nchar q =    ; int big = 1'000;     \n      int b;\n");
}
