#include <cmath>
#include <numeric>

#include "sim/base/check.hpp"
#include "sim/base/math.hpp"
#include "sim/cluster/topology_routes.hpp"
#include "sim/cluster/topology_shapes.hpp"

namespace orrery {

namespace {

// asin(x) / (2 pi) for 0 <= x <= 1, by Newton's method on the portable sine. Above 3/4 the complement is taken (which
// is below it), so that the slope is never small. From x / 2 pi on, five steps are more than doubles can tell.
double arcsine_turns(double x) {
    constexpr double two_pi = 6.283185307179586;
    if (x > 0.75) return 0.25 - arcsine_turns(std::sqrt(x < 1 ? (1 - x) * (1 + x) : 0));
    double turns = x / two_pi;
    for (int step = 0; step < 5; ++step)
        turns -= (portable_sin_turns(turns) - x) / (two_pi * portable_cos_turns(turns));
    return turns;
}

Duration edge_latency(const GraphmlNetwork& spec, const Graphml::Edge& edge) {
    const auto& a = spec.graph.vertices[edge.source].coordinates;
    const auto& b = spec.graph.vertices[edge.target].coordinates;
    if (!a || !b) return spec.latency_missing;
    return std::max(great_circle_latency(*a, *b, spec.stretch), spec.latency_least);
}

// The part of the graph that each vertex belongs to, named by its first vertex.
std::vector<std::uint32_t> parts(const Graphml& graph) {
    std::vector<std::uint32_t> part(graph.vertices.size());
    std::iota(part.begin(), part.end(), 0u);
    const auto root = [&part](std::uint32_t vertex) {
        while (part[vertex] != vertex) vertex = part[vertex] = part[part[vertex]];
        return vertex;
    };
    for (const Graphml::Edge& edge : graph.edges) {
        const std::uint32_t a = root(edge.source);
        const std::uint32_t b = root(edge.target);
        part[std::max(a, b)] = std::min(a, b);
    }
    for (std::uint32_t i = 0; i < part.size(); ++i) part[i] = root(i);
    return part;
}

// Vertices that get hosts, ascending.
std::vector<std::uint32_t> sites(const Graphml& graph) {
    const std::vector<std::uint32_t> part = parts(graph);
    std::vector<std::uint32_t> size(part.size());
    for (const std::uint32_t each : part) ++size[each];
    const auto largest = static_cast<std::uint32_t>(std::max_element(size.begin(), size.end()) - size.begin());
    std::vector<std::uint32_t> out;
    for (std::uint32_t i = 0; i < part.size(); ++i)
        if (part[i] == largest && graph.vertices[i].role == Graphml::Role::site) out.push_back(i);
    return out;
}

// Ports between switches: edge e (self-loops left out) from source to target at 2e, back at 2e + 1.
class GraphmlTopology final : public Topology {
public:
    explicit GraphmlTopology(const GraphmlNetwork& spec)
        : GraphmlTopology(spec, sites(spec.graph), carrying(spec.graph)) {}

    SwitchId attachment(NodeId node) const override { return SwitchId(sites_[site(node)]); }
    LinkTraits traits(PortId port) const override {
        if (port.value < 2 * nodes()) return {};
        return traits_[index_between_switches(port) / 2];
    }
    Place place(NodeId node) const override { return {site(node), site(node), site(node)}; }
    std::uint32_t count(Scope) const override { return static_cast<std::uint32_t>(sites_.size()); }
    std::vector<NodeId> members(Scope, std::uint32_t index) const override {
        std::vector<NodeId> out;
        for (std::uint32_t i = 0; i < hosts_; ++i) out.push_back(NodeId(std::size_t{index} * hosts_ + i));
        return out;
    }
    std::optional<std::uint32_t> group(SwitchId at, Scope) const override {
        const auto found = std::lower_bound(sites_.begin(), sites_.end(), at.value);
        if (found == sites_.end() || *found != at.value) return {};
        return static_cast<std::uint32_t>(found - sites_.begin());
    }
    std::vector<std::string> remarks() const override { return remarks_; }

private:
    GraphmlTopology(const GraphmlNetwork& spec, std::vector<std::uint32_t> sites, std::vector<Graphml::Edge> edges)
        : Topology({sites.size() * std::uint64_t{spec.hosts_per_vertex}, spec.graph.vertices.size(), 2 * edges.size()},
                   "hosts_per_vertex"),
          hosts_(spec.hosts_per_vertex),
          sites_(std::move(sites)),
          arcs_(arcs(spec, edges)),
          routes_(switches(), arcs_) {
        std::size_t speeds_missing = 0;
        std::size_t latencies_missing = 0;
        for (std::size_t i = 0; i < edges.size(); ++i) {
            const auto& edge = edges[i];
            traits_.push_back({arcs_[2 * i].latency, edge.speed ? edge.speed : spec.bandwidth_missing});
            speeds_missing += edge.speed ? 0 : 1;
            latencies_missing +=
                spec.graph.vertices[edge.source].coordinates && spec.graph.vertices[edge.target].coordinates ? 0 : 1;
        }
        remark(spec.graph.vertices.size() - sites_.size(),
               "vertices carry no hosts (hyperedges, or not connected to the largest part)");
        remark(spec.graph.edges.size() - edges.size(), "edges from a vertex to itself carry nothing");
        remark(latencies_missing, "edges have an end without coordinates and the latency_missing");
        remark(speeds_missing, spec.bandwidth_missing
                                   ? "edges have no LinkSpeedRaw and the bandwidth_missing"
                                   : "edges have no LinkSpeedRaw and the bandwidth of the link section");
    }

