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
    ORRERY_CHECK(kernel_.entities() == process_base_ + processes_.size(), "hosts are added before entities of the load");
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
    std::stable_sort(by_node_.begin(), by_node_.end(), [&](ProcessId a, ProcessId b) { return node_of(a) < node_of(b); });
    for (const ProcessInfo& info : processes_) {
        host_of(info).start(*this, info.local);
        settle();
    }
}

// Events. ------------------------------------------------------------------------------------------------

void Cluster::handle(const Event& event) {
    switch (event.kind()) {
        case kind_deliver: arrive(event.payload); break;
        case kind_wake:
            if (!defer(node_of(process_at(event.target())), event)) deliver(event.payload);
            break;
        case kind_hop: forward(event.payload, event.target()); break;
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
        default: ORRERY_CHECK(false, "an event of a kind that the cluster does not know");
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
        default: return nodes_[node_at(event.target()).index()].completion.alive(event);
    }
}

void Cluster::prefetch(const Event& event) const {
    if (event.kind() == kind_deliver || event.kind() == kind_hop) __builtin_prefetch(&parcels_[event.payload]);
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
        ++counts_.lost_at_receiver;
        return;
    }
    Parcel parcel;
    parcel.from = call.from;
    parcel.to = call.to;
    parcel.bytes = 0;
    parcel.sent = parcel.entered = kernel_.now();
    parcel.slot = call.slot;
    parcel.pool = call.pool;
    receive_paused(new_parcel(parcel));
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
        ++counts_.calls;
        if (network_.calm() || (!network_.broken(sender.node, target, flow_between(from, to), now, now) &&
                                !network_.cut(sender.node, target, now, now))) {
            calls_.push_back(Call{to, from, pool, message.slot});
        } else {
            pools_[pool]->release(message.slot);
            ++counts_.lost_in_network;
        }
        return;
    }
    ++counts_.messages;
    counts_.bytes += message.bytes;
    Parcel parcel;
    parcel.from = from;
    parcel.to = to;
    parcel.bytes = message.bytes;
    parcel.sent = parcel.entered = now;
    parcel.chance = fresh;
    parcel.over = network_.topology().uplink(sender.node);
    parcel.slot = message.slot;
    parcel.pool = pool;
    follow(new_parcel(parcel), entity_of(from), hop);
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
        Parcel twin = parcels_[index];
        twin.slot = pools_[twin.pool]->duplicate(twin.slot);
        twin.chance = RandomStream(mix64(twin.chance.state() + 1));  // its chances further on are its own
        send_on(new_parcel(twin), *hop.duplicate);
    }
    if (hop.fate == Hop::Fate::dropped) return lose(index, counts_.lost_in_network);
    send_on(index, hop.at);
}

void Cluster::forward(std::uint32_t index, EntityId at) {
    Parcel& parcel = parcels_[index];
    const Time now = kernel_.now();
    if (network_.broken(parcel.over, parcel.entered, now)) return lose(index, counts_.lost_in_network);
    RandomStream chance = parcel.chance;
    const Hop hop =
        network_.forward(parcel.port, node_of(parcel.to), flow_between(parcel.from, parcel.to), parcel.bytes, now, chance);
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
    if (lost_on_the_way(parcel)) return lose(index, counts_.lost_in_network);
    if (nodes_[node_of(parcel.to).index()].paused != 0) return receive_paused(index);
    deliver(index);
}

/// The node's kernel takes the message in; the process sees it when the node goes on.
void Cluster::receive_paused(std::uint32_t index) {
    const ProcessId to = parcels_[index].to;
    const EntityId target = entity_of(to);
    const std::uint32_t target_kind = target.value << 8 | static_cast<std::uint32_t>(kind_wake);
    nodes_[node_of(to).index()].deferred.push_back(Event{kernel_.now(), kernel_.take_order(target), target_kind, index});
}

