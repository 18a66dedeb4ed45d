// Star, leaf-spine and fat-tree: routes by arithmetic.
#include "sim/base/check.hpp"
#include "sim/cluster/topology_shapes.hpp"

namespace orrery {

namespace {

std::vector<NodeId> consecutive(std::uint32_t first, std::uint32_t count) {
    std::vector<NodeId> out;
    out.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) out.push_back(NodeId(std::size_t{first} + i));
    return out;
}

class StarTopology final : public Topology {
public:
    explicit StarTopology(const Star& spec) : Topology({spec.nodes, 1, 0}, "nodes") {}

    SwitchId attachment(NodeId) const override { return SwitchId(0); }
    LinkTraits traits(PortId) const override { return {}; }
    Place place(NodeId) const override { return {}; }
    std::uint32_t count(Scope) const override { return 1; }
    std::vector<NodeId> members(Scope, std::uint32_t) const override { return consecutive(0, nodes()); }
    std::optional<std::uint32_t> group(SwitchId, Scope) const override { return 0; }

private:
    PortId next_from_switch(PortId, NodeId to, std::uint64_t) const override { return downlink(to); }
    PortEnds ends_between_switches(std::uint32_t) const override {
        invariant_broken(__FILE__, __LINE__, "false", "a star has no ports between switches");
    }
};

// Switches: leaves [0, racks), then spines. Ports between switches: leaf r to spine s at r * spines + s, then spine s
// to leaf r at (racks + r) * spines + s.
class LeafSpineTopology final : public Topology {
public:
    explicit LeafSpineTopology(const LeafSpine& spec)
        : Topology({std::uint64_t{spec.racks} * spec.nodes_per_rack, std::uint64_t{spec.racks} + spec.spines,
                    2 * std::uint64_t{spec.racks} * spec.spines},
                   "racks"),
          spec_(spec) {
        if (spec.spines == 0 && spec.racks > 1)
            throw ParameterError("spines", "several racks need at least one spine to connect them");
    }

    SwitchId attachment(NodeId node) const override { return SwitchId(rack(node)); }
    LinkTraits traits(PortId port) const override {
        return port.value < 2 * nodes() ? LinkTraits{} : spec_.spine_links;
    }
    Place place(NodeId node) const override { return {0, 0, rack(node)}; }
    std::uint32_t count(Scope scope) const override { return scope == Scope::rack ? spec_.racks : 1; }
    std::vector<NodeId> members(Scope scope, std::uint32_t index) const override {
        if (scope == Scope::rack) return consecutive(index * spec_.nodes_per_rack, spec_.nodes_per_rack);
        return consecutive(0, nodes());
    }
    std::optional<std::uint32_t> group(SwitchId at, Scope scope) const override {
        if (scope != Scope::rack) return 0;
        if (at.value < spec_.racks) return at.value;
        return {};
    }

private:
    std::uint32_t rack(NodeId node) const { return node.value / spec_.nodes_per_rack; }

    PortId next_from_switch(PortId at, NodeId to, std::uint64_t flow) const override {
        const std::uint32_t target = rack(to);
        if (is_uplink(at)) {
            const std::uint32_t here = rack(NodeId(at.index()));
            if (here == target) return downlink(to);
            return between_switches(std::uint64_t{here} * spec_.spines + pick(flow, here, to, spec_.spines));
        }
        const std::uint32_t index = index_between_switches(at);
        const std::uint32_t up = spec_.racks * spec_.spines;
        if (index >= up) return downlink(to);
        return between_switches(std::uint64_t{up} + std::uint64_t{target} * spec_.spines + index % spec_.spines);
    }
    PortEnds ends_between_switches(std::uint32_t index) const override {
        const std::uint32_t up = spec_.racks * spec_.spines;
        const std::uint32_t pair = index < up ? index : index - up;
        const SwitchId leaf(pair / spec_.spines);
        const SwitchId spine(std::size_t{spec_.racks} + pair % spec_.spines);
        return index < up ? PortEnds{leaf, spine} : PortEnds{spine, leaf};
    }

    LeafSpine spec_;
};

std::uint64_t cube_over_four(std::uint32_t k) {
    return std::uint64_t{k} * k * k / 4;
}

// With h = k / 2: switches are edges (pod * h + edge), aggregations (pod * h + aggregation), cores (aggregation * h +
// core). Each of the four kinds of ports between switches has as many as there are nodes, n = k h^2:
//     [0, n)   edge to aggregation     (pod * h + edge) * h + aggregation
//     [n, 2n)  aggregation to edge     (pod * h + aggregation) * h + edge
//     [2n, 3n) aggregation to core     (pod * h + aggregation) * h + core
//     [3n, 4n) core to aggregation     (aggregation * h + core) * k + pod
class FatTreeTopology final : public Topology {
public:
    explicit FatTreeTopology(const FatTree& spec)
        : Topology({cube_over_four(spec.k), std::uint64_t{spec.k} * spec.k * 5 / 4, 4 * cube_over_four(spec.k)}, "k"),
          spec_(spec),
          half_(spec.k / 2) {
        if (spec.k % 2 != 0)
            throw ParameterError("k", "found " + std::to_string(spec.k) +
                                          "; a fat-tree is built of switches with an even number of ports");
    }

