#include "scenarios/systems/simulation.hpp"

#include <algorithm>

#include "analysis/balance.hpp"
#include "scenarios/format/loader.hpp"
#include "scenarios/systems/world_builder.hpp"

namespace orrery {

Simulation::Simulation(Cluster cluster, FaultInjector faults, std::unique_ptr<System> system, RunLimits limits,
                       std::uint64_t seed)
    : cluster_(std::move(cluster)),
      faults_(std::move(faults)),
      system_(std::move(system)),
      limits_(limits),
      seed_(seed) {}

Simulation Simulation::build(const Scenario& scenario, const Catalog& catalog, const BuildOptions& options) {
    Errors errors = scenario.errors;
    BuiltCluster built = build_cluster(scenario, catalog, options, errors);
    errors.throw_if_any();
    RunLimits limits;
    limits.until = time_zero + scenario.duration();
    if (built.lookahead != Duration::max()) limits.lookahead = built.lookahead;
    limits.shuffle_seed = options.shuffle_seed;

    Assembly assembly{*built.cluster, scenario, catalog, options.seed, errors};
    const Choice& choice = *scenario.settings.child("system");
    const std::unique_ptr<SystemKind> kind = orrery::build<SystemKind>(choice, catalog, errors);
    std::unique_ptr<System> system = kind ? kind->assemble(assembly) : nullptr;
    std::vector<FaultPlan> plans = build_faults(scenario, catalog, built.cluster->network().topology(), errors);
    if (system) check_roles(scenario, plans, system->roles(), errors);
    errors.throw_if_any();

    Simulation simulation(std::move(*built.cluster), FaultInjector(std::move(plans), options.seed), std::move(system),
                          limits, options.seed);
    simulation.faults_.start(simulation.cluster_);
    simulation.cluster_.start();
    simulation.system_->start(simulation.cluster_);
    return simulation;
}

void Simulation::approach(const Event& event, Distance distance) const {
    if (is_of_load(event.kind())) {
        system_->approach(cluster_, event, distance);
    } else {
        cluster_.approach(event, distance);
    }
}

void Simulation::handle(const Event& event) {
    if (event.kind() == kind_fault) {
        faults_.handle(cluster_, event,
                       [&](const std::string& role) { return system_->nodes_in_role(cluster_, role); });
    } else if (is_of_load(event.kind())) {
        system_->handle(cluster_, event);
    } else {
        cluster_.handle(event);
    }
    system_->collect(cluster_);
}

RunEnd Simulation::advance(std::uint64_t events_max, Watch* watch) {
    RunLimits limits = limits_;
    limits.events_max = events_max;
    limits.watch = watch;
    end_ = run(*this, limits);
    return end_;
}

analysis::RunRecord Simulation::finish() {
    // A run that has nothing left to do is over; otherwise it lasts as long as was declared.
    const Time end = end_ == RunEnd::drained ? std::max(kernel().now(), cluster_.window().from) : limits_.until;
    analysis::RunRecord record;
    record.seed = seed_;
    record.fingerprint = kernel().fingerprint();
    record.events = kernel().events();
    const bool drew = system_->draws() || faults_.draws() || cluster_.drew();
    record.drew = drew ? analysis::RunRecord::Drew::something : analysis::RunRecord::Drew::nothing;
    record.warmup = cluster_.window().from - time_zero;
    record.duration = end - time_zero;
    report_cluster(end, record);
    report_nodes(end, record);
    report_faults(end, record);
    system_->report(cluster_, end, record);
    return record;
}

void Simulation::report_cluster(Time, analysis::RunRecord& record) const {
    const Cluster::Counts& counts = cluster_.counts();
    record.metrics["network.messages"] = static_cast<double>(counts.messages);
    record.metrics["network.bytes"] = static_cast<double>(counts.bytes);
    record.metrics["network.dropped"] = static_cast<double>(counts.lost_in_network + counts.lost_at_receiver);
    if (const Histogram& delay = cluster_.message_delay(); delay.count() > 0) {
        record.metrics["network.delay.mean"] = delay.mean() * 1e-9;
        record.metrics["network.delay.p99"] = static_cast<double>(delay.value_at(0.99)) * 1e-9;
        record.metrics["network.delay.max"] = static_cast<double>(delay.max()) * 1e-9;
        record.histograms["network.delay"] = delay;
    }
}

void Simulation::report_nodes(Time end, analysis::RunRecord& record) const {
    const Window& window = cluster_.window();
    const std::vector<NodeId> nodes = system_->serving_nodes();
    const double span = static_cast<double>((end - window.from).count());
    if (nodes.empty() || span <= 0) return;
    std::vector<double> busy;
    std::vector<double> queue;
    double queue_max = 0;
    for (const NodeId node : nodes) {
        const double up = span - static_cast<double>(cluster_.down_in_window(node, end).count());
        const Processor* processor = cluster_.processor(node);
        const double cores = cluster_.spec(node).server.cores;
        busy.push_back(
            processor == nullptr || up <= 0 ? 0 : static_cast<double>(processor->occupancy().busy(end)) / (up * cores));
        queue.push_back(processor == nullptr ? 0 : static_cast<double>(processor->occupancy().inside(end)) / span);
        if (processor != nullptr)
            queue_max = std::max(queue_max, static_cast<double>(processor->occupancy().inside_max()));
    }
    const analysis::Balance balance = analysis::balance_of(busy);
    record.metrics["load.max_over_mean"] = balance.max_over_mean;
    record.metrics["load.cv"] = balance.cv;
    record.metrics["load.jain"] = balance.jain;
    record.metrics["load.gini"] = balance.gini;
    record.metrics["load.hot_share"] = balance.hot_share;
    double busy_sum = 0;
    double queue_sum = 0;
    for (const double share : busy) busy_sum += share;
    for (const double length : queue) queue_sum += length;
    record.metrics["utilisation.mean"] = busy_sum / static_cast<double>(nodes.size());
    record.metrics["utilisation.max"] = *std::max_element(busy.begin(), busy.end());
    record.metrics["queue.mean"] = queue_sum / static_cast<double>(nodes.size());
    record.metrics["queue.max"] = queue_max;
    record.per_node["load"] = std::move(busy);
    record.per_node["queue.mean"] = std::move(queue);

    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const Processor* processor = cluster_.processor(nodes[i]);
        if (processor == nullptr) continue;
        std::optional<Occupancy::Series> series = processor->occupancy().series();
        if (!series) continue;
        const std::string label = "node=" + std::to_string(nodes[i].value);
        for (double& share : series->busy) share /= cluster_.spec(nodes[i]).server.cores;
        const Bins& bins = series->bins;
        record.series.push_back({"load.busy", label, "1", bins.start, bins.step, std::move(series->busy)});
        record.series.push_back({"queue.length", label, "1", bins.start, bins.step, std::move(series->inside)});
    }
}

void Simulation::report_faults(Time end, analysis::RunRecord& record) const {
    const std::vector<FaultInjector::Account> accounts = faults_.accounts(cluster_);
    for (const FaultInjector::Account& account : accounts)
        record.effects.push_back({account.plan->what, std::string(account.plan->fault->counted()), account.effects});
    for (const FaultInjector::Span& span : faults_.spans()) {
        if (span.from >= end) continue;
        std::string what = accounts[span.plan].plan->what;
        for (const NodeId node : span.nodes) what += ", node " + std::to_string(node.value);
        record.faults.push_back({std::move(what), span.from, span.to.value_or(time_max)});
    }
}

}  // namespace orrery