void Cluster::deliver(std::uint32_t index) {
    const Parcel& parcel = parcels_[index];
    const ProcessInfo& info = processes_[parcel.to.index()];
    if (info.down != 0) return lose(index, counts_.lost_at_receiver);
    const Duration delay = kernel_.now() - parcel.sent;
    if (delay > Duration(0) && parcel.sent >= spec_.window.from) message_delay_.record(delay.count());
    ++counts_.delivered;
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

std::uint32_t Cluster::new_parcel(const Parcel& parcel) {
    if (free_parcels_.empty()) {
        parcels_.push_back(parcel);
        return static_cast<std::uint32_t>(parcels_.size() - 1);
    }
    const std::uint32_t index = free_parcels_.back();
    free_parcels_.pop_back();
    parcels_[index] = parcel;
    return index;
}

void Cluster::free_parcel(std::uint32_t parcel) {
    free_parcels_.push_back(parcel);
}

EntityId Cluster::entity_of(PortId port) const {
    const PortOwner owner = network_.topology().owner(port);
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
    Node& node = nodes_[info.node.index()];
    const Time now = kernel_.now();
    if (node.disk_batch_until <= now) {
        node.disk_busy_until = saturating_add(saturating_add(now, fsync), transfer);
        node.disk_batch_until = node.disk_busy_until;
        return node.disk_busy_until;
    }
    if (node.disk_busy_until <= now) node.disk_busy_until = node.disk_batch_until;
    if (node.disk_batch_until == node.disk_busy_until) node.disk_batch_until = saturating_add(node.disk_busy_until, fsync);
    node.disk_batch_until = saturating_add(node.disk_batch_until, transfer);
    return node.disk_batch_until;
}

// Fate. ---------------------------------------------------------------------------------------------------

void Cluster::crash(ProcessId process) {
    if (processes_[process.index()].down++ == 0) stop_process(process, CrashOf::process);
}

void Cluster::restart(ProcessId process) {
    ProcessInfo& info = processes_[process.index()];
    ORRERY_CHECK(info.down > 0, "a process is restarted that is not down");
    if (--info.down == 0) {
        host_of(info).recover(*this, info.local);
        settle();
    }
}

void Cluster::stop_process(ProcessId process, CrashOf what) {
    const ProcessInfo& info = processes_[process.index()];
    // What a paused node had received for it goes with it; so do its timers and syncs that came due.
    std::erase_if(nodes_[info.node.index()].deferred, [&](const Event& event) {
        if (event.target() != entity_of(process)) return false;
        if (event.kind() == kind_wake) lose(event.payload, counts_.lost_at_receiver);
        return true;
    });
    counts_.writes_lost += host_of(info).crash(*this, info.local, what);
    if (const auto& processor = nodes_[info.node.index()].processor) {
        counts_.work_lost += processor->drop(process, kernel_.now());
        schedule_completion(info.node);
    }
}

void Cluster::crash(NodeId id) {
    Node& node = nodes_[id.index()];
    if (node.down++ != 0) return;
    node.down_since = kernel_.now();
    node.disk_busy_until = node.disk_batch_until = kernel_.now();  // the syncs that it had queued are gone
    for (const ProcessId process : processes_on(id)) {
        ++processes_[process.index()].down;
        stop_process(process, CrashOf::node);  // also of a process that was down: its page cache goes now
    }
}

void Cluster::restart(NodeId id) {
    Node& node = nodes_[id.index()];
    ORRERY_CHECK(node.down > 0, "a node is restarted that is not down");
    const Duration down_so_far = down_in_window(id, kernel_.now());
    if (--node.down != 0) return;
    node.down_before = down_so_far;
    for (const ProcessId process : processes_on(id)) restart(process);
}

void Cluster::pause(NodeId id) {
    ++nodes_[id.index()].paused;
    apply_speed(id);
}

void Cluster::resume(NodeId id) {
    Node& node = nodes_[id.index()];
    ORRERY_CHECK(node.paused > 0, "a node is resumed that is not paused");
    --node.paused;
    apply_speed(id);
    if (node.paused != 0) return;
    // What waited happens now, after what this instant holds already, in the order in which it came. Its old
    // orders would not do: they tell when a timer was set, and who is whose in the permutation.
    std::vector<Event> deferred;
    deferred.swap(node.deferred);
    for (Event event : deferred) {
        const std::uint64_t order = kernel_.take_order(entity_of(id));
        if (event.kind() == kind_timer) {
            const ProcessInfo& info = processes_[process_at(event.target()).index()];
            host_of(info).renumber_timer(info.local, event, order);
        }
        event.at = kernel_.now();
        event.order = order;
        kernel_.put(event);
    }
}

bool Cluster::defer(NodeId id, const Event& event) {
    Node& node = nodes_[id.index()];
    if (node.paused == 0) return false;
    node.deferred.push_back(event);
    return true;
}

void Cluster::slow(NodeId id, std::uint32_t millionths) {
    nodes_[id.index()].slowdowns.push_back(millionths);
    apply_speed(id);
}

void Cluster::unslow(NodeId id, std::uint32_t millionths) {
    auto& slowdowns = nodes_[id.index()].slowdowns;
    const auto found = std::find(slowdowns.begin(), slowdowns.end(), millionths);
    ORRERY_CHECK(found != slowdowns.end(), "a slowdown is taken back that was not in force");
    slowdowns.erase(found);
    apply_speed(id);
}

void Cluster::apply_speed(NodeId id) {
    Node& node = nodes_[id.index()];
    if (!node.processor) return;
    std::uint64_t speed = node.paused != 0 ? 0 : spec(id).server.speed.millionths;
    for (const std::uint32_t factor : node.slowdowns) speed = speed * factor / 1'000'000;
    node.processor->set_speed(Speed{static_cast<std::uint32_t>(speed)}, kernel_.now());
    schedule_completion(id);
}

bool Cluster::running(ProcessId process) const {
    const ProcessInfo& info = processes_[process.index()];
    return info.down == 0;
}

std::vector<ProcessId> Cluster::processes_on(NodeId node) const {
    const auto before = [&](ProcessId process, NodeId id) { return node_of(process) < id; };
    const auto after = [&](NodeId id, ProcessId process) { return id < node_of(process); };
    return {std::lower_bound(by_node_.begin(), by_node_.end(), node, before),
            std::upper_bound(by_node_.begin(), by_node_.end(), node, after)};
}

std::string Cluster::entity_name(EntityId entity) const {
    const std::size_t index = entity.index();
    if (index == 0) return "the world";
    if (index < switch_base_) return "node " + std::to_string(index - 1);
    if (index < process_base_) return "switch " + std::to_string(index - switch_base_);
    const std::size_t process = index - process_base_;
    if (process < processes_.size()) return "process " + std::to_string(process) + " on node " + std::to_string(processes_[process].node.value);
    return "load entity " + std::to_string(process - processes_.size());
}

bool Cluster::drew() const {
    if (network_.draws()) return true;
    for (const NodeSpec& kind : spec_.kinds)
        if (!kind.disk.fsync.is_constant()) return true;
    return std::any_of(hosts_.begin(), hosts_.end(), [&](const auto& host) { return host->drew(*this); });
}

Duration Cluster::down_in_window(NodeId id, Time end) const {
    const Node& node = nodes_[id.index()];
    if (node.down == 0) return node.down_before;
    const Time from = std::max(node.down_since, spec_.window.from);
    const Time to = std::min(end, spec_.window.to);
    return node.down_before + std::max(Duration(0), to - from);
}

}  // namespace orrery
