/// Simulation: one replication, built from a scenario and a seed; the world that the kernel runs.
///
/// A simulation is a value: a copy taken half-way continues to the same fingerprint.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "analysis/run_record.hpp"
#include "scenarios/systems/scenario.hpp"
#include "scenarios/systems/system.hpp"
#include "sim/cluster/cluster.hpp"
#include "sim/cluster/fault_injector.hpp"
#include "sim/kernel/run.hpp"

namespace orrery {

struct BuildOptions {
    std::uint64_t seed = 0;
    Execution execution = Execution::merged;
    std::uint64_t shuffle_seed = 0;       ///< windowed execution only
    std::optional<Duration> warmup = {};  ///< instead of the scenario's
};

class Simulation {
public:
    /// Throws ScenarioError for what only building can find (a rack that is not there, a missing file).
    static Simulation build(const Scenario& scenario, const Catalog& catalog, const BuildOptions& options);

    // The world, for run(): -------------------------------------------------------------------------

    Kernel& kernel() { return cluster_.kernel(); }
    const Kernel& kernel() const { return cluster_.kernel(); }
    void handle(const Event& event);
    bool alive(const Event& event) const { return cluster_.alive(event); }
    bool small() const { return cluster_.small(); }
    void approach(const Event& event, Distance distance) const;

    // -------------------------------------------------------------------------------------------------

    /// Runs on until the scenario's end, `events_max` events, or the watch's word.
    RunEnd advance(std::uint64_t events_max, Watch* watch);
    /// The whole rest.
    RunEnd advance(Watch* watch) { return advance(std::numeric_limits<std::uint64_t>::max(), watch); }

    /// What the run has left behind. Once, after it has ended.
    analysis::RunRecord finish();

    Time until() const { return limits_.until; }
    /// "node 3", "process 5 on node 2", ...: for people who look at where two runs part.
    std::string entity_name(EntityId entity) const { return cluster_.entity_name(entity); }
    const Cluster& cluster() const { return cluster_; }
    const System& system() const { return *system_; }

private:
    Simulation(Cluster cluster, FaultInjector faults, std::unique_ptr<System> system, RunLimits limits,
               std::uint64_t seed);

    void report_cluster(Time end, analysis::RunRecord& record) const;
    void report_nodes(Time end, analysis::RunRecord& record) const;
    void report_faults(Time end, analysis::RunRecord& record) const;

    Cluster cluster_;
    FaultInjector faults_;
    ValuePtr<System> system_;
    RunLimits limits_;
    std::uint64_t seed_;
    RunEnd end_ = RunEnd::stopped;
};

}  // namespace orrery
