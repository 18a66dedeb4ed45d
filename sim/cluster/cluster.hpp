/// The simulated world: nodes with processors and disks, the network between them, the processes that
/// live on them, and what happens to all of these.
///
///     workload --request--> [process] --step--> outbox --+--> network --> [process]
///                               ^                        +--> processor of its node --> worked
///                               +-- timers, disk --------+--> disk of its node -------> persisted
///
/// A cluster handles the kernel's events (it is half of a world, see sim/kernel/run.hpp; the other half is
/// the load, in scenarios/systems) and offers the strokes of fate: crash, restart, pause, slow. It is a
/// value: a copy continues as the original does.
///
/// Inside a domain a hop of zero latency is a call: such messages are delivered, in order, before the event
/// that sent them ends.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/histogram.hpp"
#include "sim/base/queue_discipline.hpp"
#include "sim/base/recorder.hpp"
#include "sim/base/value_ptr.hpp"
#include "sim/cluster/disk.hpp"
#include "sim/cluster/host_base.hpp"
#include "sim/cluster/network.hpp"
#include "sim/cluster/processor.hpp"
#include "sim/kernel/alarm.hpp"
#include "sim/kernel/kernel.hpp"

namespace orrery {

// Kinds of events of the cluster; kinds from `kind_first_load` on are the load's own.
inline constexpr EventKind kind_deliver{1};              ///< payload: parcel; target: process
inline constexpr EventKind kind_hop{2};                  ///< payload: parcel; target: owner of the port
inline constexpr EventKind kind_timer = cancellable(3);  ///< payload: timer id; target: process
inline constexpr EventKind kind_disk = cancellable(4);   ///< payload: low half of a ticket; target: process
inline constexpr EventKind kind_done = cancellable(5);   ///< target: node whose processor completes
inline constexpr EventKind kind_fault{6};                ///< target: the world
inline constexpr EventKind kind_wake{7};                 ///< payload: parcel that a paused node received
inline constexpr std::uint8_t kind_first_load = 32;
constexpr bool is_of_load(EventKind kind) {
    return (static_cast<std::uint8_t>(kind) & 0x7fu) >= kind_first_load;
}

struct NodeSpec {
    ServerSpec server = {};
    std::int64_t memory = 0;  ///< bytes
    DiskSpec disk = {};
    std::shared_ptr<const QueueDiscipline> discipline;
};

/// How domains are cut: one for each node, or one for all (views of age 0, links of zero latency).
enum class Domains : std::uint8_t { per_node, shared };

struct ClusterSpec {
    std::uint64_t seed = 0;
    Execution execution = Execution::merged;
    Domains domains = Domains::per_node;
    Window window = {};                      ///< what is measured
    std::vector<NodeSpec> kinds;             ///< the different nodes there are, at least one
    std::vector<std::uint8_t> kind_of = {};  ///< by node: index into `kinds`; empty: all are the first
    std::optional<Bins> series = {};         ///< record per-node levels along the time axis
};

/// A message that waits in its pool.
struct PooledMessage {
    std::size_t pool;
    std::uint32_t slot;
    std::uint64_t bytes;
};

template <Protocol P>
class Host;

class Cluster {
public:
    Cluster(ClusterSpec spec, Network network);

    Kernel& kernel() { return kernel_; }
    const Kernel& kernel() const { return kernel_; }
    Network& network() { return network_; }
    const Network& network() const { return network_; }
    std::uint32_t nodes() const { return static_cast<std::uint32_t>(nodes_.size()); }
    const NodeSpec& spec(NodeId node) const { return spec_.kinds[kind_index(node)]; }
    const Window& window() const { return spec_.window; }
    std::size_t domains() const {
        return spec_.domains == Domains::shared ? 2 : 1 + nodes_.size() + network_.topology().switches();
    }

    // Building: hosts first, then entities of the load, then start. --------------------------------

    /// Adds processes of protocol P, one on each of `nodes` (a node may be named more than once);
    /// returns the host's index. `make(local)` gives each its value. Include host.hpp to call it.
    template <Protocol P>
    std::size_t add_host(const std::vector<NodeId>& nodes, std::function<P(std::uint32_t)> make);

    /// An entity of the load (a source of arrivals) that may call the processes of `node`.
    EntityId add_load_entity(NodeId node);
    /// Lets every process start, in the order of their ids, at time zero.
    void start();

    // Running. ---------------------------------------------------------------------------------------

