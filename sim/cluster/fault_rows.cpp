#include <string>
#include <utility>

#include "sim/cluster/fault.hpp"

namespace orrery {

namespace {

// A fault of nodes: what it does to one node, and how that is undone.
template <class Effect>
class NodeFault final : public Fault {
public:
    explicit NodeFault(Effect effect) : effect_(effect) {}
    std::unique_ptr<Fault> clone() const override { return std::make_unique<NodeFault>(*this); }
    Struck strike(Cluster& cluster, std::span<const NodeId> targets) const override {
        std::uint64_t effects = 0;
        for (const NodeId node : targets) effects += effect_.strike(cluster, node);
        return {{}, effects};
    }
    void heal(Cluster& cluster, std::span<const NodeId> targets, const Struck&) const override {
        for (const NodeId node : targets) effect_.heal(cluster, node);
    }
    std::string_view counted() const override { return Effect::counted; }

private:
    Effect effect_;
};

struct CrashNodes {
    static constexpr std::string_view counted = "nodes down";
    std::uint64_t strike(Cluster& cluster, NodeId node) const {
        const std::uint64_t effect = cluster.up(node) ? 1 : 0;
        cluster.crash(node);
        return effect;
    }
    void heal(Cluster& cluster, NodeId node) const { cluster.restart(node); }
};

struct CrashProcesses {
    static constexpr std::string_view counted = "processes down";
    std::uint64_t strike(Cluster& cluster, NodeId node) const {
        std::uint64_t effect = 0;
        for (const ProcessId process : cluster.processes_on(node)) {
            effect += cluster.running(process) ? 1u : 0u;
            cluster.crash(process);
        }
        return effect;
    }
    void heal(Cluster& cluster, NodeId node) const {
        for (const ProcessId process : cluster.processes_on(node)) cluster.restart(process);
    }
};

struct PauseNodes {
    static constexpr std::string_view counted = "nodes paused";
    std::uint64_t strike(Cluster& cluster, NodeId node) const {
        cluster.pause(node);
        return 1;
    }
    void heal(Cluster& cluster, NodeId node) const { cluster.resume(node); }
};

struct SlowNodes {
    static constexpr std::string_view counted = "nodes slowed";
    std::uint32_t millionths;
    std::uint64_t strike(Cluster& cluster, NodeId node) const {
        cluster.slow(node, millionths);
        return 1;
    }
    void heal(Cluster& cluster, NodeId node) const { cluster.unslow(node, millionths); }
};

enum class Facing : std::uint8_t { both, out, in };

Facing facing(const Settings& settings) {
    const std::string& text = settings.text("direction");
    return text == "out" ? Facing::out : text == "in" ? Facing::in : Facing::both;
}

class PartitionFault final : public Fault {
public:
    explicit PartitionFault(Facing facing) : facing_(facing) {}
    std::unique_ptr<Fault> clone() const override { return std::make_unique<PartitionFault>(*this); }
    Struck strike(Cluster& cluster, std::span<const NodeId> targets) const override {
        Partition cut;
        cut.side.assign(targets.begin(), targets.end());
        if (facing_ != Facing::both) cut.direction = Partition::Direction::side_to_other;
        if (facing_ == Facing::in) {
            // From the rest to the targets.
            std::vector<NodeId> rest;
            std::size_t next = 0;
            for (std::uint32_t i = 0; i < cluster.nodes(); ++i) {
                if (next < targets.size() && targets[next] == NodeId(i)) {
                    ++next;
                } else {
                    rest.push_back(NodeId(i));
                }
            }
            cut.other = std::exchange(cut.side, std::move(rest));
        }
        return {cluster.network().strike(std::move(cut), cluster.kernel().now()), 0};
    }
    void heal(Cluster& cluster, std::span<const NodeId>, const Struck& struck) const override {
        cluster.network().heal(*struck.network, cluster.kernel().now());
    }
    std::string_view counted() const override { return "messages dropped"; }

private:
    Facing facing_;
};

class LinkFaultOfNodes final : public Fault {
public:
    LinkFaultOfNodes(LinkEffect effect, Facing facing, std::string_view counted)
        : effect_(std::move(effect)), facing_(facing), counted_(counted) {}
    std::unique_ptr<Fault> clone() const override { return std::make_unique<LinkFaultOfNodes>(*this); }
    Struck strike(Cluster& cluster, std::span<const NodeId> targets) const override {
        const Topology& topology = cluster.network().topology();
        LinkFault fault{effect_, {}};
        for (const NodeId node : targets) {
            if (facing_ != Facing::in) fault.ports.push_back(topology.uplink(node));
            if (facing_ != Facing::out) fault.ports.push_back(topology.downlink(node));
        }
        return {cluster.network().strike(std::move(fault), cluster.kernel().now()), 0};
    }
    void heal(Cluster& cluster, std::span<const NodeId>, const Struck& struck) const override {
        cluster.network().heal(*struck.network, cluster.kernel().now());
    }
    std::string_view counted() const override { return counted_; }
    bool draws() const override {
        return !std::holds_alternative<LinkDown>(effect_) && !std::holds_alternative<LinkDelay>(effect_) &&
               !std::holds_alternative<LinkSlowdown>(effect_);
    }

private:
    LinkEffect effect_;
    Facing facing_;
    std::string_view counted_;
};

Table targets_and(std::vector<Parameter> more) {
    Table table = target_table();
    for (Parameter& parameter : more) table.parameters.push_back(std::move(parameter));
    return table;
}

Parameter direction() {
    return {"direction",
            Kind::choice,
            "both",
            0,
            0,
            "what the targets send (out), what they are sent (in), or both",
            {"both", "out", "in"}};
}

Parameter probability(const char* doc) {
    return {"probability", Kind::ratio, {}, 1e-9, 1, doc};
}

template <class Effect>
Row<Fault> link_row(const char* name, const char* summary, std::string_view counted, std::vector<Parameter> more,
                    Effect effect) {
    more.push_back(direction());
    return {name, summary, "", targets_and(std::move(more)), [effect, counted](const Settings& settings) {
                return std::make_unique<LinkFaultOfNodes>(effect(settings), facing(settings), counted);
            }};
}

std::unique_ptr<Fault> make_crash(const Settings& settings) {
    if (settings.has("process")) return std::make_unique<NodeFault<CrashProcesses>>(CrashProcesses{});
    return std::make_unique<NodeFault<CrashNodes>>(CrashNodes{});
}

std::unique_ptr<Fault> make_slow(const Settings& settings) {
    const auto millionths = static_cast<std::uint32_t>(settings.real("factor") * 1e6 + 0.5);
    return std::make_unique<NodeFault<SlowNodes>>(SlowNodes{millionths});
}

}  // namespace

std::vector<Row<Fault>> faults() {
    const Parameter factor{"factor", Kind::ratio, {}, 1e-6, 1, "speed of the cores, of what it was"};
    const Parameter extra{"extra", Kind::duration, {}, 1, 1e15, "added to every message's latency, each way"};
    const Parameter held{"by", Kind::duration, {}, 1, 1e15, "how long a message is held back"};
    return {
        {"crash", "nodes lose power (or their processes crash) and recover from disk when it ends", "", target_table(),
         make_crash},
        {"pause", "nodes stand still: a stop-the-world collection, a frozen virtual machine", "", target_table(),
         [](const Settings&) { return std::make_unique<NodeFault<PauseNodes>>(PauseNodes{}); }},
        {"slow", "nodes work at a part of their speed (gray failure)", "Huang et al., Gray Failure, HotOS 2017",
         targets_and({factor}), make_slow},
        {"partition", "nothing passes between the targets and the rest", "", targets_and({direction()}),
         [](const Settings& settings) { return std::make_unique<PartitionFault>(facing(settings)); }},
        link_row("link_down", "the targets' links carry nothing and lose what is on them", "messages dropped", {},
                 [](const Settings&) { return LinkEffect{LinkDown{}}; }),
        link_row("loss", "the targets' links lose messages", "messages dropped",
                 {probability("of each message, on each link")},
                 [](const Settings& s) { return LinkEffect{LinkLoss{s.real("probability")}}; }),
        link_row("delay", "the targets' links take longer", "messages delayed", {extra},
                 [](const Settings& s) { return LinkEffect{LinkDelay{s.duration("extra")}}; }),
        link_row("duplicate", "the targets' links double messages", "messages doubled",
                 {probability("of each message, on each link")},
                 [](const Settings& s) { return LinkEffect{LinkDuplication{s.real("probability")}}; }),
        link_row("reorder", "the targets' links hold messages back, so that later ones overtake them",
                 "messages held back", {probability("of each message, on each link"), held},
                 [](const Settings& s) {
                     return LinkEffect{LinkReordering{s.real("probability"), s.duration("by")}};
                 }),
    };
}

}  // namespace orrery