    static std::vector<Graphml::Edge> carrying(const Graphml& graph) {
        std::vector<Graphml::Edge> out;
        for (const Graphml::Edge& edge : graph.edges)
            if (edge.source != edge.target) out.push_back(edge);
        return out;
    }
    static std::vector<Routes::Arc> arcs(const GraphmlNetwork& spec, const std::vector<Graphml::Edge>& edges) {
        std::vector<Routes::Arc> out;
        for (const Graphml::Edge& edge : edges) {
            const Duration latency = edge_latency(spec, edge);
            out.push_back({edge.source, edge.target, latency});
            out.push_back({edge.target, edge.source, latency});
        }
        return out;
    }

    void remark(std::size_t count, const std::string& what) {
        if (count != 0) remarks_.push_back(std::to_string(count) + " " + what);
    }
    std::uint32_t site(NodeId node) const { return node.value / hosts_; }

    PortId next_from_switch(PortId at, NodeId to, std::uint64_t flow) const override {
        const std::uint32_t here =
            is_uplink(at) ? sites_[site(NodeId(at.index()))] : arcs_[index_between_switches(at)].to;
        const std::uint32_t there = sites_[site(to)];
        if (here == there) return downlink(to);
        const auto ways = routes_.next(here, there);
        ORRERY_CHECK(!ways.empty(), "two nodes of a network from GraphML are not connected");
        return between_switches(
            ways[ways.size() == 1 ? 0 : pick(flow, here, to, static_cast<std::uint32_t>(ways.size()))]);
    }
    PortEnds ends_between_switches(std::uint32_t index) const override {
        return {SwitchId(arcs_[index].from), SwitchId(arcs_[index].to)};
    }

    std::uint32_t hosts_;
    std::vector<std::uint32_t> sites_;  // vertex of each site, ascending
    std::vector<Routes::Arc> arcs_;     // by index between switches
    Routes routes_;
    std::vector<LinkTraits> traits_;  // by edge
    std::vector<std::string> remarks_;
};

}  // namespace

Duration great_circle_latency(Coordinates a, Coordinates b, double stretch) {
    constexpr double diameter_km = 2 * 6371.0088;
    constexpr double pi = 3.141592653589793;
    constexpr double nanoseconds_per_km = 1e9 / 200'000;
    const double rise = portable_sin_turns((b.latitude - a.latitude) / 720);
    const double turn = portable_sin_turns((b.longitude - a.longitude) / 720);
    const double product = portable_cos_turns(a.latitude / 360) * portable_cos_turns(b.latitude / 360);
    const double haversine = rise * rise + product * turn * turn;
    const double distance = diameter_km * 2 * pi * arcsine_turns(std::sqrt(haversine < 1 ? haversine : 1));
    return Duration(static_cast<std::int64_t>(std::floor(distance * stretch * nanoseconds_per_km + 0.5)));
}

std::unique_ptr<Topology> make_topology(const GraphmlNetwork& spec) {
    return std::make_unique<GraphmlTopology>(spec);
}

}  // namespace orrery