    /// Lets a cluster event happen.
    void handle(const Event& event);
    bool alive(const Event& event) const;
    /// See sim/kernel/run.hpp.
    bool small() const { return kernel_.entities() < 2048; }
    void approach(const Event& event, Distance distance) const;
    /// The same for what an event of the load will touch of a process: its node's uplink included.
    void approach(ProcessId process, Distance distance) const;

    /// Hands an operation to a process now; false (and nothing happens) if the process is not running.
    template <class Operation, class Result>
    bool request(ProcessId process, RequestId id, const Operation& operation);

    template <class Operation, class Result>
    PortHost<Operation, Result>& port(std::size_t host) const;
    template <Protocol P>
    const Host<P>& host(std::size_t index) const {
        return static_cast<const Host<P>&>(*hosts_[index]);
    }

    // Fate. Each takes effect now; the caller is the fault injector or a test. ----------------------

    void crash(ProcessId process);
    void restart(ProcessId process);
    /// The node and all its processes; its page caches are lost.
    void crash(NodeId node);
    void restart(NodeId node);
    /// A paused node neither works nor reacts; what reaches it waits. Pauses nest, and so do crashes.
    void pause(NodeId node);
    void resume(NodeId node);
    /// Multiplies the speed of the node's cores by `millionths` / 1e6 until `unslow` with the same factor.
    void slow(NodeId node, std::uint32_t millionths);
    void unslow(NodeId node, std::uint32_t millionths);

    bool up(NodeId node) const { return nodes_[node.index()].down == 0; }
    bool running(ProcessId process) const;
    NodeId node_of(ProcessId process) const { return processes_[process.index()].node; }
    std::size_t processes() const { return processes_.size(); }
    /// Processes that live on `node`, ascending.
    std::vector<ProcessId> processes_on(NodeId node) const;

    // What happened. ----------------------------------------------------------------------------------

    /// "the world", "node 3", "switch 1", "process 5 on node 2", "load entity 0".
    std::string entity_name(EntityId entity) const;
    /// The node's processor, or null if it never had work.
    const Processor* processor(NodeId node) const { return nodes_[node.index()].processor.get(); }
    /// Time inside the window during which the node was down.
    Duration down_in_window(NodeId node, Time end) const;
    /// Delay of messages that crossed the network, sent inside the window: from send to the receiving node.
    const Histogram& message_delay() const { return message_delay_; }
    /// Counts of what the world did, from the start of the window on.
    struct Counts {
        std::uint64_t messages = 0;  ///< handed to the network (calls inside a domain excluded)
        std::uint64_t bytes = 0;
        std::uint64_t delivered = 0;
        std::uint64_t lost_in_network = 0;
        std::uint64_t lost_at_receiver = 0;  ///< the receiving process was not running
        std::uint64_t calls = 0;             ///< messages that were calls
        std::uint64_t writes_lost = 0;       ///< unsynced writes lost by crashes of nodes
        std::uint64_t work_lost = 0;         ///< units of work lost by crashes
    };
    const Counts& counts() const { return counts_; }
    /// Whether chance has had a say: links or disks that draw, or a process that drew. O(processes).
    bool drew() const;

    // For hosts (host.hpp). -------------------------------------------------------------------------

    RandomStream stream(std::string_view purpose, std::uint64_t entity) const {
        return stream_of(stream_key(spec_.seed, purpose, entity));
    }
    MessagePoolBase& message_pool(std::size_t pool) { return *pools_[pool]; }
    /// Whether a message is a call: it stays on its node, or links take no time and nothing is drawn for it.
    bool calls(ProcessId from, ProcessId to) const { return network_.instant() || node_of(from) == node_of(to); }
    /// Sends a message that is a call.
    void call(ProcessId from, ProcessId to, std::size_t pool, std::uint32_t slot) {
        ++counting().calls;
        calls_.push_back(Call{to, from, static_cast<std::uint32_t>(pool), slot});
    }
    /// Sends a message that is none.
    void transmit(ProcessId from, ProcessId to, PooledMessage message);
    void submit(ProcessId process, Ticket ticket, const Work& work);
    /// When a sync of `bytes` begun now by `process` will be done.
    Time disk_sync(ProcessId process, std::uint64_t bytes, Ticket ticket);
    static EntityId entity_of(ProcessId process, std::uint32_t base) {
        return EntityId(std::size_t{base} + process.value);
    }

    /// Keeps an event for later if the node is paused; false if it is not.
    bool defer(NodeId node, const Event& event);

