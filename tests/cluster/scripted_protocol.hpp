/// A protocol that does what a test says and writes down every input; and a small world to run it in.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/scheduling/catalog.hpp"
#include "sim/cluster/fault_injector.hpp"
#include "sim/cluster/host.hpp"
#include "sim/cluster/topology_shapes.hpp"
#include "sim/kernel/run.hpp"

namespace orrery::test {

struct Number {
    std::uint64_t value = 0;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.value);
    }
};

/// 12 bytes on the wire and `body`.
struct Letter {
    std::uint64_t number = 0;
    Filler body = {};
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.number);
        field(self.body);
    }
};

struct Seen {
    ProcessId process;
    Time at;
    std::string what;  ///< "start", "recover", "receive 7 from 1", "expire 2", "persisted 1", "worked 1", "request 4"
    friend bool operator==(const Seen&, const Seen&) = default;
};

inline bool is_request(const Seen& seen) {
    return seen.what.rfind("request ", 0) == 0;
}

class Scripted {
public:
    using Message = Letter;
    using Operation = Number;
    using Result = Number;
    using Record = Number;
    using Cell = Number;
    using Box = Outbox<Scripted>;
    using Storage = StorageView<Scripted>;
    /// `storage` is not null in a recover step.
    using Script = std::function<void(const Seen& seen, const Storage* storage, Env& env, Box& out)>;

    Scripted(std::shared_ptr<std::vector<Seen>> log, Script script)
        : log_(std::move(log)), script_(std::move(script)) {}

    void step(Env& env, const Input<Scripted>& input, Box& out) {
        const Storage* storage = nullptr;
        const auto number = [](const char* what, std::uint64_t value) { return what + std::to_string(value); };
        const std::string what =
            std::visit(Overloaded{[](Start) { return std::string("start"); },
                                  [&](const Recover<Scripted>& r) {
                                      storage = &r.storage;
                                      return std::string("recover");
                                  },
                                  [&](const Receive<Scripted>& r) {
                                      return number("receive ", r.message.number) + number(" from ", r.from.value);
                                  },
                                  [&](Expire e) { return number("expire ", e.timer.value); },
                                  [&](Persisted p) { return number("persisted ", p.ticket.value); },
                                  [&](Worked w) { return number("worked ", w.ticket.value); },
                                  [&](const Request<Scripted>& r) { return number("request ", r.operation.value); }},
                       input);
        const Seen seen{env.self, env.now, what};
        if (log_) log_->push_back(seen);
        if (script_) script_(seen, storage, env, out);
    }

private:
    std::shared_ptr<std::vector<Seen>> log_;
    Script script_;
};

inline constexpr EventKind kind_stroke{kind_first_load};
inline constexpr EventKind kind_request{kind_first_load + 1};

inline Time at(Duration since_start) {
    return time_zero + since_start;
}

inline LinkSpec link_of(Duration latency, std::optional<std::int64_t> bandwidth = {}) {
    LinkSpec link;
    link.latency = Distribution::constant(static_cast<double>(latency.count()));
    link.bandwidth = bandwidth;
    return link;
}

/// A star of nodes with one core each (FIFO), one scripted process on each node. All have started.
struct Setting {
    std::uint32_t nodes = 2;
    LinkSpec link = link_of(10us);
    Fidelity fidelity = Fidelity::latency;
    DiskSpec disk = {};
    std::uint64_t seed = 1;
    Execution execution = Execution::merged;
    Domains domains = Domains::per_node;
    std::string_view processes = {};  ///< the node of each process, a digit each; empty: one on each node
};

class ClusterWorld {
public:
    using Stroke = std::function<void(Cluster&)>;

