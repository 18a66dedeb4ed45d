// The store: a whole scenario of a thousand nodes, per CPU second; and its parts that every request goes through.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "models/partitioning/store/item_table.hpp"
#include "scenarios/systems/scenario.hpp"
#include "scenarios/systems/simulation.hpp"

using namespace orrery;

namespace {

bool tiny() {
    return std::getenv("ORRERY_BENCH_TINY") != nullptr;
}

/// scenarios/library/store-1000.yaml, built and run as `orrery run` does: requests are the items.
void store_1000(benchmark::State& state) {
    const Catalog catalog = builtin();
    std::vector<Override> overrides;
    if (tiny()) overrides = {{"workload.limit", "10000"}, {"workload.keys.count", "1000"}};
    const Scenario scenario =
        load_scenario(std::string(ORRERY_SOURCE_DIR) + "/scenarios/library/store-1000.yaml", overrides, catalog, {});
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

void item_table(benchmark::State& state) {
    models::ItemTable table;
    const auto keys = static_cast<std::uint64_t>(state.range(0));
    for (std::uint64_t key = 0; key < keys; ++key) table.set(key, {}, 1'000);
    std::uint64_t key = 0;
    std::uint64_t sum = 0;
    for (auto _ : state) {
        sum += table.find(key)->size;
        key = (key + 7'919) % keys;
    }
    benchmark::DoNotOptimize(sum);
    state.SetItemsProcessed(state.iterations());
}

}  // namespace

BENCHMARK(store_1000)->Unit(benchmark::kMillisecond);
BENCHMARK(item_table)->Arg(1'000)->Arg(1'000'000);