    /// Delivers calls that are due in this instant; whoever hands in requests calls it afterwards.
    void settle() {
        if (next_call_ != calls_.size()) make_calls();
    }

private:
    Counts& counting() { return kernel_.now() < spec_.window.from ? before_window_ : counts_; }
    struct NodeExtras {
        Time disk_busy_until{};   ///< end of the sync that runs
        Time disk_batch_until{};  ///< end of the one after it, which takes all that is asked for meanwhile
        Time down_since{};
        Duration down_before{};  ///< inside the window
        std::vector<std::uint32_t> slowdowns;
        std::vector<Event> deferred;  ///< what reached it while paused
    };
    struct Node {
        ValuePtr<Processor> processor;
        Alarm completion;
        std::uint32_t down = 0;
        std::uint32_t paused = 0;
        ValuePtr<NodeExtras> extras;  ///< made at first use: most nodes never sync, crash, pause or slow down
    };
    struct ProcessInfo {
        NodeId node;
        std::uint32_t host;
        std::uint32_t local;
        std::uint32_t down = 0;
        std::uint64_t sent = 0;  ///< messages: the item number of link chance
        StreamKey link_chance;
        StreamKey disk_chance;
    };
    struct alignas(64) Parcel {
        ProcessId from;
        ProcessId to;
        std::uint64_t bytes = 0;
        Time sent;
        Time entered;  ///< when it entered `over`
        RandomStream chance{0};
        PortId over;  ///< the port that it came over
        PortId port;  ///< the port that it is to enter
        std::uint32_t slot = 0;
        std::uint32_t pool = 0;
    };
    static_assert(sizeof(Parcel) == 64);
    struct Call {
        ProcessId to;
        ProcessId from;
        std::uint32_t pool;
        std::uint32_t slot;
    };

    std::size_t kind_index(NodeId node) const { return spec_.kind_of.empty() ? 0 : spec_.kind_of[node.index()]; }
    EntityId entity_of(NodeId node) const { return EntityId(node.index() + 1); }
    EntityId entity_of(ProcessId process) const { return entity_of(process, process_base_); }
    EntityId entity_of(PortId port) const;
    ProcessId process_at(EntityId entity) const { return ProcessId(entity.index() - process_base_); }
    NodeId node_at(EntityId entity) const { return NodeId(entity.index() - 1); }
    HostBase& host_of(const ProcessInfo& info) const { return *hosts_[info.host]; }
    std::size_t pool_for(std::unique_ptr<MessagePoolBase> pool);
    std::size_t place_host(std::unique_ptr<HostBase> host, const std::vector<NodeId>& nodes);
    ProcessId next_process() const { return ProcessId(processes_.size()); }

    void make_calls();
    void miss_call(const Call& call);
    void follow(std::uint32_t parcel, EntityId origin, const Hop& hop);
    void forward(std::uint32_t parcel, EntityId at);
    bool lost_on_the_way(const Parcel& parcel);
    void arrive(std::uint32_t parcel);
    void deliver(std::uint32_t parcel);
    void receive_paused(std::uint32_t parcel);
    void lose(std::uint32_t parcel, std::uint64_t& count);
    /// As its last use left it.
    std::uint32_t new_parcel();
    void free_parcel(std::uint32_t parcel);
    void schedule_completion(NodeId node);
    void apply_speed(NodeId node);
    void stop_process(ProcessId process, CrashOf what);

    ClusterSpec spec_;
    Kernel kernel_;
    Network network_;
    std::vector<Node> nodes_;
    std::uint32_t switch_base_ = 0;
    std::uint32_t process_base_ = 0;
    std::vector<ProcessInfo> processes_;
    std::vector<ProcessId> by_node_;  ///< sorted by node
    std::vector<ValuePtr<HostBase>> hosts_;
    std::vector<ValuePtr<MessagePoolBase>> pools_;
    std::vector<Parcel> parcels_;
    std::vector<std::uint32_t> free_parcels_;
    std::vector<Call> calls_;
    std::size_t next_call_ = 0;
    Histogram message_delay_;
    Counts counts_;
    Counts before_window_;
};

template <class Operation, class Result>
PortHost<Operation, Result>& Cluster::port(std::size_t host) const {
    return static_cast<PortHost<Operation, Result>&>(*hosts_[host]);
}

template <class Operation, class Result>
bool Cluster::request(ProcessId process, RequestId id, const Operation& operation) {
    if (!running(process)) return false;
    const ProcessInfo& info = processes_[process.index()];
    port<Operation, Result>(info.host).request(*this, info.local, id, operation);
    return true;
}

}  // namespace orrery