    SwitchId attachment(NodeId node) const override { return SwitchId(edge(node)); }
    LinkTraits traits(PortId port) const override {
        if (port.value < 2 * nodes()) return {};
        return index_between_switches(port) < 2 * nodes() ? spec_.aggregation_links : spec_.core_links;
    }
    Place place(NodeId node) const override { return {0, pod(node), edge(node)}; }
    std::uint32_t count(Scope scope) const override {
        switch (scope) {
            case Scope::rack:
                return spec_.k * half_;
            case Scope::zone:
                return spec_.k;
            case Scope::region:
                return 1;
        }
        return 0;
    }
    std::vector<NodeId> members(Scope scope, std::uint32_t index) const override {
        const std::uint32_t size = nodes() / count(scope);
        return consecutive(index * size, size);
    }
    std::optional<std::uint32_t> group(SwitchId at, Scope scope) const override {
        if (scope == Scope::region) return 0;
        const std::uint32_t edges = spec_.k * half_;
        if (at.value < edges) return scope == Scope::rack ? at.value : at.value / half_;
        if (at.value < 2 * edges && scope == Scope::zone) return (at.value - edges) / half_;
        return {};
    }

private:
    std::uint32_t edge(NodeId node) const { return node.value / half_; }
    std::uint32_t pod(NodeId node) const { return node.value / (half_ * half_); }

    PortId next_from_switch(PortId at, NodeId to, std::uint64_t flow) const override {
        if (is_uplink(at)) {
            const std::uint32_t here = edge(NodeId(at.index()));
            if (here == edge(to)) return downlink(to);
            return between_switches(std::uint64_t{here} * half_ + pick(flow, here, to, half_));
        }
        const std::uint32_t index = index_between_switches(at);
        const std::uint32_t kind = index / nodes();
        const std::uint32_t rest = index % nodes();
        if (kind == 0) {
            const std::uint32_t here = rest / (half_ * half_);
            const std::uint32_t aggregation = here * half_ + rest % half_;
            if (here == pod(to)) return down_to_edge(aggregation, to);
            return between_switches(std::uint64_t{2} * nodes() + std::uint64_t{aggregation} * half_ +
                                    pick(flow, spec_.k * half_ + aggregation, to, half_));
        }
        if (kind == 1) return downlink(to);
        if (kind == 2) {
            const std::uint32_t core = rest / half_ % half_ * half_ + rest % half_;
            return between_switches(std::uint64_t{3} * nodes() + std::uint64_t{core} * spec_.k + pod(to));
        }
        return down_to_edge(pod(to) * half_ + rest / spec_.k / half_, to);
    }
    PortId down_to_edge(std::uint32_t aggregation, NodeId to) const {
        return between_switches(std::uint64_t{nodes()} + std::uint64_t{aggregation} * half_ + edge(to) % half_);
    }

    PortEnds ends_between_switches(std::uint32_t index) const override {
        const std::uint32_t edges = spec_.k * half_;
        const std::uint32_t kind = index / nodes();
        const std::uint32_t rest = index % nodes();
        const std::uint32_t first = rest / half_;          // of kinds 0 to 2: pod * h + what the port leaves
        const std::uint32_t base = first / half_ * half_;  // pod * h
        if (kind == 0) return {SwitchId(first), SwitchId(std::size_t{edges} + base + rest % half_)};
        if (kind == 1) return {SwitchId(std::size_t{edges} + first), SwitchId(std::size_t{base} + rest % half_)};
        if (kind == 2)
            return {SwitchId(std::size_t{edges} + first),
                    SwitchId(std::size_t{2} * edges + first % half_ * half_ + rest % half_)};
        const std::uint32_t core = rest / spec_.k;
        return {SwitchId(std::size_t{2} * edges + core),
                SwitchId(std::size_t{edges} + rest % spec_.k * half_ + core / half_)};
    }

    FatTree spec_;
    std::uint32_t half_;
};

}  // namespace

std::unique_ptr<Topology> make_topology(const Star& spec) {
    return std::make_unique<StarTopology>(spec);
}
std::unique_ptr<Topology> make_topology(const LeafSpine& spec) {
    return std::make_unique<LeafSpineTopology>(spec);
}
std::unique_ptr<Topology> make_topology(const FatTree& spec) {
    return std::make_unique<FatTreeTopology>(spec);
}

}  // namespace orrery
