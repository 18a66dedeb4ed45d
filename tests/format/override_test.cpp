#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sample_table.hpp"
#include "scenarios/format/effective.hpp"
#include "scenarios/format/loader.hpp"

using namespace orrery;

namespace {

const std::string file = R"(duration: 60s
cluster: {topology: {kind: star, nodes: 2}}
workload: {arrivals: {process: poisson, rate: 1/s}, demand: 5ms}
system: {kind: service, scheduling: power_of_d}
faults:
  - {at: 30s, crash: {node: 1}}
expect: [latency.p99 < 5ms]
)";

Settings read(const std::vector<std::string>& sets) {
    Document document = parse(file, "test.yaml");
    std::vector<Override> overrides;
    for (const std::string& set : sets) overrides.push_back(parse_override(set));
    apply_overrides(document, overrides);
    return load(document, sample::top(), sample::catalog());
}

std::string complaint(const std::vector<std::string>& sets) {
    try {
        read(sets);
    } catch (const ScenarioError& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("an override replaces a value, and the later of two wins") {
    CHECK(read({"duration=5s"}).duration("duration") == 5s);
    CHECK(read({"duration=5s", "duration=6s"}).duration("duration") == 6s);
    CHECK(read({"faults[0].at=1s"}).items("faults").front().common.duration("at") == 1s);
    CHECK(read({"faults[0].crash.node=0"}).items("faults").front().settings.integer("node") == 0);
    CHECK(read({"expect[0]=errors.rate < 1%"}).list("expect").front() == "errors.rate < 1%");
    CHECK(read({"scenario=a: b # c"}).text("scenario") == "a: b # c");
}

TEST_CASE("an override creates the mappings and lists that are missing") {
    CHECK(read({"cluster.link.latency=1ms"})
              .child("cluster")
              ->settings.child("link")
              ->settings.child("latency")
              ->settings.real("value") == 1e6);
    CHECK(read({"phases[+].until=1s", "phases[+].until=2s"}).items("phases").size() == 2);
    CHECK(read({"expect[+]=throughput > 3"}).list("expect").size() == 2);
    CHECK(read({"faults[+]={at: 3s, slow: {node: 1, factor: 2}}"}).items("faults").back().row == "slow");
}

TEST_CASE("an override reaches inside the short form of a policy") {
    CHECK(read({"system.scheduling.d=7"}).child("system")->settings.child("scheduling")->settings.integer("d") == 7);
    CHECK(read({"system.scheduling=random"}).child("system")->settings.child("scheduling")->row == "random");
    CHECK(read({"workload.demand.distribution=exponential", "workload.demand.mean=1us"})
              .child("workload")
              ->settings.child("demand")
              ->settings.real("mean") == 1000.0);
    CHECK(read({"workload.demand.value=1us"}).child("workload")->settings.child("demand")->settings.real("value") ==
          1000.0);
    CHECK(read({"workload.demand=1us"}).child("workload")->settings.child("demand")->settings.real("value") == 1000.0);
}

TEST_CASE("an override of the same value changes nothing") {
    CHECK(same_values(read({}), read({"duration=60s", "system.scheduling.d=2", "faults[0].at=30s"})));
    CHECK_FALSE(same_values(read({}), read({"faults[0].at=31s"})));
}

TEST_CASE("what is wrong with an override is told with its text") {
    CHECK(complaint({"cluster.link.latancy=5us"}) ==
          "--set: 'cluster.link.latancy=5us': unknown key 'latancy'; did you mean 'latency'? allowed here: bandwidth, "
          "loss, buffer, latency");
    CHECK(complaint({"seed=4", "duration=5"}) ==
          "--set: 'duration=5': 'duration': '5' has no unit; one of ns, us, ms, s, min, h, d is needed");
    CHECK(complaint({"duration.x=5"}) ==
          "--set: 'duration.x=5': 'duration' is a duration (ns, us, ms, s, min, h, d) at least 1ns: nothing can be set "
          "inside it");
    CHECK(complaint({"faults[1].at=5s"}) ==
          "--set: 'faults[1].at=5s': item [1] of a list with 1 items; they are numbered from 0, and [+] appends one");
    CHECK(complaint({"faults.at=5s"}) ==
          "--set: 'faults.at=5s': 'at' is looked up in a list; use [0], [1], ... or [+] there");
    CHECK(complaint({"duration[0]=5s"}) ==
          "--set: 'duration[0]=5s': an item in brackets of a single value; only a list has items");
    CHECK(complaint({"seed="}) ==
          "--set: 'seed=': 'seed': found no value, expected a whole number from 0 to 1000000000000000");
    CHECK(complaint({"seed=[1"}) ==
          "--set: 'seed=[1': in its value, column 3: expected ',' or ']' in the list that begins at line 1, column 1");
    for (const std::string path :
         {"a..b", "a[", "a[x]", "a[-1]", "[0]", ".a", "a.", "a[0]b", "a[99999999999999999999]"})
        CHECK(complaint({path + "=1"}) ==
              "--set: '" + path +
                  "=1': a path is keys joined by dots, list items in brackets, such as faults[0].at or expect[+]");
    CHECK(complaint({"seed"}) == "--set: 'seed': expected path=value, such as cluster.link.latency=50us");
}

TEST_CASE("errors of the file and of several overrides are reported together, the file first") {
    Document document = parse(file + "sede: 3\n", "test.yaml");
    apply_overrides(document, {{"duration", "never"}, {"b..c", "1"}});
    try {
        load(document, sample::top(), sample::catalog());
        FAIL("accepted");
    } catch (const ScenarioError& error) {
        REQUIRE(error.problems().size() == 3);
        CHECK(error.problems()[0].file == "test.yaml");
        CHECK(error.problems()[1].text().starts_with("--set: 'duration=never': 'duration': 'never'"));
        CHECK(error.problems()[2].text().starts_with("--set: 'b..c=1': a path"));
    }
}

TEST_CASE("bytes of the command line that are no text are shown escaped") {
    CHECK(complaint({"a\xff\xc3=1"}).starts_with("--set: 'a\\xff\\xc3=1': unknown key 'a\\xff\\xc3'; allowed here: "));
    CHECK(complaint({"scenario=\xe9"}) ==
          "--set: 'scenario=\\xe9': in its value, column 1: byte 0xe9 is not UTF-8; a scenario is UTF-8 text");
}
