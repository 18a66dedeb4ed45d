/// System kind `store`: keyed reads and writes, through a client's map or a proxy's, to replicas that move when members
/// come, go and die.
///
///     source --request--> client --Get/Set--> nodes
///                            |  `---------- coordinator (node 0): map, leases, moves
///                            `-- (routing: proxy) --> proxy --Get/Set--> nodes
#include <algorithm>

#include "models/partitioning/store/store_coordinator.hpp"
#include "models/partitioning/store/store_router.hpp"
#include "scenarios/format/loader.hpp"
#include "scenarios/systems/partitioning.hpp"
#include "scenarios/systems/rows.hpp"
#include "scenarios/systems/store_placement.hpp"
#include "scenarios/systems/store_system.hpp"
#include "sim/cluster/fault.hpp"
#include "sim/cluster/host.hpp"

namespace orrery {

namespace {

using models::InitialItem;
using models::Layout;
using models::Member;
using models::MemberArray;
using models::MemberId;
using models::StoreCoordinator;
using models::StoreCoordinatorSpec;
using models::StoreNode;
using models::StoreNodeShare;
using models::StoreNodeSpec;
using models::StoreRouter;
using models::StoreRouterSpec;

class StoreKind final : public SystemKind {
public:
    explicit StoreKind(Settings settings) : settings_(std::move(settings)) {
        quorums_.replicas = static_cast<std::uint8_t>(settings_.integer("replicas"));
        quorums_.reads = quorum("read_quorum");
        quorums_.writes = settings_.has("write_quorum") ? quorum("write_quorum") : quorums_.replicas;
        if (settings_.duration("heartbeat") > settings_.duration("lease") / 2)
            throw ParameterError("heartbeat", "it must be at most half of the lease that it renews");
        const std::string& durability = settings_.text("durability");
        if (const Choice* hot = settings_.child("hot_keys"))
            if (hot->settings.integer("replicas") < quorums_.replicas)
                throw ParameterError("hot_keys", "'replicas' of a hot key must not be fewer than those of others");
        durability_ = durability == "memory"       ? models::Durability::memory
                      : durability == "page_cache" ? models::Durability::page_cache
                                                   : models::Durability::synced;
    }

    std::unique_ptr<System> assemble(Assembly& assembly) const override;
    std::vector<analysis::MetricInfo> metrics() const override;

private:
    std::uint8_t quorum(const char* name) const {
        const std::int64_t count = settings_.integer(name);
        if (count > quorums_.replicas)
            throw ParameterError(name, "it is " + std::to_string(count) + "; there are only " +
                                           std::to_string(quorums_.replicas) + " replicas");
        return static_cast<std::uint8_t>(count);
    }
    std::shared_ptr<const Layout> layout(Assembly& assembly, const std::vector<NodeId>& storage,
                                         const std::vector<DeclaredChange>& changes) const;
    std::shared_ptr<std::vector<InitialItem>> preload(Assembly& assembly, const LoadSpec& load,
                                                      const Distribution& size) const;
    std::vector<std::shared_ptr<const StoreNodeShare>> shares(
        Assembly& assembly, const Layout& layout, const std::vector<NodeId>& storage,
        std::shared_ptr<const std::vector<InitialItem>> items) const;
    StoreCoordinatorSpec coordinator_spec(const std::vector<ProcessId>& nodes) const;
    StoreRouterSpec router_spec(const std::vector<ProcessId>& nodes) const;
    StoreNodeSpec node_spec(const std::vector<ProcessId>& nodes) const;

