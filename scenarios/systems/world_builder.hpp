/// From the sections `cluster` and `faults` of a scenario to the world they describe.
#pragma once

#include <memory>
#include <vector>

#include "scenarios/systems/simulation.hpp"

namespace orrery {

struct BuiltCluster {
    std::unique_ptr<Cluster> cluster;  ///< null if `errors` has got something
    Duration lookahead{};              ///< least latency between domains; `Duration::max()` if they never meet
};

BuiltCluster build_cluster(const Scenario& scenario, const Catalog& catalog, const BuildOptions& options,
                           Errors& errors);

std::vector<FaultPlan> build_faults(const Scenario& scenario, const Catalog& catalog, const Topology& topology,
                                    Errors& errors);

/// Every role that a fault names is one of `roles`; by timetable only, for chance and logs name their nodes.
void check_roles(const Scenario& scenario, const std::vector<FaultPlan>& plans, const std::vector<std::string>& roles,
                 Errors& errors);

/// Time axis of series: 300 steps over the run.
Bins series_bins(Duration duration);

}  // namespace orrery
