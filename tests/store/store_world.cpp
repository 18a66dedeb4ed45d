#include "store_world.hpp"

#include <algorithm>

#include "models/scheduling/catalog.hpp"
#include "sim/cluster/topology_shapes.hpp"
#include "sim/kernel/run.hpp"
#include "test_ring.hpp"

namespace orrery::test {

using namespace models;

namespace {

ClusterSpec spec_of(const StoreSetting& setting) {
    NodeSpec node;
    node.disk.fsync = Distribution::constant(50'000);
    for (const auto& row : disciplines())
        if (row.name == "fifo") node.discipline = row.make(Settings{});
    ClusterSpec spec;
    spec.seed = setting.seed;
    spec.kinds = {node};
    return spec;
}

Network network_of(const StoreSetting& setting) {
    LinkSpec link = setting.link;
    if (link.latency.is_constant() && link.latency.mean() == 0) link.latency = Distribution::constant(50'000);
    return {make_topology(Star{1 + setting.clients + setting.proxies + setting.nodes}), link, Fidelity::latency};
}

}  // namespace

StoreWorld::StoreWorld(const StoreSetting& with) : setting(with), cluster(spec_of(with), network_of(with)) {
    auto layout_spec = std::make_shared<Layout::Spec>();
    layout_spec->keys = std::make_shared<KeySpace>(
        setting.partitions == 0 ? KeySpace::slices(8)
                                : KeySpace::partitions(std::make_unique<TestPartitioner>(setting.partitions)));
    layout_spec->members = members_of(setting.nodes);
    layout_spec->replicas = setting.quorums.replicas;
    auto ring = std::make_unique<TestRing>();
    ring->reset(std::span(layout_spec->members).first(setting.first));
    const auto layout = Layout::first(layout_spec, std::move(ring));

    const std::size_t base = 1 + setting.clients + setting.proxies;
    std::vector<ProcessId> nodes;
    for (std::size_t i = 0; i < setting.nodes; ++i) nodes.push_back(ProcessId(base + i));

    StoreCoordinatorSpec coordinator;
    coordinator.nodes = nodes;
    coordinator.quorums = setting.quorums;
    coordinator.durability = setting.durability;
    coordinator.look_every = 10ms;
    coordinator.lease = 40ms;
    coordinator.moves_at_once = 2;
    coordinator.hot = setting.hot;
    coordinator.layout = layout;
    const auto coordinator_spec = std::make_shared<const StoreCoordinatorSpec>(coordinator);
    coordinator_ = cluster.add_host<StoreCoordinator>(
        {NodeId(0u)}, [=](std::uint32_t) { return StoreCoordinator(coordinator_spec); });

    StoreRouterSpec router;
    router.coordinator = ProcessId(0u);
    router.nodes = nodes;
    router.quorums = setting.quorums;
    router.read_from = setting.read_from;
    router.timeout = 20ms;
    router.layout = layout;
    const auto proxy_spec = std::make_shared<const StoreRouterSpec>(router);
    std::vector<NodeId> places;
    for (std::size_t i = 0; i < setting.proxies; ++i) {
        router.proxies.push_back(ProcessId(1 + setting.clients + i));
        places.push_back(NodeId(1 + setting.clients + i));
    }
    const auto client_spec = std::make_shared<const StoreRouterSpec>(router);
    std::vector<NodeId> client_places;
    for (std::size_t i = 0; i < setting.clients; ++i) client_places.push_back(client_node(i));
    clients_ = cluster.add_host<StoreRouter>(client_places, [=](std::uint32_t) { return StoreRouter(client_spec); });
    if (!places.empty())
        proxies_ = cluster.add_host<StoreRouter>(places, [=](std::uint32_t) { return StoreRouter(proxy_spec); });

    StoreNodeSpec node_spec;
    node_spec.coordinator = ProcessId(0u);
    node_spec.nodes = nodes;
    node_spec.quorums = setting.quorums;
    node_spec.durability = setting.durability;
    node_spec.copy_bandwidth = setting.copy_bandwidth;
    node_spec.renew_every = 10ms;
    node_spec.lease = 40ms;
    node_spec.resend_after = 10ms;
    if (setting.hot) node_spec.heat = HeatSpec{16, setting.hot->every, setting.hot->share / 5};
    node_spec.layout = layout;
    const auto shared_node = std::make_shared<const StoreNodeSpec>(node_spec);
    auto items = std::make_shared<std::vector<InitialItem>>();
    for (std::uint64_t key = 0; key < setting.keys; ++key) items->push_back({key, 100});
    std::vector<std::shared_ptr<StoreNodeShare>> shares;
    std::vector<NodeId> node_places;
    for (std::size_t i = 0; i < setting.nodes; ++i) {
        shares.push_back(std::make_shared<StoreNodeShare>());
        shares.back()->member = MemberId(i);
        shares.back()->memory = setting.memory;
        shares.back()->items = items;
        node_places.push_back(node(i));
    }
    MemberArray owners;
    for (std::uint32_t key = 0; key < setting.keys; ++key) {
        const std::size_t count =
            layout->replicas(key, layout_spec->keys->unit_of(key), std::span(owners).first(setting.quorums.replicas));
        for (std::size_t i = 0; i < count; ++i) shares[owners[i].index()]->mine.push_back(key);
    }
    const Bug bug = setting.bug;
    nodes_ = cluster.add_host<PlantedNode>(node_places, [=](std::uint32_t local) {
        return PlantedNode(StoreNode(shared_node, shares[local]), ProcessId(0u), bug);
    });
    cluster.start();
    collect();
}

void StoreWorld::play(Duration time) {
    RunLimits limits;
    limits.until = kernel().now() + time;
    // An event just before the end moves the clock there.
    kernel().schedule(EntityId(0u), EntityId(0u), limits.until - Duration(1), kind_tick, 0);
    run(*this, limits);
}

std::size_t StoreWorld::ask(std::size_t client, StoreAccess access, std::uint64_t key) {
    const std::size_t number = history.size();
    Seen seen;
    seen.key = key;
    seen.access = access;
    seen.began = kernel().now();
    history.push_back(seen);
    StoreRequest request;
    request.key = key;
    request.size = 100;
    request.access = access;
    cluster.request<StoreRequest, StoreResult>(ProcessId(1 + client), RequestId{number}, request);
    cluster.settle();
    collect();
    return number;
}

bool StoreWorld::change(MemberChange::Kind kind, std::size_t member) {
    const bool taken =
        cluster.request<MemberChange, MemberChangeResult>(ProcessId(0u), RequestId{0}, {kind, MemberId(member)});
    cluster.settle();
    collect();
    return taken;
}

void StoreWorld::collect() {
    auto& clients = cluster.port<StoreRequest, StoreResult>(clients_);
    for (const auto& answer : clients.answers()) {
        Seen& seen = history[answer.request.value];
        seen.ended = kernel().now();
        seen.result = answer.result;
    }
    clients.answers().clear();
    for (const std::size_t host : {nodes_}) {
        auto& noted = cluster.port<Nothing, Nothing>(host).notes();
        notes.insert(notes.end(), noted.begin(), noted.end());
        noted.clear();
    }
    auto& port = cluster.port<MemberChange, MemberChangeResult>(coordinator_);
    notes.insert(notes.end(), port.notes().begin(), port.notes().end());
    port.notes().clear();
    port.answers().clear();
}

std::int64_t StoreWorld::noted(StoreMetric metric) const {
    std::int64_t sum = 0;
    for (const NoteTaken& note : notes)
        if (note.metric == metric_id(metric)) sum += note.value;
    return sum;
}

std::size_t StoreWorld::notes_of(StoreMetric metric) const {
    return static_cast<std::size_t>(std::count_if(
        notes.begin(), notes.end(), [&](const NoteTaken& note) { return note.metric == metric_id(metric); }));
}

std::map<std::uint64_t, ItemVersion> StoreWorld::acknowledged() const {
    std::map<std::uint64_t, ItemVersion> out;
    for (const Seen& seen : history)
        if (seen.access == StoreAccess::write && seen.ended && seen.result.outcome == StoreOutcome::ok)
            out[seen.key] = std::max(out[seen.key], seen.result.version);
    return out;
}

std::string StoreWorld::stale_reads() const {
    for (const Seen& read : history) {
        if (read.access != StoreAccess::read || !read.ended) continue;
        const bool answered = read.result.outcome == StoreOutcome::ok || read.result.outcome == StoreOutcome::absent;
        if (!answered) continue;
        const auto about = " key " + std::to_string(read.key) + " asked at " +
                           std::to_string(read.began.time_since_epoch().count()) + " ns";
        if (read.result.outcome == StoreOutcome::absent && read.key < setting.keys) return "not found:" + about;
        for (const Seen& write : history) {
            if (write.access != StoreAccess::write || write.key != read.key || !write.ended) continue;
            if (write.result.outcome != StoreOutcome::ok || *write.ended >= read.began) continue;
            if (read.result.outcome == StoreOutcome::absent || read.result.version < write.result.version)
                return "an acknowledged write was not read:" + about + ", written at " +
                       std::to_string(write.result.version.stamp) + " ns";
        }
    }
    return {};
}

std::string StoreWorld::lost_writes() const {
    const StoreMap& map = coordinator().map();
    std::map<std::uint64_t, ItemVersion> expected = acknowledged();
    for (std::uint64_t key = 0; key < setting.keys; ++key) expected.emplace(key, ItemVersion{});
    for (const auto& [key, version] : expected) {
        MemberArray old;
        MemberArray fresh;
        const StoreMap::Place place = map.place(key, old, fresh);
        std::size_t held = 0;
        for (std::size_t i = 0; i < place.olds; ++i) {
            const ItemTable::Item* item = store_node(old[i].index()).items().find(key);
            if (item != nullptr && item->version() >= version) ++held;
        }
        if (held < setting.quorums.writes)
            return "key " + std::to_string(key) + " of version " + std::to_string(version.stamp) + " is on " +
                   std::to_string(held) + " of its replicas";
    }
    return {};
}

}  // namespace orrery::test
