#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sample_table.hpp"
#include "scenarios/format/effective.hpp"
#include "scenarios/format/loader.hpp"

using namespace orrery;

namespace {

const char* const design_example = R"(
scenario: A keyed service on twelve nodes; one rack dies for twenty seconds
seed: 7
duration: 60s
warmup: 10s

cluster:
  topology: {kind: leaf_spine, racks: 3, nodes_per_rack: 4, spines: 2}
  link:     {latency: 30us, bandwidth: 10Gbit/s}
  node:     {cores: 8, memory: 32GiB}

workload:
  arrivals: {process: poisson, rate: 180000/s}
  demand:   {distribution: exponential, mean: 250us}

system:
  kind: service
  scheduling:   {policy: power_of_d, d: 3}

faults:
  - {at: 30s, crash: {rack: 2}, for: 20s}

expect:
  - latency.p99 < 5ms
  - errors.rate < 1%
)";

Settings read(const std::string& text) {
    return load(parse(text, "test.yaml"), sample::top(), sample::catalog());
}

std::string complaint(const std::string& text) {
    try {
        read(text);
    } catch (const ScenarioError& error) {
        return error.what();
    }
    return "accepted";
}

const std::string minimal =
    "duration: 60s\ncluster: {topology: {kind: star, nodes: 2}}\nworkload: {arrivals: {process: poisson, rate: "
    "1/s}}\nsystem: idle\n";

}  // namespace