    Settings settings_;
    models::Quorums quorums_;
    models::Durability durability_;
};

std::shared_ptr<const Layout> StoreKind::layout(Assembly& assembly, const std::vector<NodeId>& storage,
                                                const std::vector<DeclaredChange>& changes) const {
    Errors& errors = assembly.errors;
    const auto partitioning = build<Partitioning>(*settings_.child("partitioning"), assembly.catalog, errors);
    if (!partitioning) return nullptr;
    auto spec = std::make_shared<Layout::Spec>();
    spec->keys = partitioning->keys(assembly.catalog, errors);
    std::unique_ptr<models::Ring> ring = partitioning->ring(assembly.catalog, errors);
    if (!spec->keys || !ring) return nullptr;
    spec->members = store_members(settings_, assembly.cluster, storage);
    spec->replicas = quorums_.replicas;
    // A node whose first change is that it joins is not there at the start.
    std::vector<bool> absent(storage.size());
    std::vector<bool> named(storage.size());
    std::vector<const DeclaredChange*> by_time;
    for (const DeclaredChange& change : changes) by_time.push_back(&change);
    std::stable_sort(by_time.begin(), by_time.end(), [](const auto* a, const auto* b) { return a->at < b->at; });
    for (const DeclaredChange* change : by_time) {
        const std::size_t member = change->change.member.index();
        if (!named[member]) absent[member] = change->change.kind == models::MemberChange::Kind::join;
        named[member] = true;
    }
    std::vector<Member> first;
    for (const Member& member : spec->members)
        if (!absent[member.id.index()]) first.push_back(member);
    if (first.size() < quorums_.replicas) {
        errors.add(settings_.where("replicas"), "'replicas': only " + std::to_string(first.size()) +
                                                    " nodes are there at the start; it must not be more");
        return nullptr;
    }
    try {
        ring->reset(first);
        return Layout::first(std::move(spec), std::move(ring));
    } catch (const models::RingError& error) {
        errors.add(settings_.where("partitioning"), std::string("'partitioning': ") + error.what());
        return nullptr;
    }
}

std::shared_ptr<std::vector<InitialItem>> StoreKind::preload(Assembly& assembly, const LoadSpec& load,
                                                             const Distribution& size) const {
    auto items = std::make_shared<std::vector<InitialItem>>();
    if (!settings_.flag("preload") || load.trace_has_key) return items;
    std::uint64_t count = 1'000'000;
    if (const Choice* keys = assembly.scenario.settings.child("workload")->settings.child("keys"))
        count = build<KeyPopularity>(*keys, assembly.catalog, assembly.errors)->count();
    if (count > 30'000'000) {
        assembly.errors.add(settings_.where("preload"), "'preload': " + std::to_string(count) +
                                                            " keys; at most 30,000,000 can be there from the start");
        return items;
    }
    items->reserve(count);
    for (std::uint64_t key = 0; key < count; ++key) items->push_back({key, item_size_of(size, assembly.seed, key)});
    return items;
}

std::vector<std::shared_ptr<const StoreNodeShare>> StoreKind::shares(
    Assembly& assembly, const Layout& layout, const std::vector<NodeId>& storage,
    std::shared_ptr<const std::vector<InitialItem>> items) const {
    std::vector<std::shared_ptr<StoreNodeShare>> out;
    std::vector<std::int64_t> bytes(storage.size());
    for (std::size_t i = 0; i < storage.size(); ++i) {
        out.push_back(std::make_shared<StoreNodeShare>());
        out.back()->member = MemberId(i);
        out.back()->memory = assembly.cluster.spec(storage[i]).memory;
        out.back()->items = items;
        out.back()->mine.reserve(items->size() * quorums_.replicas / storage.size());
    }
    MemberArray owners;
    for (std::uint32_t i = 0; i < items->size(); ++i) {
        const InitialItem& item = (*items)[i];
        const std::size_t count = layout.replicas(item.key, layout.spec().keys->unit_of(item.key),
                                                  std::span(owners).first(quorums_.replicas));
        for (std::size_t j = 0; j < count; ++j) {
            out[owners[j].index()]->mine.push_back(i);
            bytes[owners[j].index()] += item.size;
        }
    }
    for (std::size_t i = 0; i < storage.size(); ++i)
        if (out[i]->memory > 0 && bytes[i] > out[i]->memory) {
            assembly.errors.add(settings_.where("preload"), "'preload': node " + std::to_string(storage[i].value) +
                                                                " is to hold " + std::to_string(bytes[i]) +
                                                                " bytes at the start, and has memory for " +
                                                                std::to_string(out[i]->memory));
            break;
        }
    return {out.begin(), out.end()};
}

StoreCoordinatorSpec StoreKind::coordinator_spec(const std::vector<ProcessId>& nodes) const {
    StoreCoordinatorSpec spec;
    spec.nodes = nodes;
    spec.quorums = quorums_;
    spec.durability = durability_;
    spec.look_every = settings_.duration("heartbeat");
    if (const Choice* hot = settings_.child("hot_keys"); hot != nullptr && hot->settings.text("policy") != "count") {
        models::HotKeyPolicy policy;
        policy.every = hot->settings.duration("every");
        policy.share = hot->settings.real("share");
        policy.place.replicas = quorums_.replicas;
        if (hot->settings.text("policy") == "replicate") {
            policy.place.replicas = static_cast<std::uint8_t>(hot->settings.integer("replicas"));
        } else {
            policy.place.where = models::HotPlace::Where::apart;
        }
        spec.hot = policy;
    }
    spec.lease = settings_.duration("lease");
    spec.moves_at_once = static_cast<std::uint32_t>(settings_.child("rebalance")->settings.integer("at_once"));
    return spec;
}

StoreRouterSpec StoreKind::router_spec(const std::vector<ProcessId>& nodes) const {
    StoreRouterSpec spec;
    spec.nodes = nodes;
    spec.quorums = quorums_;
    spec.read_from =
        settings_.text("read_from") == "any" ? StoreRouterSpec::ReadFrom::any : StoreRouterSpec::ReadFrom::owner;
    spec.timeout = settings_.duration("timeout");
    spec.attempts = static_cast<std::uint32_t>(settings_.integer("attempts"));
    return spec;
}

StoreNodeSpec StoreKind::node_spec(const std::vector<ProcessId>& nodes) const {
    StoreNodeSpec spec;
    spec.nodes = nodes;
    spec.quorums = quorums_;
    spec.durability = durability_;
    const Settings& rebalance = settings_.child("rebalance")->settings;
    if (rebalance.has("bandwidth")) spec.copy_bandwidth = rebalance.integer("bandwidth");
    if (const Choice* hot = settings_.child("hot_keys")) {
        models::HeatSpec heat;
        heat.counters = models::SpaceSaving::counters_in(static_cast<std::size_t>(hot->settings.integer("memory")));
        heat.every = hot->settings.duration("every");
        // A key that is hot by all requests is that by those of some node; a fifth of it is told for the cooling down.
        heat.share = hot->settings.real("share") / 5;
        spec.heat = heat;
    }
    spec.renew_every = spec.resend_after = settings_.duration("heartbeat");
    spec.lease = settings_.duration("lease");
    return spec;
}

std::unique_ptr<System> StoreKind::assemble(Assembly& assembly) const {
    Cluster& cluster = assembly.cluster;
    auto load = LoadSpec::make(assembly);
    const auto placement = place_store(settings_, cluster.nodes(), assembly.errors);
    if (!load || !placement) return nullptr;
    auto system = std::make_shared<StoreSystemSpec>();
    system->changes = declared_changes(settings_, assembly, placement->storage);
    try {
        system->item_size = make_distribution(*settings_.child("item_size"), Kind::bytes);
    } catch (const ParameterError& error) {
        assembly.errors.add(settings_.child("item_size")->settings.where(error.parameter()),
                            "'" + error.parameter() + "': " + error.message());
    }
    const auto first = layout(assembly, placement->storage, system->changes);
    if (!first || !assembly.errors.empty()) return nullptr;
    const auto items = preload(assembly, *load, system->item_size);
    const auto held = shares(assembly, *first, placement->storage, items);
    if (!assembly.errors.empty()) return nullptr;

    // Everybody's id is known before anybody is made.
    const std::size_t base = cluster.processes();
    const std::size_t proxies_from = base + 1 + placement->clients.size();
    const std::size_t nodes_from = proxies_from + placement->proxies.size();
    std::vector<ProcessId> nodes;
    for (std::size_t i = 0; i < placement->storage.size(); ++i) nodes.push_back(ProcessId(nodes_from + i));
    const ProcessId coordinator(base);

    auto coordinator_shared = std::make_shared<StoreCoordinatorSpec>(coordinator_spec(nodes));
    auto proxy = std::make_shared<StoreRouterSpec>(router_spec(nodes));
    auto node = std::make_shared<StoreNodeSpec>(node_spec(nodes));
    coordinator_shared->layout = proxy->layout = node->layout = first;
    proxy->coordinator = node->coordinator = coordinator;
    auto client = std::make_shared<StoreRouterSpec>(*proxy);
    std::vector<ProcessId> entries;
    for (std::size_t i = 0; i < placement->proxies.size(); ++i) client->proxies.push_back(ProcessId(proxies_from + i));
    for (std::size_t i = 0; i < placement->clients.size(); ++i) entries.push_back(ProcessId(base + 1 + i));

    system->coordinator = coordinator;
    system->coordinator_host = cluster.add_host<StoreCoordinator>(
        {NodeId(0u)}, [=](std::uint32_t) { return StoreCoordinator(coordinator_shared); });
    system->clients =
        cluster.add_host<StoreRouter>(placement->clients, [=](std::uint32_t) { return StoreRouter(client); });
    if (!placement->proxies.empty())
        cluster.add_host<StoreRouter>(placement->proxies, [=](std::uint32_t) { return StoreRouter(proxy); });
    system->nodes = cluster.add_host<StoreNode>(placement->storage,
                                                [=](std::uint32_t local) { return StoreNode(node, held[local]); });
    system->storage = placement->storage;
    system->reads = settings_.real("reads");
    system->seed = assembly.seed;
    if (load->trace_has_size) system->sizes = StoreSystemSpec::Sizes::by_trace;
    if ((system->reads > 0 && system->reads < 1) || !system->item_size.is_constant())
        system->draws = StoreSystemSpec::Draws::yes;
    system->window = cluster.window();
    system->duration = assembly.scenario.duration();
    OpenLoad open(assembly, std::move(load), entries);
    const EntityId changes_entity = cluster.add_load_entity(NodeId(0u));
    return std::make_unique<StoreSystem>(std::move(open), std::move(system), changes_entity);
}

std::vector<analysis::MetricInfo> StoreKind::metrics() const {
    using analysis::Better;
    return {
        {"requests.redirected", Kind::count, Better::smaller, "requests sent to a node by a map that was out of date"},
        {"requests.absent", Kind::count, Better::neither, "reads of keys that nobody had written"},
        {"requests.refused", Kind::count, Better::smaller, "writes that a replica had no memory for"},
        {"requests.unavailable", Kind::count, Better::smaller, "requests that too few replicas were up for"},
        {"hot.key_share", Kind::ratio, Better::smaller,
         "share of all requests served that the hottest key took, at most"},
        {"hot.key_share_error", Kind::ratio, Better::smaller, "by how much that may be too large"},
        {"hot.unit_share", Kind::ratio, Better::smaller,
         "share of all requests served that the hottest partition took"},
        {"hot.keys", Kind::count, Better::neither, "times that a key became hot and got replicas of its own"},
        {"rebalance.items", Kind::count, Better::smaller, "copies of items moved between nodes to rebalance"},
        {"rebalance.peak_bytes", Kind::bytes, Better::smaller, "bytes moved per second, in the fullest 100 ms"},
        {"rebalance.peak_extra_load", Kind::ratio, Better::smaller,
         "bytes moved in the fullest 100 ms over those of items read and written in an average one"},
    };
}

}  // namespace

Row<SystemKind> store_row() {
    return {"store", "keyed reads and writes of replicated items, which move when members change", "", store_table(),
            [](const Settings& settings) { return std::make_unique<StoreKind>(settings); }};
}

}  // namespace orrery
