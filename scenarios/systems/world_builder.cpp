#include "scenarios/systems/world_builder.hpp"

#include <algorithm>
#include <charconv>

#include "scenarios/format/loader.hpp"
#include "sim/workload/error.hpp"
#include "sim/workload/failure_log.hpp"

namespace orrery {

namespace {

/// More nodes than this have no series of their own.
constexpr std::uint32_t series_nodes_max = 256;
constexpr std::int64_t series_steps = 300;

/// Runs `make`, turning what it has against a parameter into a problem at that parameter.
template <class Make>
auto guarded(const Settings& settings, Errors& errors, Make&& make) -> std::optional<decltype(make())> {
    try {
        return make();
    } catch (const ParameterError& error) {
        errors.add(settings.where(error.parameter()), "'" + error.parameter() + "': " + error.message());
    } catch (const DataError& error) {
        errors.add(settings.where("file"), error.what());
    }
    return {};
}

Speed speed_of(double factor) {
    return Speed{static_cast<std::uint32_t>(factor * 1e6 + 0.5)};
}

std::optional<NodeSpec> node_spec(const Settings& node, const Catalog& catalog, Errors& errors) {
    NodeSpec spec;
    spec.server.cores = static_cast<std::uint32_t>(node.integer("cores"));
    spec.server.speed = speed_of(node.real("speed"));
    spec.memory = node.integer("memory");
    spec.discipline = build<QueueDiscipline>(*node.child("discipline"), catalog, errors);
    const Settings& disk = node.child("disk")->settings;
    if (disk.has("bandwidth")) spec.disk.bandwidth = disk.integer("bandwidth");
    const Choice& fsync = *disk.child("fsync");
    const auto distribution = guarded(fsync.settings, errors, [&] { return make_distribution(fsync, Kind::duration); });
    if (!spec.discipline || !distribution) return {};
    spec.disk.fsync = *distribution;
    return spec;
}

// Overrides become further kinds of nodes; later ones win.
void apply_overrides(const Settings& cluster, const Topology& topology, ClusterSpec& spec, Errors& errors) {
    for (const Choice& item : cluster.items("nodes")) {
        const Settings& settings = item.settings;
        const auto targets = guarded(settings, errors, [&] { return resolve_targets(settings, topology); });
        if (!targets) continue;
        if (spec.kind_of.empty()) spec.kind_of.assign(topology.nodes(), 0);
        std::vector<std::pair<std::uint8_t, std::uint8_t>> changed;
        for (const NodeId node : targets->nodes) {
            std::uint8_t& kind = spec.kind_of[node.index()];
            auto known =
                std::find_if(changed.begin(), changed.end(), [&](const auto& pair) { return pair.first == kind; });
            if (known == changed.end()) {
                if (spec.kinds.size() == 255) {
                    errors.add(settings.where(), "at most 255 different kinds of nodes");
                    return;
                }
                NodeSpec other = spec.kinds[kind];
                if (settings.has("cores")) other.server.cores = static_cast<std::uint32_t>(settings.integer("cores"));
                if (settings.has("speed")) other.server.speed = speed_of(settings.real("speed"));
                if (settings.has("memory")) other.memory = settings.integer("memory");
                spec.kinds.push_back(std::move(other));
                changed.emplace_back(kind, static_cast<std::uint8_t>(spec.kinds.size() - 1));
                known = changed.end() - 1;
            }
            kind = known->second;
        }
    }
}

}  // namespace

Bins series_bins(Duration duration) {
    const std::int64_t step = std::max<std::int64_t>(1, (duration.count() + series_steps - 1) / series_steps);
    return {time_zero, Duration(step), static_cast<std::size_t>((duration.count() + step - 1) / step)};
}

BuiltCluster build_cluster(const Scenario& scenario, const Catalog& catalog, const BuildOptions& options,
                           Errors& errors) {
    const Settings& section = scenario.settings.child("cluster")->settings;
    const Settings& link_section = section.child("link")->settings;
    Choice topology_choice = *section.child("topology");
    for (const char* name : {"file", "matrix_file"}) {
        if (!topology_choice.settings.has(name)) continue;
        // A topology opens its file as it stands; here is known where files are looked for.
        const Settings& settings = topology_choice.settings;
        try {
            const std::string path = find_data(DataFile{settings.text(name), "", ""}, scenario.places).string();
            topology_choice.settings.set(name, path, settings.where(name));
        } catch (const ParameterError& error) {
            errors.add(settings.where(name), "'" + std::string(name) + "': " + error.message());
        }
    }
    const auto link = guarded(link_section, errors, [&] { return make_link(link_section); });
    std::shared_ptr<const Topology> topology =
        errors.empty() ? build<Topology>(topology_choice, catalog, errors) : nullptr;
    const auto node = node_spec(section.child("node")->settings, catalog, errors);
    if (!topology || !link || !node) return {};
    if (topology->nodes() > 3'000'000) {
        errors.add(section.where("topology"),
                   "'topology': " + std::to_string(topology->nodes()) + " nodes; at most 3,000,000 can be simulated");
        return {};
    }

    const Fidelity fidelity = section.text("fidelity") == "queue" ? Fidelity::queue : Fidelity::latency;
    Network network(topology, *link, fidelity);
    BuiltCluster built;
    built.lookahead = network.lookahead();
    ClusterSpec spec;
    spec.seed = options.seed;
    spec.execution = options.execution;
    // Nodes that no latency separates may touch each other at any instant: they are one domain.
    spec.domains = built.lookahead == Duration(0) ? Domains::shared : Domains::per_node;
    const Duration warmup = options.warmup.value_or(scenario.settings.duration("warmup"));
    spec.window = {time_zero + warmup, time_zero + scenario.duration()};
    spec.kinds.push_back(*node);
    apply_overrides(section, *topology, spec, errors);
    if (topology->nodes() <= series_nodes_max) spec.series = series_bins(scenario.duration());
    if (spec.domains == Domains::shared) built.lookahead = Duration::max();
    if (errors.empty()) built.cluster = std::make_unique<Cluster>(std::move(spec), std::move(network));
    return built;
}

namespace {

std::string describe_targets(const Settings& settings) {
    std::string text;
    for (const char* name : {"node", "process"}) {
        if (!settings.has(name)) continue;
        text += std::string(" ") + name;
        for (const std::string& item : settings.list(name)) text += " " + item;
    }
    if (settings.has("role")) text += " role " + settings.text("role");
    for (const char* name : {"rack", "zone", "region"})
        if (settings.has(name)) text += std::string(" ") + name + " " + std::to_string(settings.integer(name));
    return text;
}

std::optional<Recorded> read_recorded(const Settings& log, const Scenario& scenario, const Targets& targets,
                                      Errors& errors) {
    const auto outages = guarded(log, errors, [&] {
        const auto nodes = static_cast<std::uint32_t>(targets.nodes.size());
        return merge_overlaps(read_failure_log(failure_log_spec(log, scenario.places, nodes)).outages);
    });
    if (!outages) return {};
    Recorded recorded;
    for (const Outage& outage : *outages) {
        if (outage.from >= time_zero + scenario.duration()) continue;
        recorded.outages.push_back({targets.nodes[outage.node], outage.from, outage.to});
    }
    return recorded;
}

using When = std::variant<Timetable, Renewal, Recorded>;

std::optional<When> when_of(const Settings& common, const Scenario& scenario, const Targets& targets, Errors& errors) {
    const bool by_chance = common.child("time_to_failure") != nullptr || common.child("time_to_repair") != nullptr;
    const bool by_log = common.child("log") != nullptr;
    if ((common.has("at") ? 1 : 0) + (by_chance ? 1 : 0) + (by_log ? 1 : 0) != 1) {
        errors.add(common.where(),
                   "a fault strikes `at` a time, by chance (`time_to_failure` and `time_to_repair`) or as a `log` "
                   "tells: exactly one of these");
        return {};
    }
    if (by_log) {
        auto recorded = read_recorded(common.child("log")->settings, scenario, targets, errors);
        if (!recorded) return {};
        return When(std::move(*recorded));
    }
    if (by_chance) {
        const Choice* failure = common.child("time_to_failure");
        const Choice* repair = common.child("time_to_repair");
        if (failure == nullptr || repair == nullptr || common.has("for") || common.has("every")) {
            errors.add(
                common.where(),
                "a fault by chance has both `time_to_failure` and `time_to_repair`, and neither `for` nor `every`");
            return {};
        }
        auto up = guarded(failure->settings, errors, [&] { return make_distribution(*failure, Kind::duration); });
        auto down = guarded(repair->settings, errors, [&] { return make_distribution(*repair, Kind::duration); });
        if (!up || !down) return {};
        return When(Renewal{*up, *down});
    }
    Timetable timetable;
    timetable.at = time_zero + common.duration("at");
    if (common.has("for")) timetable.lasts = common.duration("for");
    if (common.has("every")) timetable.every = common.duration("every");
    if (timetable.at >= time_zero + scenario.duration()) {
        errors.add(common.where("at"), "'at': the run is over by then; it must be before the end of `duration`");
        return {};
    }
    return When(timetable);
}

}  // namespace

std::vector<FaultPlan> build_faults(const Scenario& scenario, const Catalog& catalog, const Topology& topology,
                                    Errors& errors) {
    std::vector<FaultPlan> plans;
    const std::vector<Choice>& items = scenario.settings.items("faults");
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Choice& item = items[i];
        Settings target_settings = item.settings;
        const auto targets = guarded(item.settings, errors, [&] {
            if (item.common.child("log") != nullptr && describe_targets(item.settings).empty() &&
                !item.settings.has("fraction"))
                target_settings.set("fraction", 1.0);  // a log names nodes itself
            return resolve_targets(target_settings, topology);
        });
        auto fault = build<Fault>(item, catalog, errors);
        if (!targets || !fault) continue;
        if (item.settings.has("fraction") && !item.common.has("at")) {
            errors.add(item.settings.where("fraction"),
                       "'fraction': only a fault with `at` draws its targets; by chance or by a log each node is "
                       "struck by itself");
            continue;
        }
        auto when = when_of(item.common, scenario, *targets, errors);
        if (!when) continue;
        FaultPlan plan;
        plan.what = "faults[" + std::to_string(i) + "] " + item.row + describe_targets(item.settings);
        plan.fault = std::move(fault);
        plan.targets = *targets;
        plan.when = std::move(*when);
        plans.push_back(std::move(plan));
    }
    return plans;
}

void check_roles(const Scenario& scenario, const std::vector<FaultPlan>& plans, const std::vector<std::string>& roles,
                 Errors& errors) {
    const std::vector<Choice>& items = scenario.settings.items("faults");
    for (std::size_t i = 0; i < plans.size(); ++i) {
        const std::string& role = plans[i].targets.role;
        if (role.empty()) continue;
        const Settings& settings = items[i].settings;
        if (std::find(roles.begin(), roles.end(), role) == roles.end())
            errors.add(settings.where("role"), "'role': " + unknown_name("role of this system", role, roles));
        if (!std::holds_alternative<Timetable>(plans[i].when))
            errors.add(settings.where("role"), "'role': only a fault with `at` strikes a role");
    }
}

}  // namespace orrery
