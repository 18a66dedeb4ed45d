/// A made-up result with everything in it: twelve nodes, five replications, one rack down for twenty seconds.
#pragma once

#include "analysis/expectation.hpp"
#include "analysis/result.hpp"
#include "sim/base/math.hpp"
#include "sim/base/random.hpp"
#include "sim/base/recorder.hpp"

namespace orrery::analysis {

struct SyntheticSpec {
    std::size_t nodes = 12;
    std::size_t replications = 5;
    std::size_t samples = 20'000;
};

inline Series synthetic_series(std::string metric, std::string label, std::string unit, std::vector<double> values) {
    return {std::move(metric), std::move(label), std::move(unit), time_zero, 500ms, std::move(values)};
}

inline RunRecord synthetic_run(std::uint64_t seed, const SyntheticSpec& spec) {
    RandomStream random = stream_of(stream_key(seed, "synthetic", 0));
    const auto noise = [&](double size) { return 1 + size * (random.uniform() - 0.5); };
    RunRecord run;
    run.seed = seed;
    run.fingerprint = random.next();
    run.events = 12'000'000 + random.below(10'000);
    run.warmup = 10s;
    run.duration = 60s;
    run.faults = {{"crash rack 2", Time(30s), Time(50s)}};
    run.effects = {{"workload.arrivals", "requests", 9'000'000 + random.below(5000)},
                   {"faults[0] crash rack 2", "nodes down", 4}};

    Histogram& latency = run.histograms["latency"];
    Histogram& reads = run.histograms["latency{op=read}"];
    for (std::size_t i = 0; i < spec.samples; ++i) {
        const double slow = random.uniform() < 0.03 ? 8 : 1;
        const double nanoseconds = 4e5 - 6e5 * slow * portable_log(random.uniform_open());
        latency.record(static_cast<std::int64_t>(nanoseconds));
        if (i % 2 == 0) reads.record(static_cast<std::int64_t>(nanoseconds * 0.6));
    }
    const auto quantile = [&](double q) { return seconds(Duration(latency.value_at(q))); };
    run.metrics = {{"latency.mean", latency.mean() * 1e-9},
                   {"latency.p50", quantile(0.5)},
                   {"latency.p99", quantile(0.99)},
                   {"latency.p999", quantile(0.999)},
                   {"latency.max", quantile(1)},
                   {"latency.p99{op=read}", quantile(0.98) * 0.6},
                   {"throughput", 178'000 * noise(0.01)},
                   {"errors.rate", 0.008 * noise(0.2)},
                   {"recovery.unavailable", seed % 2 == 0 ? 20.0 : 17.3},
                   {"requests.arrived", 9e6},
                   {"consistency.violations", 0}};
    if (seed % 2 == 0) run.censored.insert("recovery.unavailable");

    std::vector<double> load, requests;
    std::vector<double> total(120), failed(120), p50(120), p99(120);
    for (std::size_t node = 0; node < spec.nodes; ++node) {
        const double base = 0.45 + 0.4 / static_cast<double>(node % 12 + 1);
        std::vector<double> busy, queue;
        for (std::size_t i = 0; i < 120; ++i) {
            const bool outage = i >= 60 && i < 100;
            const bool down = outage && node % 12 >= 8;
            busy.push_back(down ? 0 : std::min(1.0, base * (outage ? 1.3 : 1.0) * noise(0.2)));
            queue.push_back(busy.back() / (1.05 - busy.back()) * noise(0.3));
        }
        load.push_back(mean_of(busy));
        requests.push_back(load.back() * 1e6);
        run.series.push_back(synthetic_series("load.busy", "node=" + std::to_string(node), "1", std::move(busy)));
        run.series.push_back(synthetic_series("queue.length", "node=" + std::to_string(node), "1", std::move(queue)));
    }
    for (std::size_t i = 0; i < 120; ++i) {
        const double hit = i >= 60 && i < 64 ? 0.34 : i >= 64 && i < 70 ? 0.04 * static_cast<double>(70 - i) / 6 : 0.0;
        failed[i] = hit * noise(0.2);
        total[i] = 180'000 * (1 - failed[i]) * noise(0.03);
        p50[i] = 8e-4 * (i >= 60 && i < 100 ? 1.5 : 1) * noise(0.1);
        p99[i] = 5e-3 * (i >= 60 && i < 100 ? 2.5 : 1) * noise(0.3);
    }
    run.series.push_back(synthetic_series("throughput", "", "1/s", std::move(total)));
    run.series.push_back(synthetic_series("errors.rate", "", "1", std::move(failed)));
    run.series.push_back(synthetic_series("latency.p50", "", "s", std::move(p50)));
    run.series.push_back(synthetic_series("latency.p99", "", "s", std::move(p99)));
    run.per_node["load"] = std::move(load);
    run.per_node["requests"] = std::move(requests);
    return run;
}

inline Result synthetic_result(const SyntheticSpec& spec = {}) {
    Result result;
    result.title = "A keyed service on twelve nodes; one rack dies for twenty seconds";
    result.scenario = "scenario: A keyed service\nseed: 7\n";
    for (std::size_t i = 0; i < spec.replications; ++i) result.runs.push_back(synthetic_run(7 + i, spec));
    for (const char* text : {"latency.p99 < 20ms", "errors.rate < 0.8%", "throughput > 200000/s",
                             "recovery.unavailable < 30s", "queue.max < 12"})
        result.verdicts.push_back(
            judge(*parse_expectation(text, result.table), result.runs, result.confidence, result.chance));
    return result;
}

}  // namespace orrery::analysis