TEST_CASE("a scenario is read into values of the declared kinds") {
    const Settings top = read(design_example);
    CHECK(top.integer("seed") == 7);
    CHECK(top.duration("duration") == 60s);
    CHECK(top.list("expect") == std::vector<std::string>{"latency.p99 < 5ms", "errors.rate < 1%"});
    const Settings& cluster = top.child("cluster")->settings;
    CHECK(cluster.child("topology")->row == "leaf_spine");
    CHECK(cluster.child("topology")->settings.integer("racks") == 3);
    CHECK(cluster.child("node")->settings.integer("memory") == 32LL << 30);
    CHECK(cluster.child("node")->settings.flag("ssd"));
    const Settings& link = cluster.child("link")->settings;
    CHECK(link.integer("bandwidth") == 10'000'000'000);
    CHECK(top.child("workload")->settings.child("arrivals")->settings.real("rate") == 180000.0);
    CHECK(top.child("system")->row == "service");
    CHECK(top.child("system")->settings.child("scheduling")->settings.integer("d") == 3);
    REQUIRE(top.items("faults").size() == 1);
    const Choice& fault = top.items("faults").front();
    CHECK(fault.row == "crash");
    CHECK(fault.settings.integer("rack") == 2);
    CHECK(fault.common.duration("at") == 30s);
    CHECK(fault.common.duration("for") == 20s);
}

TEST_CASE("a quantity is in base units of what its section measures, and a nested policy inherits that") {
    const Settings top = read(R"(
duration: 60s
cluster: {topology: {kind: star, nodes: 2}}
workload:
  arrivals: {process: poisson, rate: 3/min}
  demand: {distribution: shifted, by: 1ms, parts: {distribution: uniform, high: 5us}}
  size: {distribution: uniform, low: 1kB, high: 1KiB}
system: idle
)");
    const Settings& workload = top.child("workload")->settings;
    CHECK(workload.child("demand")->settings.real("by") == 1e6);
    CHECK(workload.child("demand")->settings.child("parts")->settings.real("high") == 5000.0);
    CHECK(workload.child("demand")->settings.child("parts")->settings.real("low") == 0.0);
    CHECK(workload.child("size")->settings.real("low") == 1000.0);
    CHECK(workload.child("size")->settings.real("high") == 1024.0);
    CHECK(workload.child("arrivals")->settings.real("rate") == 0.05);
}

TEST_CASE("defaults are filled in; an empty default leaves the parameter out") {
    const Settings top = read(minimal);
    CHECK(top.integer("seed") == 1);
    CHECK(top.duration("warmup") == 0s);
    CHECK_FALSE(top.has("scenario"));
    CHECK_FALSE(top.has("expect"));
    CHECK(top.child("workload")->settings.text("fidelity") == "latency");
    CHECK(top.where("seed").line == 0);
    CHECK(top.items("faults").empty());
}

TEST_CASE("a section with a fallback is there with its defaults, an optional one without is absent") {
    const Settings top = read(minimal);
    const Settings& cluster = top.child("cluster")->settings;
    REQUIRE(cluster.child("link") != nullptr);
    CHECK(cluster.child("link")->settings.real("loss") == 0.0);
    CHECK(cluster.child("link")->settings.child("latency")->row == "constant");
    CHECK(cluster.child("link")->settings.child("latency")->settings.real("value") == 20000.0);
    CHECK(cluster.child("node") == nullptr);
    CHECK(top.child("workload")->settings.child("demand") == nullptr);
}

TEST_CASE("a section that is not given, but has a part without a default, is missing that part") {
    Child link{.name = "link", .shape = Child::Shape::section, .doc = "every link"};
    link.table = std::make_shared<const Table>(
        Table{{{"latency", Kind::duration, std::nullopt, 0, 1e18, ""}, {"loss", Kind::ratio, "0", 0, 1, ""}}, {}});
    link.fallback = "{}";
    try {
        load(parse("{}", "f"), Table{{}, {link}}, Catalog());
        FAIL("accepted");
    } catch (const ScenarioError& error) {
        CHECK(std::string(error.what()) ==
              "f:1:1: 'link': missing key 'latency': a duration (ns, us, ms, s, min, h, d) at least 0s");
    }
}

TEST_CASE("a policy has short forms: its name, a constant, a mapping without the key of the default row") {
    const auto with = [](const std::string& scheduling) {
        return read(
            "duration: 60s\ncluster: {topology: {kind: star, nodes: 2}}\nworkload: {arrivals: {process: poisson, rate: "
            "1/s}, demand: 5ms}\n"
            "system: {kind: service, scheduling: " +
            scheduling + "}\n");
    };
    CHECK(with("random").child("system")->settings.child("scheduling")->row == "random");
    CHECK(with("power_of_d").child("system")->settings.child("scheduling")->settings.integer("d") == 2);
    CHECK(with("{d: 5}").child("system")->settings.child("scheduling")->settings.integer("d") == 5);
    CHECK(with("{d: 5}").child("system")->settings.child("scheduling")->row == "power_of_d");
    CHECK(with("weighted").child("system")->settings.child("scheduling")->settings.list("weights") ==
          std::vector<std::string>{"1", "2"});
    CHECK(with("random").child("workload")->settings.child("demand")->row == "constant");
    CHECK(with("random").child("workload")->settings.child("demand")->settings.real("value") == 5e6);
    CHECK(same_values(with("power_of_d"), with("{policy: power_of_d}")));
    CHECK_FALSE(same_values(with("power_of_d"), with("{policy: power_of_d, d: 3}")));
}

TEST_CASE("order, style, comments and quotes of the file make no difference") {
    const Settings flow = read(
        "{duration: 60s, cluster: {topology: {kind: star, nodes: 2}}, workload: {arrivals: {process: poisson, rate: "
        "1/s}}, system: idle}");
    const Settings block = read(R"(# first
system:   # what runs
  kind: "idle"
workload:
  arrivals:
    rate: '1/s'

    process: poisson
cluster:

  topology:
    nodes:
      2
    kind: star   # comment
duration: 60s
# last
)");
    CHECK(same_values(flow, read(minimal)));
    CHECK(same_values(block, read(minimal)));
    CHECK(same_values(read("---\n" + minimal + "...\n"), read(minimal)));
}

TEST_CASE("texts may span lines, folded or literal or quoted") {
    CHECK(read(minimal + "scenario: |\n  one\n  two\n").text("scenario") == "one\ntwo\n");
    CHECK(read(minimal + "scenario: >-\n  one\n  two\n").text("scenario") == "one two");
    CHECK(read(minimal + "scenario: \"one\n  two\"\n").text("scenario") == "one two");
    CHECK(read(minimal + "scenario: one\n  two\n").text("scenario") == "one two");
    CHECK(read(minimal + "scenario: 'it''s # no comment'\n").text("scenario") == "it's # no comment");
    CHECK(read(minimal + "scenario: \"null\"\n").text("scenario") == "null");
}

TEST_CASE("a byte-order mark and CR LF line ends are read over") {
    std::string windows = "\xef\xbb\xbf";
    for (const char c : minimal) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
    CHECK(same_values(read(windows), read(minimal)));
}

TEST_CASE("every value knows where it stands") {
    const Settings top = read(design_example);
    CHECK(top.where("duration").line == 4);
    CHECK(top.where("duration").column == 11);
    CHECK(top.where("cluster").line == 7);
    CHECK(top.where("cluster").column == 1);
    const Settings& link = top.child("cluster")->settings.child("link")->settings;
    CHECK(link.where("latency").line == 9);
    CHECK(link.where("latency").column == 14);
    CHECK(link.where("loss").column == 0);
    CHECK(top.items("faults").front().common.where("for").column == 38);
    CHECK(top.items("faults").front().settings.where("rack").column == 29);
}

namespace {

struct Positive {
    static constexpr std::string_view family = "positive";
};

Catalog with_choosy_row() {
    Catalog catalog;
    catalog.add(Row<Positive>{
        "between",
        "low to high",
        "a test",
        {{{"low", Kind::count, std::nullopt, 0, 100, "lower"}, {"high", Kind::count, "50", 0, 100, "upper"}}},
        [](const Settings& settings) {
            if (settings.integer("low") > settings.integer("high")) throw ParameterError("low", "above high");
            return std::make_unique<Positive>();
        }});
    return catalog;
}

}  // namespace

TEST_CASE(
    "what a row has against its parameters is told where the parameter stands, in the file or on the command line") {
    const Catalog catalog = with_choosy_row();
    const Table top{{}, {{.name = "range", .shape = Child::Shape::policy, .doc = "", .family = "positive"}}};
    Document document = parse("range:\n  policy: between\n  low: 60\n", "rows.yaml");
    const auto complaints = [&](const Document& of) {
        const Settings settings = load(of, top, catalog);
        Errors errors = of.errors;
        CHECK(build<Positive>(*settings.child("range"), catalog, errors) == nullptr);
        return errors.problems();
    };
    const std::vector<Problem> in_file = complaints(document);
    REQUIRE(in_file.size() == 1);
    CHECK(in_file.front().text() == "rows.yaml:3:8: 'low': above high");
    apply_overrides(document, {{"range.low", "70"}});
    const std::vector<Problem> overridden = complaints(document);
    REQUIRE(overridden.size() == 1);
    CHECK(overridden.front().text() == "--set: 'range.low=70': 'low': above high");
    apply_overrides(document, {{"range.high", "80"}});
    Errors none = document.errors;
    CHECK(build<Positive>(*load(document, top, catalog).child("range"), catalog, none) != nullptr);
    CHECK(none.empty());
}

TEST_CASE("a default that its own table refuses is a bug, not bad input") {
    const Table out_of_range{{{"cores", Kind::count, "0", 1, 8, ""}}};
    CHECK_THROWS_AS(load(parse("{}", "f"), out_of_range, Catalog()), InvariantBroken);
    const Table no_unit{{{"delay", Kind::duration, "5", 0, 1e18, ""}}};
    CHECK_THROWS_AS(load(parse("{}", "f"), no_unit, Catalog()), InvariantBroken);
    const Table no_row{
        {}, {{.name = "range", .shape = Child::Shape::policy, .doc = "", .family = "positive", .fallback = "missing"}}};
    CHECK_THROWS_AS(load(parse("{}", "f"), no_row, with_choosy_row()), InvariantBroken);
}

TEST_CASE("an error names the nearest known name only if one is near") {
    CHECK(nearest_name("latancy", {"loss", "latency"}) == "latency");
    CHECK(nearest_name("lantecy", {"loss", "latency"}) == "latency");
    CHECK(nearest_name("fautls", {"faults"}) == "faults");
    CHECK(nearest_name("d", {"delay", "duration"}).empty());
    CHECK(nearest_name("colour", {"seed", "duration"}).empty());
    CHECK(nearest_name(std::string(1000, 'x'), {"x"}).empty());
    CHECK(complaint(minimal + "sede: 3\n") ==
          "test.yaml:5:1: unknown key 'sede'; did you mean 'seed'? allowed here: scenario, seed, duration, warmup, "
          "expect, cluster, workload, system, faults, phases");
}
