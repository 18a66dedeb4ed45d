// Look-ups of consistent hashing, by `owners`: eight-byte keys, 1,000 nodes of equal weight, one core.
//
//     lookup/SCHEME/N      items are look-ups; bytes_per_node is the structure's memory over the nodes
//     build_ring/N         a ring of N nodes with 128 virtual nodes each, from nothing
//     add_to_ring/N        one node more on that ring (and off again, outside of the clock)
//     std_map/N            for comparison: the same circle as a std::map, the usual way to write it
//
// items_per_second is of processor time.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "models/hashing/catalog.hpp"
#include "models/hashing/functions/xxh64.hpp"
#include "sim/base/random.hpp"
#include "tests/hashing/row_settings.hpp"

using namespace orrery;
using namespace orrery::models;

namespace {

std::size_t nodes_of(const benchmark::State& state) {
    return std::getenv("ORRERY_BENCH_TINY") != nullptr ? 10 : static_cast<std::size_t>(state.range(0));
}

std::vector<std::uint64_t> some_keys() {
    std::vector<std::uint64_t> keys(1 << 16);
    RandomStream random = stream_of(stream_key(1, "keys", 0));
    for (std::uint64_t& key : keys) key = random.next();
    return keys;
}

void lookup(benchmark::State& state, const std::string& scheme) {
    const auto members = testing::nodes(nodes_of(state));
    const auto ring = testing::make_ring(scheme);
    ring->reset(members);
    const auto keys = some_keys();
    std::vector<MemberId> owners(4096);
    std::size_t first = 0;
    for (auto _ : state) {
        ring->owners(std::span(keys).subspan(first, owners.size()), owners);
        benchmark::DoNotOptimize(owners.data());
        benchmark::ClobberMemory();
        first = (first + owners.size()) % keys.size();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * owners.size()));
    state.counters["bytes_per_node"] = static_cast<double>(ring->memory_bytes()) / static_cast<double>(members.size());
}

void std_map(benchmark::State& state) {
    std::map<std::uint64_t, MemberId> circle;
    for (const Member& member : testing::nodes(nodes_of(state)))
        for (int i = 0; i < 128; ++i) circle[xxh64(member.name + "#" + std::to_string(i))] = member.id;
    const auto keys = some_keys();
    for (auto _ : state) {
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < 4096; ++i) {
            const auto found = circle.lower_bound(xxh64_number(keys[i]));
            sum += (found == circle.end() ? circle.begin() : found)->second.value;
        }
        benchmark::DoNotOptimize(sum);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * 4096));
}

void build_ring(benchmark::State& state) {
    const auto members = testing::nodes(nodes_of(state));
    const auto ring = testing::make_ring("ring");
    for (auto _ : state) ring->reset(members);
    state.counters["bytes_per_node"] = static_cast<double>(ring->memory_bytes()) / static_cast<double>(members.size());
}

void add_to_ring(benchmark::State& state) {
    const auto members = testing::nodes(nodes_of(state));
    const auto ring = testing::make_ring("ring");
    ring->reset(members);
    const Member more{MemberId(members.size()), "one more"};
    for (auto _ : state) {
        ring->add(more);
        state.PauseTiming();
        ring->remove(more.id);
        state.ResumeTiming();
    }
}

[[maybe_unused]] const bool registered = [] {
    for (const auto& row : rings()) {
        const std::string name = row.name;
        benchmark::RegisterBenchmark(("lookup/" + name).c_str(), [name](benchmark::State& state) {
            lookup(state, name);
        })->Arg(1000);
    }
    return true;
}();

BENCHMARK(std_map)->Arg(1000);
BENCHMARK(build_ring)->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK(add_to_ring)->Arg(10000)->Unit(benchmark::kMillisecond);

}  // namespace
