/// System: what runs on a cluster, the load that comes to it, and what is measured of both.
///
/// A system kind is a catalog row; from its settings it assembles hosts of protocol values and the load on
/// them. The running system is half of a simulation's world (the cluster is the other): it handles the
/// load's own events, and looks after every event at what its processes answered.
#pragma once

#include <memory>
#include <string_view>

#include "analysis/metric.hpp"
#include "analysis/run_record.hpp"
#include "scenarios/systems/scenario.hpp"
#include "sim/cluster/cluster.hpp"

namespace orrery {

class System {
public:
    virtual ~System() = default;
    virtual std::unique_ptr<System> clone() const = 0;

    /// Schedules the load's first events; processes have started.
    virtual void start(Cluster& cluster) = 0;
    /// Lets an event of the load happen (kinds from kind_first_load on).
    virtual void handle(Cluster& cluster, const Event& event) = 0;
    /// An event of the load comes near: may prefetch what it will touch, nothing else.
    virtual void approach(const Cluster& cluster, const Event& event, Distance distance) const {
        static_cast<void>(cluster), static_cast<void>(event), static_cast<void>(distance);
    }
    /// Called after every event of whatever kind: takes what processes have answered and noted.
    virtual void collect(Cluster& cluster) = 0;
    /// Puts everything measured up to `end` into `record`.
    virtual void report(const Cluster& cluster, Time end, analysis::RunRecord& record) = 0;
    /// The nodes that are in a role right now (a fault strikes them); roles it does not know are nobody's.
    virtual std::vector<NodeId> nodes_in_role(const Cluster& cluster, std::string_view role) {
        static_cast<void>(cluster), static_cast<void>(role);
        return {};
    }
    /// The roles it knows.
    virtual std::vector<std::string> roles() const { return {}; }
    /// Whether the load takes chance.
    virtual bool draws() const = 0;
    /// Nodes that `load.*` is about, ascending.
    virtual std::vector<NodeId> serving_nodes() const = 0;
};

/// What a kind has at hand when it assembles a system.
struct Assembly {
    Cluster& cluster;
    const Scenario& scenario;
    const Catalog& catalog;
    std::uint64_t seed;
    Errors& errors;  ///< cross-checks that only assembling can make go here
};

class SystemKind {
public:
    static constexpr std::string_view family = "system";

    virtual ~SystemKind() = default;
    /// Adds hosts and load entities to the cluster. Null if `assembly.errors` has got something.
    virtual std::unique_ptr<System> assemble(Assembly& assembly) const = 0;
    /// Metrics beside the builtin ones.
    virtual std::vector<analysis::MetricInfo> metrics() const { return {}; }
};

}  // namespace orrery
