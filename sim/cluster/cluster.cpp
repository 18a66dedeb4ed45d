#include "sim/cluster/cluster.hpp"

#include <algorithm>

namespace orrery {

namespace {

DomainId domain_of_node(Domains domains, std::size_t node) {
    return DomainId(domains == Domains::shared ? 1 : node + 1);
}

DomainId domain_of_switch(Domains domains, std::size_t nodes, std::size_t index) {
    return DomainId(domains == Domains::shared ? 1 : 1 + nodes + index);
}

}  // namespace

Cluster::Cluster(ClusterSpec spec, Network network)
    : spec_(std::move(spec)), kernel_(spec_.seed, spec_.execution), network_(std::move(network)) {
    const Topology& topology = network_.topology();
    kernel_.add_entity(world_domain);
    nodes_.resize(topology.nodes());
    for (std::size_t i = 0; i < nodes_.size(); ++i) kernel_.add_entity(domain_of_node(spec_.domains, i));
    switch_base_ = static_cast<std::uint32_t>(kernel_.entities());
    for (std::size_t i = 0; i < topology.switches(); ++i)
        kernel_.add_entity(domain_of_switch(spec_.domains, nodes_.size(), i));
    process_base_ = static_cast<std::uint32_t>(kernel_.entities());
}

std::size_t Cluster::pool_for(std::unique_ptr<MessagePoolBase> pool) {
    for (std::size_t i = 0; i < pools_.size(); ++i)
        if (pools_[i]->type() == pool->type()) return i;
    pools_.emplace_back(std::move(pool));
    return pools_.size() - 1;
}

std::size_t Cluster::place_host(std::unique_ptr<HostBase> host, const std::vector<NodeId>& nodes) {
    ORRERY_CHECK(kernel_.entities() == process_base_ + processes_.size(),
                 "hosts are added before entities of the load");
    const auto index = static_cast<std::uint32_t>(hosts_.size());
    for (std::uint32_t local = 0; local < nodes.size(); ++local) {
        const std::size_t process = processes_.size();
        ProcessInfo info;
        info.node = nodes[local];
        info.host = index;
        info.local = local;
        info.link_chance = stream_key(spec_.seed, "link", process);
        info.disk_chance = stream_key(spec_.seed, "fsync", process);
        processes_.push_back(info);
        kernel_.add_entity(kernel_.domain(entity_of(nodes[local])));
    }
    hosts_.emplace_back(std::move(host));
    return index;
}

EntityId Cluster::add_load_entity(NodeId node) {
    return kernel_.add_entity(kernel_.domain(entity_of(node)));
}

void Cluster::start() {
    for (std::size_t i = 0; i < processes_.size(); ++i) by_node_.push_back(ProcessId(i));
    std::stable_sort(by_node_.begin(), by_node_.end(),
                     [&](ProcessId a, ProcessId b) { return node_of(a) < node_of(b); });
    for (const ProcessInfo& info : processes_) {
        host_of(info).start(*this, info.local);
        settle();
    }
}

// Events. ------------------------------------------------------------------------------------------------

void Cluster::handle(const Event& event) {
    switch (event.kind()) {
        case kind_deliver:
            arrive(event.payload);
            break;
        case kind_wake:
            if (!defer(node_of(process_at(event.target())), event)) deliver(event.payload);
            break;
        case kind_hop:
            forward(event.payload, event.target());
            break;
        case kind_timer: {
            const ProcessInfo& info = processes_[process_at(event.target()).index()];
            if (nodes_[info.node.index()].paused == 0) {
                host_of(info).expire(*this, info.local, event);
            } else if (host_of(info).timer_due(*this, info.local, event)) {
                // Only the deadline itself waits: an older one, of before the timer was moved, comes to nothing.
                defer(info.node, event);
            }
            break;
        }
        case kind_disk: {
            const ProcessInfo& info = processes_[process_at(event.target()).index()];
            if (!defer(info.node, event)) host_of(info).persisted(*this, info.local, event);
            break;
        }
        case kind_done: {
            const NodeId id = node_at(event.target());
            Node& node = nodes_[id.index()];
            if (!node.completion.goes_off(kernel_, event)) break;
            const Processor::Unit unit = node.processor->complete(kernel_.now());
            schedule_completion(id);
            const ProcessInfo& info = processes_[unit.process.index()];
            host_of(info).worked(*this, info.local, unit.ticket);
            break;
        }
        default:
            ORRERY_CHECK(false, "an event of a kind that the cluster does not know");
    }
    settle();
}

bool Cluster::alive(const Event& event) const {
    switch (event.kind()) {
        case kind_timer: {
            const ProcessInfo& info = processes_[process_at(event.target()).index()];
            return host_of(info).timer_alive(info.local, event);
        }
        case kind_disk: {
            const ProcessInfo& info = processes_[process_at(event.target()).index()];
            return host_of(info).sync_alive(info.local, event);
        }
        default:
            return nodes_[node_at(event.target()).index()].completion.alive(event);
    }
}

void Cluster::make_calls() {
    // Calls may cause calls; first come, first served, and the list is reused.
    while (next_call_ < calls_.size()) {
        const Call call = calls_[next_call_++];
        const ProcessInfo& info = processes_[call.to.index()];
        if (nodes_[info.node.index()].paused != 0 || info.down != 0) [[unlikely]]
            miss_call(call);
        else
            host_of(info).receive(*this, info.local, call.from, call.slot);
    }
    calls_.clear();
    next_call_ = 0;
}

/// What is paused takes a call in later; what is down never does.
void Cluster::miss_call(const Call& call) {
    if (nodes_[node_of(call.to).index()].paused == 0) {
        pools_[call.pool]->release(call.slot);
        ++counting().lost_at_receiver;
        return;
    }
    const std::uint32_t index = new_parcel();
    Parcel& parcel = parcels_[index];
    parcel = Parcel{};
    parcel.from = call.from;
    parcel.to = call.to;
    parcel.sent = parcel.entered = kernel_.now();
    parcel.slot = call.slot;
    parcel.pool = call.pool;
    receive_paused(index);
}

// Messages. ----------------------------------------------------------------------------------------------

namespace {

/// Names the connection between two processes, for equal-cost paths.
std::uint64_t flow_between(ProcessId from, ProcessId to) {
    return std::uint64_t{from.value} << 32 | to.value;
}

}  // namespace

void Cluster::transmit(ProcessId from, ProcessId to, PooledMessage message) {
    ProcessInfo& sender = processes_[from.index()];
    const NodeId target = node_of(to);
    const auto pool = static_cast<std::uint32_t>(message.pool);
    const Time now = kernel_.now();
    RandomStream chance = stream_of(sender.link_chance, sender.sent++);
    const RandomStream fresh = chance;
    const Hop hop = network_.send(sender.node, target, flow_between(from, to), message.bytes, now, chance);
    if (hop.fate == Hop::Fate::delivered && hop.at == now && !hop.duplicate) {
        // A link without latency, inside a domain.
        ++counting().calls;
        if (network_.calm() || (!network_.broken(sender.node, target, flow_between(from, to), now, now) &&
                                !network_.cut(sender.node, target, now, now))) {
            calls_.push_back(Call{to, from, pool, message.slot});
        } else {
            pools_[pool]->release(message.slot);
            ++counting().lost_in_network;
        }
        return;
    }
    Counts& counts = counting();
    ++counts.messages;
    counts.bytes += message.bytes;
    const std::uint32_t index = new_parcel();
    Parcel& parcel = parcels_[index];
    parcel.from = from;
    parcel.to = to;
    parcel.bytes = message.bytes;
    parcel.sent = parcel.entered = now;
    parcel.chance = fresh;
    parcel.over = network_.topology().uplink(sender.node);
    parcel.slot = message.slot;
    parcel.pool = pool;
    follow(index, entity_of(from), hop);
}

void Cluster::follow(std::uint32_t index, EntityId origin, const Hop& hop) {
    const auto send_on = [&](std::uint32_t parcel, Time at) {
        if (hop.fate == Hop::Fate::delivered) {
            kernel_.schedule(origin, entity_of(parcels_[parcel].to), at, kind_deliver, parcel);
        } else {
            parcels_[parcel].port = hop.port;
            kernel_.schedule(origin, entity_of(hop.port), at, kind_hop, parcel);
        }
    };
    if (hop.duplicate) {
        const std::uint32_t copy = new_parcel();
        Parcel& twin = parcels_[copy];
        twin = parcels_[index];
        twin.slot = pools_[twin.pool]->duplicate(twin.slot);
        twin.chance = RandomStream(mix64(twin.chance.state() + 1));  // its chances further on are its own
        send_on(copy, *hop.duplicate);
    }
    if (hop.fate == Hop::Fate::dropped) return lose(index, counting().lost_in_network);
    send_on(index, hop.at);
}

void Cluster::forward(std::uint32_t index, EntityId at) {
    Parcel& parcel = parcels_[index];
    const Time now = kernel_.now();
    if (network_.broken(parcel.over, parcel.entered, now)) return lose(index, counting().lost_in_network);
    RandomStream chance = parcel.chance;
    const Hop hop = network_.forward(parcel.port, node_of(parcel.to), flow_between(parcel.from, parcel.to),
                                     parcel.bytes, now, chance);
    parcel.over = parcel.port;
    parcel.entered = now;
    follow(index, at, hop);
}

bool Cluster::lost_on_the_way(const Parcel& parcel) {
    if (network_.calm()) return false;
    const Time now = kernel_.now();
    const NodeId from = node_of(parcel.from);
    const NodeId to = node_of(parcel.to);
    const bool broken = network_.fidelity() == Fidelity::queue
                            ? network_.broken(parcel.over, parcel.entered, now)
                            : network_.broken(from, to, flow_between(parcel.from, parcel.to), parcel.sent, now);
    return broken || network_.cut(from, to, parcel.sent, now);
}

void Cluster::arrive(std::uint32_t index) {
    const Parcel& parcel = parcels_[index];
    if (lost_on_the_way(parcel)) return lose(index, counting().lost_in_network);
    if (parcel.sent >= spec_.window.from) message_delay_.record((kernel_.now() - parcel.sent).count());
    if (nodes_[node_of(parcel.to).index()].paused != 0) return receive_paused(index);
    deliver(index);
}

/// The node's kernel takes the message in; the process sees it when the node goes on.
void Cluster::receive_paused(std::uint32_t index) {
    const ProcessId to = parcels_[index].to;
    const EntityId target = entity_of(to);
    const std::uint32_t target_kind = target.value << 8 | static_cast<std::uint32_t>(kind_wake);
    nodes_[node_of(to).index()].extras.ensure().deferred.push_back(
        Event{kernel_.now(), kernel_.take_order(target), target_kind, index});
}

void Cluster::deliver(std::uint32_t index) {
    const Parcel& parcel = parcels_[index];
    const ProcessInfo& info = processes_[parcel.to.index()];
    if (info.down != 0) return lose(index, counting().lost_at_receiver);
    ++counting().delivered;
    const ProcessId from = parcel.from;
    const std::uint32_t slot = parcel.slot;
    free_parcel(index);
    host_of(info).receive(*this, info.local, from, slot);
}

void Cluster::lose(std::uint32_t index, std::uint64_t& count) {
    ++count;
    pools_[parcels_[index].pool]->release(parcels_[index].slot);
    free_parcel(index);
}

std::uint32_t Cluster::new_parcel() {
    if (free_parcels_.empty()) {
        parcels_.emplace_back();
        return static_cast<std::uint32_t>(parcels_.size() - 1);
    }
    const std::uint32_t index = free_parcels_.back();
    free_parcels_.pop_back();
    return index;
}

void Cluster::free_parcel(std::uint32_t parcel) {
    free_parcels_.push_back(parcel);
}

EntityId Cluster::entity_of(PortId port) const {
    const Topology& topology = network_.topology();
    if (topology.is_downlink(port)) return entity_of(NodeId(port.index() - topology.nodes()));
    const PortOwner owner = topology.owner(port);
    if (const NodeId* node = std::get_if<NodeId>(&owner)) return entity_of(*node);
    return EntityId(switch_base_ + std::get<SwitchId>(owner).index());
}

// Processors and disks. -----------------------------------------------------------------------------------

void Cluster::submit(ProcessId process, Ticket ticket, const Work& work) {
    const NodeId id = node_of(process);
    Node& node = nodes_[id.index()];
    if (!node.processor) {
        node.processor = std::make_unique<Processor>(*spec(id).discipline, spec(id).server, spec_.window);
        if (spec_.series) node.processor->record_series(*spec_.series);
        apply_speed(id);
    }
    node.processor->enter({process, ticket}, work, kernel_.now());
    schedule_completion(id);
}

void Cluster::schedule_completion(NodeId id) {
    Node& node = nodes_[id.index()];
    const std::optional<Time> next = node.processor->next_completion();
    if (!next) {
        if (node.completion.armed()) node.completion.disarm(kernel_, entity_of(id));
    } else if (!node.completion.armed() || node.completion.deadline() != *next) {
        node.completion.arm(kernel_, {entity_of(id), kind_done, 0}, *next);
    }
}

Time Cluster::disk_sync(ProcessId process, std::uint64_t bytes, Ticket ticket) {
    const ProcessInfo& info = processes_[process.index()];
    const DiskSpec& disk = spec(info.node).disk;
    RandomStream chance = stream_of(info.disk_chance, ticket.value);
    const Duration fsync = disk.fsync.draw_duration(chance);
    Duration transfer{};
    if (disk.bandwidth > 0) {
        const UnsignedWide bits = static_cast<UnsignedWide>(bytes) * 8u * 1'000'000'000u;
        const auto bandwidth = static_cast<UnsignedWide>(disk.bandwidth);
        transfer = Duration(static_cast<std::int64_t>((bits + bandwidth - 1) / bandwidth));
    }
    // Group commit: what is asked for while a sync runs goes into the next one together.
    NodeExtras& node = nodes_[info.node.index()].extras.ensure();
    const Time now = kernel_.now();
    if (node.disk_batch_until <= now) {
        node.disk_busy_until = saturating_add(saturating_add(now, fsync), transfer);
        node.disk_batch_until = node.disk_busy_until;
        return node.disk_busy_until;
    }
    if (node.disk_busy_until <= now) node.disk_busy_until = node.disk_batch_until;
    if (node.disk_batch_until == node.disk_busy_until)
        node.disk_batch_until = saturating_add(node.disk_busy_until, fsync);
    node.disk_batch_until = saturating_add(node.disk_batch_until, transfer);
    return node.disk_batch_until;
}

}  // namespace orrery
