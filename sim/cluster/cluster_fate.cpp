/// What strikes a cluster's processes and nodes (cluster.hpp, "Fate"), and what is told of it afterwards.
#include <algorithm>

#include "sim/cluster/cluster.hpp"

namespace orrery {

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
    if (const auto& extras = nodes_[info.node.index()].extras) {
        std::erase_if(extras->deferred, [&](const Event& event) {
            if (event.target() != entity_of(process)) return false;
            if (event.kind() == kind_wake) lose(event.payload, counting().lost_at_receiver);
            return true;
        });
    }
    counting().writes_lost += host_of(info).crash(*this, info.local, what);
    if (const auto& processor = nodes_[info.node.index()].processor) {
        counting().work_lost += processor->drop(process, kernel_.now());
        schedule_completion(info.node);
    }
}

void Cluster::crash(NodeId id) {
    Node& node = nodes_[id.index()];
    if (node.down++ != 0) return;
    NodeExtras& extras = node.extras.ensure();
    extras.down_since = kernel_.now();
    extras.disk_busy_until = extras.disk_batch_until = kernel_.now();  // the syncs that it had queued are gone
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
    node.extras.ensure().down_before = down_so_far;
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
    if (node.extras) deferred.swap(node.extras->deferred);
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
    node.extras.ensure().deferred.push_back(event);
    return true;
}

void Cluster::slow(NodeId id, std::uint32_t millionths) {
    nodes_[id.index()].extras.ensure().slowdowns.push_back(millionths);
    apply_speed(id);
}

void Cluster::unslow(NodeId id, std::uint32_t millionths) {
    auto& slowdowns = nodes_[id.index()].extras.ensure().slowdowns;
    const auto found = std::find(slowdowns.begin(), slowdowns.end(), millionths);
    ORRERY_CHECK(found != slowdowns.end(), "a slowdown is taken back that was not in force");
    slowdowns.erase(found);
    apply_speed(id);
}

void Cluster::apply_speed(NodeId id) {
    Node& node = nodes_[id.index()];
    if (!node.processor) return;
    std::uint64_t speed = node.paused != 0 ? 0 : spec(id).server.speed.millionths;
    if (node.extras)
        for (const std::uint32_t factor : node.extras->slowdowns) speed = speed * factor / 1'000'000;
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
    if (process < processes_.size())
        return "process " + std::to_string(process) + " on node " + std::to_string(processes_[process].node.value);
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
    if (!node.extras) return Duration(0);
    if (node.down == 0) return node.extras->down_before;
    const Time from = std::max(node.extras->down_since, spec_.window.from);
    const Time to = std::min(end, spec_.window.to);
    return node.extras->down_before + std::max(Duration(0), to - from);
}

}  // namespace orrery
