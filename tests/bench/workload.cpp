// Cost of a workload per item: arrivals, keys, rows of a trace.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include "sim/workload/arrivals.hpp"
#include "sim/workload/keys.hpp"
#include "sim/workload/trace/trace_reader.hpp"

using namespace orrery;

namespace {

constexpr StreamKey key = stream_key(1, "bench", 0);

void run_arrivals(benchmark::State& state, std::unique_ptr<ArrivalProcess> process) {
    Time at = time_zero;
    std::uint64_t k = 0;
    for (auto _ : state) at = *process->next(at, k++, key);
    benchmark::DoNotOptimize(at);
}

void run_keys(benchmark::State& state, std::unique_ptr<KeyPopularity> keys) {
    std::uint64_t item = 0, sum = 0;
    for (auto _ : state) {
        RandomStream random = stream_of(key, item);
        sum += keys->draw(item++, random, time_zero);
    }
    benchmark::DoNotOptimize(sum);
}

/// Reads a file of rows written here; per row.
void run_trace(benchmark::State& state, const std::string& name, const std::string& header, TraceSpec spec,
               const std::function<std::string(std::uint64_t)>& row) {
    const std::uint64_t rows = std::getenv("ORRERY_BENCH_TINY") != nullptr ? 1000 : 1'000'000;
    const auto path =
        std::filesystem::temp_directory_path() / ("orrery-bench-" + std::to_string(getpid()) + "-" + name);
    std::ofstream file(path);
    file << header;
    for (std::uint64_t i = 0; i < rows; ++i) file << row(i);
    file.close();
    spec.record.path = path;
    for (auto _ : state) {
        TraceReader reader = TraceReader::open(spec);
        while (auto item = reader.next()) benchmark::DoNotOptimize(item);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * rows));
    std::filesystem::remove(path);
}

TraceSpec token_spec(TimeFormat format) {
    TraceSpec spec;
    spec.columns = {"time", "client", "bytes", "0.25ms * context + 20ms * generated"};
    spec.time_format = format;
    return spec;
}

std::string iso_row(std::uint64_t i) {
    char text[128];
    std::snprintf(text, sizeof text, "2023-11-16 18:%02u:%02u.%07u,client-%u,%u,%u,%u\n",
                  static_cast<unsigned>(i / 600'000 % 60), static_cast<unsigned>(i / 10'000 % 60),
                  static_cast<unsigned>(i % 10'000 * 1000), static_cast<unsigned>(i % 977),
                  static_cast<unsigned>(i % 5000), static_cast<unsigned>(i % 4000), static_cast<unsigned>(i % 100));
    return text;
}

void poisson(benchmark::State& state) {
    run_arrivals(state, poisson_arrivals(1e6));
}
void deterministic(benchmark::State& state) {
    run_arrivals(state, deterministic_arrivals(1e6));
}
void mmpp(benchmark::State& state) {
    run_arrivals(state, modulated_arrivals({{1e6, 10ms}, {1e5, 30ms}}));
}
void piecewise(benchmark::State& state) {
    run_arrivals(state, piecewise_arrivals({{time_zero, 1e6}, {Time(1s), 2e6}}, 2s));
}
void diurnal(benchmark::State& state) {
    run_arrivals(state, diurnal_arrivals({.rate = 1e6, .amplitude = 0.5, .period = 24h, .peak = 0s}));
}
void zipf(benchmark::State& state) {
    run_keys(state, zipf_keys(1'000'000, 0.99, KeyOrder::scattered));
}
void hot_set(benchmark::State& state) {
    run_keys(state, hot_set_keys(1'000'000, {.share = 0.2, .traffic = 0.8}, KeyOrder::scattered));
}
void csv_rows(benchmark::State& state) {
    run_trace(state, "rows.csv", "time,client,bytes,context,generated\n", token_spec(TimeFormat::iso8601), iso_row);
}
void json_rows(benchmark::State& state) {
    run_trace(state, "rows.jsonl", "", token_spec(TimeFormat::milliseconds), [](std::uint64_t i) {
        const std::string n = std::to_string(i);
        return "{\"time\": " + n + ", \"client\": \"client-" + n + "\", \"bytes\": 5, \"context\": " + n +
               ", \"generated\": 7}\n";
    });
}
void access_log_rows(benchmark::State& state) {
    TraceSpec spec;
    spec.columns = {"time", "client", "bytes", std::nullopt};
    spec.record.format = TraceFormat::access_log;
    run_trace(state, "rows.log", "", spec, [](std::uint64_t i) {
        return "10.0." + std::to_string(i % 256) +
               ".1 - - [17/May/2015:10:05:03 +0000] \"GET /presentations/images/search.png HTTP/1.1\" 200 " +
               std::to_string(i % 10'000) +
               " \"http://example.com/presentations/\" \"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1)\"\n";
    });
}

}  // namespace

BENCHMARK(poisson);
BENCHMARK(deterministic);
BENCHMARK(mmpp);
BENCHMARK(piecewise);
BENCHMARK(diurnal);
BENCHMARK(zipf);
BENCHMARK(hot_set);
BENCHMARK(csv_rows)->Unit(benchmark::kMillisecond);
BENCHMARK(json_rows)->Unit(benchmark::kMillisecond);
BENCHMARK(access_log_rows)->Unit(benchmark::kMillisecond);
