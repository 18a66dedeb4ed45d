// Partitioners: the batch call over numbered keys (8 bytes), and one record at a time.
#include <benchmark/benchmark.h>

#include <vector>

#include "models/hashing/catalog.hpp"
#include "models/partitioning/catalog.hpp"
#include "models/partitioning/hot_keys/space_saving.hpp"
#include "sim/base/units.hpp"
#include "sim/base/zipf.hpp"

using namespace orrery;
using namespace orrery::models;

namespace {

constexpr std::uint32_t partitions = 1000;

Settings defaults(const RowInfo& row) {
    Settings settings;
    for (const Parameter& parameter : row.table.parameters)
        if (parameter.fallback && !parameter.fallback->empty())
            settings.set(parameter.name, *parse_value(parameter.kind, *parameter.fallback));
    for (const Child& child : row.table.children)
        for (const auto& hash : hash_functions())
            if (hash.name == *child.fallback) settings.add(child.name, {hash.name, defaults(hash)});
    return settings;
}

std::unique_ptr<Partitioner> make(const std::string& name) {
    for (const auto& row : partitioners()) {
        if (row.name != name) continue;
        auto made = row.make(defaults(row));
        made->reset(partitions);
        return made;
    }
    return nullptr;
}

std::vector<std::uint64_t> keys() {
    RandomStream random = stream_of(stream_key(1, "bench", 0));
    std::vector<std::uint64_t> out(8192);
    for (std::uint64_t& key : out) key = random.next();
    return out;
}

void batch(benchmark::State& state, const std::string& name) {
    const auto made = make(name);
    const auto numbers = keys();
    std::vector<PartitionId> out(numbers.size());
    for (auto _ : state) {
        made->of_numbers(numbers, out);
        benchmark::DoNotOptimize(out.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(numbers.size()));
}

void pick(benchmark::State& state, const std::string& name) {
    const auto made = make(name);
    const BoundedZipf zipf({1'000'000, 0.99});
    RandomStream random = stream_of(stream_key(1, "bench", 1));
    std::vector<std::uint64_t> numbers(8192);
    for (std::uint64_t& number : numbers) number = zipf.draw(random);
    std::size_t i = 0;
    std::uint64_t sum = 0;
    for (auto _ : state) {
        const NumberKey key(numbers[i++ % numbers.size()]);
        Record record;
        record.key = key;
        record.size = 100;
        sum += made->pick(record, random).value;
    }
    benchmark::DoNotOptimize(sum);
    state.SetItemsProcessed(state.iterations());
}

void space_saving(benchmark::State& state) {
    SpaceSaving counts(1000);
    const BoundedZipf zipf({1'000'000, 0.99});
    RandomStream random = stream_of(stream_key(1, "bench", 2));
    std::vector<std::uint64_t> numbers(65536);
    for (std::uint64_t& number : numbers) number = zipf.draw(random);
    std::size_t i = 0;
    for (auto _ : state) benchmark::DoNotOptimize(counts.add(numbers[i++ % numbers.size()]));
    state.SetItemsProcessed(state.iterations());
}

}  // namespace

BENCHMARK_CAPTURE(batch, redis_slots, "redis_slots");
BENCHMARK_CAPTURE(batch, modulo, "modulo");
BENCHMARK_CAPTURE(batch, kafka_default, "kafka_default");
BENCHMARK_CAPTURE(batch, cassandra_murmur3, "cassandra_murmur3");
BENCHMARK_CAPTURE(batch, kinesis, "kinesis");
BENCHMARK_CAPTURE(pick, redis_slots, "redis_slots");
BENCHMARK_CAPTURE(pick, round_robin, "round_robin");
BENCHMARK_CAPTURE(pick, kafka_sticky, "kafka_sticky");
BENCHMARK_CAPTURE(pick, storm_pkg, "storm_pkg");
BENCHMARK_CAPTURE(pick, w_choices, "w_choices");
BENCHMARK(space_saving);
