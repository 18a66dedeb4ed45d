#include "sim/cluster/fault_injector.hpp"

#include <algorithm>

namespace orrery {

namespace {

constexpr EntityId world{};

/// The world schedules nothing for the present instant: an outage or a pause between two lasts 1 ns at least.
Duration at_least_one(Duration duration) {
    return std::max(duration, Duration(1));
}

}  // namespace

FaultInjector::FaultInjector(std::vector<FaultPlan> plans, std::uint64_t seed)
    : plans_(std::move(plans)),
      seed_(seed),
      effects_(plans_.size()),
      network_faults_(plans_.size()),
      spans_kept_(plans_.size()) {}

std::uint32_t FaultInjector::keep(Stroke stroke) {
    if (free_.empty()) {
        strokes_.push_back(std::move(stroke));
        return static_cast<std::uint32_t>(strokes_.size() - 1);
    }
    const std::uint32_t index = free_.back();
    free_.pop_back();
    strokes_[index] = std::move(stroke);
    return index;
}

void FaultInjector::schedule(Cluster& cluster, std::uint32_t stroke, Time at) {
    cluster.kernel().schedule(world, world, at, kind_fault, stroke);
}

RandomStream FaultInjector::chance(std::string_view purpose, const Stroke& stroke) const {
    const std::uint64_t target = stroke.nodes.size() == 1 ? stroke.nodes.front().value : 0;
    const std::uint64_t entity = static_cast<std::uint64_t>(stroke.plan) << 32 | target;
    return stream_of(stream_key(seed_, purpose, entity), stroke.number);
}

void FaultInjector::start(Cluster& cluster) {
    for (std::size_t plan = 0; plan < plans_.size(); ++plan) {
        std::visit(Overloaded{[&](const Timetable& timetable) {
                                  Stroke stroke;
                                  stroke.plan = plan;
                                  stroke.nodes = plans_[plan].targets.nodes;
                                  schedule(cluster, keep(std::move(stroke)), timetable.at);
                              },
                              [&](const Renewal& renewal) {
                                  for (const NodeId node : plans_[plan].targets.nodes) {
                                      Stroke stroke;
                                      stroke.plan = plan;
                                      stroke.nodes = {node};
                                      RandomStream random = chance("time to failure", stroke);
                                      const Duration first =
                                          at_least_one(renewal.time_to_failure.draw_duration(random));
                                      schedule(cluster, keep(std::move(stroke)), saturating_add(time_zero, first));
                                  }
                              },
                              [&](const Recorded& recorded) {
                                  for (const Recorded::Outage& outage : recorded.outages) {
                                      Stroke stroke;
                                      stroke.plan = plan;
                                      stroke.nodes = {outage.node};
                                      stroke.lasts_until = outage.to.value_or(time_max);
                                      schedule(cluster, keep(std::move(stroke)), outage.from);
                                  }
                              }},
                   plans_[plan].when);
    }
}

void FaultInjector::handle(Cluster& cluster, const Event& event, const Roles& roles) {
    if (strokes_[event.payload].struck) {
        heal(cluster, event.payload);
    } else {
        strike(cluster, event.payload, roles);
    }
    cluster.settle();
}

std::vector<NodeId> FaultInjector::draw_targets(const Stroke& stroke) const {
    const Targets& targets = plans_[stroke.plan].targets;
    if (!targets.fraction || std::holds_alternative<Recorded>(plans_[stroke.plan].when)) return stroke.nodes;
    std::vector<NodeId> pool = stroke.nodes;
    RandomStream random = chance("fault targets", stroke);
    const auto wanted = static_cast<std::size_t>(*targets.fraction * static_cast<double>(pool.size()) + 0.5);
    for (std::size_t i = 0; i < wanted; ++i) {
        const auto other = i + static_cast<std::size_t>(random.below(pool.size() - i));
        std::swap(pool[i], pool[other]);
    }
    pool.resize(wanted);
    std::sort(pool.begin(), pool.end());
    return pool;
}

void FaultInjector::strike(Cluster& cluster, std::uint32_t index, const Roles& roles) {
    const Time now = cluster.kernel().now();
    Stroke& stroke = strokes_[index];
    const FaultPlan& plan = plans_[stroke.plan];
    const std::vector<NodeId> all = stroke.nodes;
    if (std::holds_alternative<Timetable>(plan.when))
        stroke.nodes = plan.targets.role.empty() ? draw_targets(stroke) : roles(plan.targets.role);
    stroke.struck = plan.fault->strike(cluster, stroke.nodes);
    effects_[stroke.plan] += stroke.struck->effects;
    if (stroke.struck->network) network_faults_[stroke.plan].push_back(*stroke.struck->network);
    if (spans_kept_[stroke.plan] < spans_max) {
        ++spans_kept_[stroke.plan];
        stroke.span = spans_.size();
        const bool names_itself = std::holds_alternative<Timetable>(plan.when) && plan.targets.role.empty();
        spans_.push_back({stroke.plan, names_itself ? std::vector<NodeId>{} : stroke.nodes, now});
    }
    Time until = stroke.lasts_until;
    if (const auto* timetable = std::get_if<Timetable>(&plan.when)) {
        if (timetable->lasts) until = saturating_add(now, at_least_one(*timetable->lasts));
        if (timetable->every) {
            Stroke again;
            again.plan = stroke.plan;
            again.nodes = all;
            again.number = stroke.number + 1;
            schedule(cluster, keep(std::move(again)), saturating_add(now, *timetable->every));
        }
    } else if (const auto* renewal = std::get_if<Renewal>(&plan.when)) {
        RandomStream random = chance("time to repair", stroke);
        until = saturating_add(now, at_least_one(renewal->time_to_repair.draw_duration(random)));
    }
    if (until != time_max) schedule(cluster, index, std::max(until, now + Duration(1)));
}

void FaultInjector::heal(Cluster& cluster, std::uint32_t index) {
    const Time now = cluster.kernel().now();
    Stroke& stroke = strokes_[index];
    const FaultPlan& plan = plans_[stroke.plan];
    plan.fault->heal(cluster, stroke.nodes, *stroke.struck);
    if (stroke.span) spans_[*stroke.span].to = now;
    stroke.struck.reset();
    stroke.span.reset();
    if (const auto* renewal = std::get_if<Renewal>(&plan.when)) {
        ++stroke.number;
        RandomStream random = chance("time to failure", stroke);
        schedule(cluster, index, saturating_add(now, at_least_one(renewal->time_to_failure.draw_duration(random))));
    } else {
        free_.push_back(index);
    }
}

bool FaultInjector::draws() const {
    return std::any_of(plans_.begin(), plans_.end(), [](const FaultPlan& plan) {
        return plan.targets.fraction || std::holds_alternative<Renewal>(plan.when) || plan.fault->draws();
    });
}

std::vector<FaultInjector::Account> FaultInjector::accounts(const Cluster& cluster) const {
    std::vector<Account> accounts;
    for (std::size_t plan = 0; plan < plans_.size(); ++plan) {
        std::uint64_t effects = effects_[plan];
        for (const FaultHandle fault : network_faults_[plan]) effects += cluster.network().effects(fault);
        accounts.push_back({&plans_[plan], effects});
    }
    return accounts;
}

}  // namespace orrery
