/// One queue, and several fed at random (which are as many independent ones): the closed forms of every textbook.
/// Service times have a mean of 1 s, so the load is the arrival rate per core.
///
/// Warm-up: a queue forgets its start with the relaxation time tau = 2 (1 + cv^2) / (1 - load)^2 service times (heavy
/// traffic; M/M/1 has (1 - sqrt(load))^-2, which is less). Ten of them are cut; what is left of the empty start is at
/// most e^-10 of the mean, and that is the bias of the first kind below.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "tests/validation/agreement.hpp"

using namespace orrery::validation;

namespace {

const double start_bias = std::exp(-10.0);

constexpr double relaxation(double load, double cv_squared) {
    return 2 * (1 + cv_squared) / ((1 - load) * (1 - load));
}

/// Mean response of M/G/1: Pollaczek and Khinchine.
constexpr double pollaczek_khinchine(double load, double cv_squared) {
    return 1 + load * (1 + cv_squared) / (2 * (1 - load));
}

/// Mean response of M/M/c at `load` of each core, by Erlang's recursion B(k) = a B / (k + a B).
double erlang(std::size_t cores, double load) {
    const double offered = load * static_cast<double>(cores);
    double blocking = 1;
    for (std::size_t k = 1; k <= cores; ++k)
        blocking = offered * blocking / (static_cast<double>(k) + offered * blocking);
    const double waits = blocking / (1 - load * (1 - blocking));
    return 1 + waits / (static_cast<double>(cores) * (1 - load));
}

/// Ten independent queues of one kind at `load`; ten replications make about a million jobs.
Queueing ten_queues(double load, const std::string& demand, double cv_squared) {
    Queueing q;
    q.workers = 10;
    q.rate = 10 * load;
    q.demand = demand;
    q.warmup = std::ceil(10 * relaxation(load, cv_squared));
    q.duration = std::ceil(std::max(10'000.0, 10 * q.warmup));
    return q;
}

constexpr const char* exponential = "{distribution: exponential, mean: 1s}";

void check_single(const std::string& what, const std::string& demand, double cv_squared, double load) {
    const Theory theory = [cv_squared](double at) { return pollaczek_khinchine(at, cv_squared); };
    check_response(what, theory, start_bias * theory(load), ten_queues(load, demand, cv_squared), 10);
}

}  // namespace

TEST_CASE("M/M/1: response, its quantiles, utilisation and throughput are as known") {
    const double load = 0.8;
    Queueing q = ten_queues(load, exponential, 1);
    q.duration *= 4;  // for the 99th percentile
    const auto result = run(scenario(q), 10);
    const double mean = 1 / (1 - load);
    check({"M/M/1 at 0.80, mean response in s by Little's law", mean, start_bias * mean},
          response(result, q, [](double at) { return 1 / (1 - at); }));
    // The mean over the answered misses those still under way at the end. With N ~ load / (1 - load) of them a queue,
    // who tend to be long ones, it is low by var(T) / duration (to first order); T is exponential here.
    check({"M/M/1 at 0.80, latency.mean in s", mean, start_bias * mean + mean * mean / q.duration},
          values(result, "latency.mean"));
    // T is exponential with that mean. The histogram rounds by at most 0.1 %; the quantile p of N independent values is
    // off by p mean / (2 (1 - p) N) on average, and the run is worth at least one such value each 2 tau of each queue.
    const double independent = 10 * q.duration / (2 / std::pow(1 - std::sqrt(load), 2));
    for (const auto& [name, p] : {std::pair{"latency.p50", 0.5}, {"latency.p90", 0.9}, {"latency.p99", 0.99}}) {
        const double quantile = -mean * std::log(1 - p);
        check({std::string("M/M/1 at 0.80, ") + name + " in s", quantile,
               0.001 * quantile + p * mean / (2 * (1 - p) * independent)},
              values(result, name));
    }
    check({"M/M/1 at 0.80, utilisation = rate x demand", load, start_bias}, values(result, "utilisation.mean"));
    check({"M/M/1 at 0.80, throughput = arrival rate, 1/s", q.rate, start_bias}, values(result, "throughput"));
}

TEST_CASE("M/M/c waits as Erlang's C formula says") {
    struct Row {
        std::size_t cores;
        double load;
    };
    for (const Row row : {Row{2, 0.8}, Row{4, 0.9}, Row{16, 0.9}}) {
        Queueing q;
        q.workers = 4;
        q.cores = row.cores;
        q.demand = exponential;
        q.rate = 4 * static_cast<double>(row.cores) * row.load;
        // With c cores the queue drains c times as fast; a service time is the least it takes to forget.
        q.warmup = std::ceil(10 * (1 + relaxation(row.load, 1) / static_cast<double>(row.cores)));
        q.duration = std::ceil(80'000 / q.rate + 10 * q.warmup);
        const Theory theory = [&](double at) { return erlang(row.cores, at); };
        check_response("M/M/" + std::to_string(row.cores), theory, start_bias * theory(row.load), q, 10);
    }
}

TEST_CASE("M/D/1 waits half as long as M/M/1") {
    for (const double load : {0.5, 0.9}) check_single("M/D/1", "1s", 0, load);
}

TEST_CASE("M/G/1 waits as Pollaczek and Khinchine say") {
    check_single("M/H2/1, cv 2,", "{distribution: hyperexponential, mean: 1s, cv: 2}", 4, 0.7);
    check_single("M/lognormal/1, cv 1.5,", "{distribution: lognormal, mean: 1s, cv: 1.5}", 2.25, 0.7);
    check_single("M/Erlang4/1", "{distribution: gamma, mean: 1s, shape: 4}", 0.25, 0.8);
    check_single("M/uniform/1", "{distribution: uniform, low: 0s, high: 2s}", 1.0 / 3, 0.8);
}

TEST_CASE("a load without chance has the answer of paper and pencil") {
    // A request of 250 ms after each second: 999 of them before the end, and nobody waits.
    Queueing q;
    q.arrivals = "deterministic";
    q.rate = 1;
    q.demand = "250ms";
    q.duration = 1000;
    const auto result = run(scenario(q), 1);
    CHECK(values(result, "latency.max").front() == 0.25);
    CHECK(values(result, "utilisation.mean").front() == doctest::Approx(0.24975).epsilon(1e-12));
}
