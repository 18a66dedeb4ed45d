/// Fault: one kind of harm that can strike nodes or their links, and its undoing.
///
/// A fault is data until the injector (fault_injector.hpp) strikes with it. What it strikes is a set of
/// nodes; a link is named by the node that hangs on it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/catalog.hpp"
#include "sim/cluster/cluster.hpp"

namespace orrery {

class Fault {
public:
    static constexpr std::string_view family = "fault";

    /// What a strike left behind: needed to heal it, and its effects so far.
    struct Struck {
        std::optional<FaultHandle> network = {};
        std::uint64_t effects = 0;
    };

    virtual ~Fault() = default;
    virtual std::unique_ptr<Fault> clone() const = 0;

    virtual Struck strike(Cluster& cluster, std::span<const NodeId> targets) const = 0;
    virtual void heal(Cluster& cluster, std::span<const NodeId> targets, const Struck& struck) const = 0;
    /// What its effects count: "nodes down", "messages dropped".
    virtual std::string_view counted() const = 0;
    /// Whether what it does to a message depends on chance.
    virtual bool draws() const { return false; }
};

/// The rows that ship: crash, pause, slow, partition, link_down, loss, delay, duplicate, reorder.
std::vector<Row<Fault>> faults();

/// The parameters by which every fault names its targets: node, process, rack, zone, region, role, fraction.
Table target_table();

/// Which nodes `settings` (read against target_table) names.
struct Targets {
    std::vector<NodeId> nodes;
    /// Of these nodes only so large a part, drawn anew at every strike.
    std::optional<double> fraction = {};
    /// Whoever is in this role when it strikes; `nodes` is empty then.
    std::string role = {};
};

/// Throws ParameterError for a node, rack, zone or region that the topology does not have.
Targets resolve_targets(const Settings& settings, const Topology& topology);

}  // namespace orrery
