/// The fault injector: strikes and heals by timetable, by chance, or as a failure log tells.
///
/// Strokes are events of the world's domain: at their instant they come before everything else. At the end
/// of a run every plan has a count of its effects; a plan without effect makes the run fail (scenarios/runs).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/base/distribution.hpp"
#include "sim/base/value_ptr.hpp"
#include "sim/cluster/fault.hpp"

namespace orrery {

/// Strikes all targets together at `at`, for `lasts` (nothing: for good), and again every `every`.
struct Timetable {
    Time at{};
    std::optional<Duration> lasts = {};
    std::optional<Duration> every = {};
};

/// Strikes each target by itself: up for a time to failure, down for a time to repair, and so on.
struct Renewal {
    Distribution time_to_failure;
    Distribution time_to_repair;
};

/// Strikes as recorded.
struct Recorded {
    struct Outage {
        NodeId node;
        Time from;
        std::optional<Time> to;
    };
    std::vector<Outage> outages;
};

struct FaultPlan {
    std::string what;  ///< for people: "faults[0]: crash rack 2"
    ValuePtr<Fault> fault;
    Targets targets;
    std::variant<Timetable, Renewal, Recorded> when;
};

class FaultInjector {
public:
    FaultInjector(std::vector<FaultPlan> plans, std::uint64_t seed);

    /// Schedules the first strokes.
    void start(Cluster& cluster);
    /// Who is in a role now.
    using Roles = std::function<std::vector<NodeId>(const std::string&)>;
    /// Lets an event of kind_fault happen.
    void handle(Cluster& cluster, const Event& event, const Roles& roles);
    const std::vector<FaultPlan>& plans() const { return plans_; }
    /// Whether some plan strikes by chance, or strikes something that then acts by chance.
    bool draws() const;

    /// What a plan has done so far.
    struct Account {
        const FaultPlan* plan;
        std::uint64_t effects;
    };
    std::vector<Account> accounts(const Cluster& cluster) const;

    /// When plans were in force, in the order of their strokes; at most `spans_max` of a plan are kept.
    struct Span {
        std::size_t plan;
        std::vector<NodeId> nodes;  ///< that were struck, at most a few; empty where the plan's name says it
        Time from;
        std::optional<Time> to = {};
    };
    static constexpr std::size_t spans_max = 1000;
    const std::vector<Span>& spans() const { return spans_; }

private:
    struct Stroke {
        std::size_t plan = 0;
        std::vector<NodeId> nodes;
        std::uint64_t number = 0;  ///< of this target's strokes: the item of its chance
        Time lasts_until = time_max;
        std::optional<Fault::Struck> struck = {};  ///< set while in force
        std::optional<std::size_t> span = {};
    };

    std::uint32_t keep(Stroke stroke);
    void schedule(Cluster& cluster, std::uint32_t stroke, Time at);
    void strike(Cluster& cluster, std::uint32_t index, const Roles& roles);
    void heal(Cluster& cluster, std::uint32_t index);
    std::vector<NodeId> draw_targets(const Stroke& stroke) const;
    RandomStream chance(std::string_view purpose, const Stroke& stroke) const;

    std::vector<FaultPlan> plans_;
    std::uint64_t seed_;
    std::vector<Stroke> strokes_;
    std::vector<std::uint32_t> free_;
    std::vector<std::uint64_t> effects_;  ///< by plan: on nodes
    /// By plan. The healed ones stay: what they broke on its way is found out when it arrives.
    std::vector<std::vector<FaultHandle>> network_faults_;
    std::vector<Span> spans_;
    std::vector<std::size_t> spans_kept_;
};

}  // namespace orrery