    explicit ClusterWorld(const Setting& setting, Scripted::Script script = {})
        : log(std::make_shared<std::vector<Seen>>()), cluster(spec_of(setting), network_of(setting)) {
        std::vector<NodeId> nodes;
        for (const char digit : setting.processes) nodes.push_back(NodeId(static_cast<std::size_t>(digit - '0')));
        if (nodes.empty())
            for (std::uint32_t i = 0; i < setting.nodes; ++i) nodes.push_back(NodeId(i));
        const auto entries = log;
        cluster.add_host<Scripted>(nodes, [entries, script](std::uint32_t) { return Scripted(entries, script); });
        load_ = cluster.add_load_entity(nodes.front());
        lookahead_ = cluster.network().lookahead();
        cluster.start();
    }

    Kernel& kernel() { return cluster.kernel(); }
    bool small() const { return cluster.small(); }
    void approach(const Event& event, Distance distance) const { cluster.approach(event, distance); }
    bool alive(const Event& event) const { return cluster.alive(event); }
    void handle(const Event& event) {
        if (event.kind() == kind_stroke) {
            const Stroke stroke = strokes_[event.payload];
            stroke(cluster);
        } else if (event.kind() == kind_request) {
            // The load's own event waits at a paused node like everything else.
            if (!cluster.defer(cluster.node_of(ProcessId(0u)), event)) request(0, event.payload);
        } else if (event.kind() == kind_fault) {
            injector->handle(cluster, event, roles);
        } else {
            cluster.handle(event);
        }
    }

    /// The world's own doing, at a time.
    void strike(Duration when, Stroke stroke) {
        strokes_.push_back(std::move(stroke));
        const auto index = static_cast<std::uint32_t>(strokes_.size() - 1);
        kernel().schedule(EntityId(0u), EntityId(0u), at(when), kind_stroke, index);
    }
    /// A request at process 0 by the load, at a time.
    void request_at(Duration when, std::uint32_t number) {
        kernel().schedule(load_, load_, at(when), kind_request, number);
    }
    bool request(std::size_t process, std::uint64_t number) {
        const bool taken = cluster.request<Number, Number>(ProcessId(process), RequestId{number}, Number{number});
        cluster.settle();
        return taken;
    }
    RunEnd play(Time until = time_max, std::uint64_t shuffle = 0) {
        RunLimits limits;
        limits.until = until;
        limits.shuffle_seed = shuffle;
        if (lookahead_ > Duration(0) && lookahead_ != Duration::max()) limits.lookahead = lookahead_;
        return run(*this, limits);
    }

    /// What a process saw after its start, in order, without its times.
    std::vector<std::string> inputs(std::size_t process) const {
        std::vector<std::string> out;
        for (const Seen& seen : *log)
            if (seen.process == ProcessId(process) && seen.what != "start") out.push_back(seen.what);
        return out;
    }
    /// When an input came to a process; in order.
    std::vector<Time> times(std::size_t process, const std::string& what) const {
        std::vector<Time> out;
        for (const Seen& seen : *log)
            if (seen.process == ProcessId(process) && seen.what == what) out.push_back(seen.at);
        return out;
    }

    std::shared_ptr<std::vector<Seen>> log;
    Cluster cluster;
    std::optional<FaultInjector> injector;
    FaultInjector::Roles roles;

private:
    static ClusterSpec spec_of(const Setting& setting) {
        NodeSpec node;
        node.disk = setting.disk;
        for (const auto& row : models::disciplines())
            if (row.name == "fifo") node.discipline = row.make(Settings{});
        ClusterSpec spec;
        spec.seed = setting.seed;
        spec.execution = setting.execution;
        spec.domains = setting.domains;
        spec.kinds = {node};
        return spec;
    }
    static Network network_of(const Setting& setting) {
        return Network(make_topology(Star{setting.nodes}), setting.link, setting.fidelity);
    }

    std::vector<Stroke> strokes_;
    EntityId load_;
    Duration lookahead_{};
};

inline DiskSpec disk_of(Duration fsync, std::int64_t bandwidth = 0) {
    return {Distribution::constant(static_cast<double>(fsync.count())), bandwidth};
}

using Inputs = std::vector<std::string>;
using Times = std::vector<Time>;

}  // namespace orrery::test
