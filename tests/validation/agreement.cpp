#include "tests/validation/agreement.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cmath>

#include "analysis/statistics.hpp"
#include "scenarios/runs/replications.hpp"
#include "scenarios/systems/scenario.hpp"

namespace orrery::validation {

namespace {

void check_inside(const Claim& claim, const analysis::Estimate& estimate, double half_width) {
    const double allowed = half_width + claim.bias;
    const std::string row = fmt::format("{}: expected {:.6g}, measured {:.6g} +- {:.2g} (+ {:.2g}), n = {}", claim.what,
                                        claim.expected, estimate.mean, half_width, claim.bias, estimate.n);
    MESSAGE(row);
    CHECK_MESSAGE(std::abs(estimate.mean - claim.expected) <= allowed, row);
    // An interval as wide as the answer would agree with anything.
    CHECK_MESSAGE(allowed < 0.1 * claim.expected, row);
}

}  // namespace

analysis::Result run(const std::string& yaml, std::size_t replications) {
    const Catalog catalog = builtin();
    const Scenario read = read_scenario(yaml, "validation.yaml", {}, catalog, {});
    RunOptions options;
    options.replications = replications;
    return run_replications(read, catalog, options);
}

std::vector<double> values(const analysis::Result& result, const std::string& metric) {
    std::vector<double> out;
    for (const analysis::RunRecord& record : result.runs) out.push_back(record.metrics.at(metric));
    return out;
}

std::string scenario(const Queueing& queueing) {
    return fmt::format(R"(
scenario: validation
seed: 1
warmup: {}s
duration: {}s
cluster:
  topology: {{kind: star, nodes: {}}}
  link: {{latency: 0s}}
  node: {{cores: {}, discipline: {}}}
workload:
  arrivals: {{process: {}, rate: {}/s}}
  demand: {}
system:
  kind: service
  scheduling: {}
)",
                       queueing.warmup, queueing.warmup + queueing.duration, queueing.workers + 1, queueing.cores,
                       queueing.discipline, queueing.arrivals, queueing.rate, queueing.demand, queueing.scheduling);
}

void check(const Claim& claim, const std::vector<double>& measured) {
    const analysis::Estimate estimate = analysis::estimate(measured, level);
    REQUIRE(estimate.half_width.has_value());
    check_inside(claim, estimate, *estimate.half_width);
}

void check_within_three_errors(const Claim& claim, const std::vector<double>& measured) {
    const analysis::Estimate estimate = analysis::estimate(measured, level);
    REQUIRE(estimate.half_width.has_value());
    const double student = analysis::student_quantile(0.5 + level / 2, measured.size() - 1);
    check_inside(claim, estimate, 3 * *estimate.half_width / student);
}

double load_of(const Queueing& queueing) {
    return queueing.rate / static_cast<double>(queueing.workers * queueing.cores);
}

std::vector<double> response(const analysis::Result& result, const Queueing& queueing, const Theory& theory) {
    const double load = load_of(queueing);
    const double h = 0.01 * (1 - load);
    const double slope = ((load + h) * theory(load + h) - (load - h) * theory(load - h)) / (2 * h);
    const std::vector<double> inside = values(result, "in_system.mean");
    const std::vector<double> busy = values(result, "utilisation.mean");
    std::vector<double> out;
    for (std::size_t i = 0; i < inside.size(); ++i)
        out.push_back(inside[i] / queueing.rate - slope * (busy[i] - load) / load);
    return out;
}

void check_response(const std::string& what, const Theory& theory, double bias, const Queueing& queueing,
                    std::size_t replications) {
    const double load = load_of(queueing);
    const analysis::Result result = run(scenario(queueing), replications);
    check({fmt::format("{} at {:.2f}, mean response in s", what, load), theory(load), bias},
          response(result, queueing, theory));
}

}  // namespace orrery::validation
