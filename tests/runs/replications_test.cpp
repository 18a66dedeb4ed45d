#include "scenarios/runs/replications.hpp"

#include <doctest/doctest.h>

#include "sim/base/check.hpp"

using namespace orrery;

namespace {

constexpr const char* clockwork =
    "scenario: nothing is left to chance\n"
    "seed: 1\n"
    "duration: 1s\n"
    "replications: 3\n"
    "cluster:\n"
    "  topology: {kind: star, nodes: 4}\n"
    "  link: {latency: 10us}\n"
    "workload:\n"
    "  arrivals: {process: deterministic, rate: 100/s}\n"
    "  demand: 2ms\n"
    "system:\n"
    "  kind: service\n"
    "  scheduling: {policy: round_robin}\n"
    "expect: [latency.mean == 2020us]\n";

analysis::Result result_of(std::vector<Override> overrides = {}, std::size_t replications = 3) {
    const Catalog catalog = builtin();
    RunOptions options;
    options.replications = replications;
    return run_replications(read_scenario(clockwork, "clockwork.yaml", overrides, catalog, {}), catalog, options);
}

}  // namespace

TEST_CASE("a scenario without chance is exact: its verdict rests on the value, not on an interval of no width") {
    const analysis::Result result = result_of();
    CHECK(result.chance == analysis::Chance::absent);
    REQUIRE(result.verdicts.size() == 1);
    CHECK(result.verdicts[0].basis == analysis::Basis::exact);
    // Two links of 10 us to the worker and back (one to the switch, one from it), and 2 ms of work: 2,040 us.
    CHECK(result.verdicts[0].verdict == analysis::Verdict::fail);
    CHECK(result.runs[0].metrics.at("latency.mean") == doctest::Approx(2040e-6).epsilon(1e-12));
}

TEST_CASE("whatever draws makes chance present") {
    const std::vector<Override> sources[] = {{{"system.scheduling.policy", "random"}},
                                             {{"workload.arrivals.process", "poisson"}},
                                             {{"workload.demand", "{distribution: exponential, mean: 2ms}"}},
                                             {{"cluster.link.loss", "1%"}},
                                             {{"cluster.node.disk.fsync", "{distribution: exponential, mean: 1ms}"}}};
    for (const auto& overrides : sources) {
        CAPTURE(overrides[0].path);
        CHECK(result_of(overrides).chance == analysis::Chance::present);
    }
}

TEST_CASE("one replication is said to be one, whether or not there was chance") {
    const analysis::Result result = result_of({}, 1);
    CHECK(result.verdicts[0].basis == analysis::Basis::single);
}

TEST_CASE("an expectation about a metric that does not exist is refused before anything runs") {
    CHECK_THROWS_AS(result_of({{"expect[0]", "latency.p98 < 5ms"}}), ScenarioError);
    CHECK_THROWS_AS(result_of({{"expect[0]", "latency.p99 < 5"}}), ScenarioError);
    CHECK_THROWS_AS(result_of({{"expect[0]", "latency.p99 < 5kB"}}), ScenarioError);
}

TEST_CASE("an interrupt leaves no result") {
    const Catalog catalog = builtin();
    std::atomic<bool> interrupted{true};
    RunOptions options;
    options.interrupted = &interrupted;
    // Long enough for the flag to be looked at.
    const Scenario scenario = read_scenario(
        clockwork, "clockwork.yaml", {{"workload.arrivals.rate", "100000/s"}, {"workload.demand", "0s"}}, catalog, {});
    CHECK_THROWS_AS(run_replications(scenario, catalog, options), Interrupted);
}

TEST_CASE("progress ends at all of it") {
    const Catalog catalog = builtin();
    Progress last;
    RunOptions options;
    options.replications = 3;
    options.threads = 2;
    options.on_progress = [&](const Progress& progress) { last = progress; };
    run_replications(read_scenario(clockwork, "clockwork.yaml", {}, catalog, {}), catalog, options);
    CHECK(last.done == 3);
    CHECK(last.total == 3);
    CHECK(last.share == doctest::Approx(1));
}
