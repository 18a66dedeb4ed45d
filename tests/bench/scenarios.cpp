// Whole scenarios of the library, built and run as `orrery run` does, all metrics on: jobs, messages or nodes
// per CPU second.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "scenarios/systems/scenario.hpp"
#include "scenarios/systems/simulation.hpp"

using namespace orrery;

namespace {

bool tiny() {
    return std::getenv("ORRERY_BENCH_TINY") != nullptr;
}

Scenario library(const std::string& name, const Catalog& catalog, std::vector<Override> overrides) {
    return load_scenario(std::string(ORRERY_SOURCE_DIR) + "/scenarios/library/" + name + ".yaml", overrides, catalog,
                         {});
}

/// Builds and runs `scenario`; the requests or messages that its system counts are the items.
void run_scenario(benchmark::State& state, const std::string& name, const std::vector<Override>& overrides) {
    const Catalog catalog = builtin();
    const Scenario scenario = library(name, catalog, overrides);
    double items = 0;
    double events = 0;
    for (auto _ : state) {
        Simulation simulation = Simulation::build(scenario, catalog, {.seed = scenario.seed()});
        simulation.advance(nullptr);
        const analysis::RunRecord record = simulation.finish();
        for (const analysis::Effect& effect : record.effects)
            if (effect.what == "workload") items += static_cast<double>(effect.count);
        events += static_cast<double>(record.events);
    }
    state.counters["items/s"] = benchmark::Counter(items, benchmark::Counter::kIsRate);
    state.counters["events/item"] = events / items;
}

void queues_100(benchmark::State& state) {
    run_scenario(state, "queues-100", {{"workload.limit", tiny() ? "10000" : "2000000"}});
}

void star(benchmark::State& state) {
    const std::int64_t hosts = state.range(0);
    const std::int64_t messages = tiny() ? 10'000 : 1'000'000;
    // 500,000 messages/s a host, so that each link is at 40 % whatever their number.
    run_scenario(state, "star-1000",
                 {{"cluster.topology.nodes", std::to_string(hosts)},
                  {"workload.arrivals.rate", std::to_string(hosts * 500'000) + "/s"},
                  {"workload.limit", std::to_string(messages)}});
}

/// Builds only: the processes have started and wait.
void million_nodes(benchmark::State& state) {
    const std::int64_t nodes = tiny() ? 10'000 : 1'000'000;
    const Catalog catalog = builtin();
    const Scenario scenario = library("million-nodes", catalog, {{"cluster.topology.nodes", std::to_string(nodes)}});
    for (auto _ : state) {
        const Simulation simulation = Simulation::build(scenario, catalog, {.seed = scenario.seed()});
        benchmark::DoNotOptimize(simulation.kernel().entities());
    }
    state.counters["nodes/s"] = benchmark::Counter(static_cast<double>(nodes) * static_cast<double>(state.iterations()),
                                                   benchmark::Counter::kIsRate);
}

}  // namespace

BENCHMARK(queues_100)->Unit(benchmark::kMillisecond);
BENCHMARK(star)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(million_nodes)->Unit(benchmark::kMillisecond);
