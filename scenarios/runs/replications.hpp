/// Replications: a scenario run with seeds seed, seed + 1, ..., on all cores, into one result.
///
/// The result is the same, byte for byte, whatever the number of threads: a replication is a simulation of
/// its own, and results are joined in the order of their seeds.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "analysis/result.hpp"
#include "scenarios/systems/scenario.hpp"
#include "sim/base/catalog.hpp"

namespace orrery {

/// How far the replications are; called now and then, from any thread but one at a time.
struct Progress {
    double share = 0;          ///< of all virtual time, 0 to 1
    std::uint64_t events = 0;  ///< in all replications so far
    std::size_t done = 0;      ///< replications that have ended
    std::size_t total = 0;
};

struct RunOptions {
    std::size_t replications = 1;
    std::size_t threads = 1;
    const std::atomic<bool>* interrupted = nullptr;  ///< looked at every few thousand events
    std::function<void(const Progress&)> on_progress = {};
};

/// The run was told to stop; there is no result.
class Interrupted : public std::exception {
public:
    const char* what() const noexcept override { return "interrupted; no result was written"; }
};

/// A declared fault or load had no effect: what a green verdict would say is not true. Exit code 3.
class GuardFailure : public std::exception {
public:
    explicit GuardFailure(std::string text) : text_(std::move(text)) {}
    const char* what() const noexcept override { return text_.c_str(); }

private:
    std::string text_;
};

/// Runs and judges. Throws ScenarioError, Interrupted, GuardFailure; InvariantBroken with the seed, the time
/// and the command that replays the run.
analysis::Result run_replications(const Scenario& scenario, const Catalog& catalog, const RunOptions& options);

/// The metrics that a scenario's system knows: the builtin ones and its own.
analysis::MetricTable metric_table(const Scenario& scenario, const Catalog& catalog);

/// Parses the scenario's expectations. Throws ScenarioError.
std::vector<analysis::Expectation> expectations(const Scenario& scenario, const analysis::MetricTable& table);

}  // namespace orrery
