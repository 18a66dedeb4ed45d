#include "sim/cluster/topology.hpp"

#include "sim/base/check.hpp"

namespace orrery {

namespace {

std::uint32_t checked_nodes(std::uint64_t nodes, const std::string& parameter) {
    if (nodes == 0 || nodes > Topology::nodes_max)
        throw ParameterError(parameter, "this makes " + std::to_string(nodes) + " nodes; 1 to " +
                                            std::to_string(Topology::nodes_max) + " are possible");
    return static_cast<std::uint32_t>(nodes);
}

bool inside(const Topology& topology, const Vertex& vertex, Scope scope, std::uint32_t index) {
    if (const auto* at = std::get_if<SwitchId>(&vertex)) return topology.group(*at, scope) == index;
    const Place place = topology.place(std::get<NodeId>(vertex));
    switch (scope) {
        case Scope::rack:
            return place.rack == index;
        case Scope::zone:
            return place.zone == index;
        case Scope::region:
            return place.region == index;
    }
    return false;
}

}  // namespace

Topology::Topology(Size size, const std::string& parameter)
    : nodes_(checked_nodes(size.nodes, parameter)), switches_(static_cast<std::uint32_t>(size.switches)), ports_(0) {
    const std::uint64_t ports = 2 * size.nodes + size.ports_between_switches;
    constexpr std::uint64_t ports_max = std::uint64_t{1} << 31;
    if (ports > ports_max || size.switches > ports_max)
        throw ParameterError(parameter, "this makes " + std::to_string(ports) + " ports; at most " +
                                            std::to_string(ports_max) + " are possible");
    ports_ = static_cast<std::uint32_t>(ports);
}

std::vector<PortId> Topology::route(NodeId from, NodeId to, std::uint64_t flow) const {
    std::vector<PortId> out;
    if (from == to) return out;
    std::optional<PortId> port = first_port(from, to, flow);
    while (port) {
        out.push_back(*port);
        ORRERY_CHECK(out.size() <= ports_, "a route passes more ports than there are");
        port = next_port(*port, to, flow);
    }
    return out;
}

PortEnds Topology::ends(PortId port) const {
    ORRERY_CHECK(port.value < ports_, "port " + std::to_string(port.value) + " is none of " + std::to_string(ports_));
    if (is_uplink(port)) {
        const NodeId node(port.index());
        return {node, attachment(node)};
    }
    if (is_downlink(port)) {
        const NodeId node(port.index() - nodes_);
        return {attachment(node), node};
    }
    return ends_between_switches(index_between_switches(port));
}

PortOwner Topology::owner(PortId port) const {
    if (is_uplink(port)) return NodeId(port.index());
    if (is_downlink(port)) return NodeId(port.index() - nodes_);
    return ends(port).to;
}

Boundary Topology::boundary(Scope scope, std::uint32_t index) const {
    Boundary out;
    for (std::uint32_t i = 0; i < ports_; ++i) {
        const PortId port{std::size_t{i}};
        const PortEnds both = ends(port);
        const bool from = inside(*this, both.from, scope, index);
        const bool to = inside(*this, both.to, scope, index);
        if (from && !to) out.outgoing.push_back(port);
        if (to && !from) out.incoming.push_back(port);
    }
    return out;
}

std::uint32_t Topology::pick(std::uint64_t flow, std::uint32_t at, NodeId to, std::uint32_t choices) {
    // The switch takes part in the hash, or all switches would split alike and upper paths stay unused (polarisation).
    const std::uint64_t salt = (std::uint64_t{at} << 32 | to.value) + 1;
    const std::uint64_t hash = mix64(mix64(flow + golden_step) + salt * golden_step);
    return static_cast<std::uint32_t>((hash >> 32) * choices >> 32);
}

}  // namespace orrery
