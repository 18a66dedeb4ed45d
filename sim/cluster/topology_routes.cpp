#include "sim/cluster/topology_routes.hpp"

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <compare>
#include <limits>
#include <utility>

#include "sim/base/check.hpp"

namespace orrery {

namespace {

// Latency first, then hops. `far` absorbs: it is the distance of what cannot be reached.
struct Cost {
    std::int64_t latency = 0;
    std::uint32_t hops = 0;
    friend constexpr auto operator<=>(const Cost&, const Cost&) = default;
};
constexpr Cost far{std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::uint32_t>::max()};

struct Add {
    Cost operator()(const Cost& a, const Cost& b) const {
        if (a == far || b == far || a.latency > far.latency - b.latency) return far;
        return {a.latency + b.latency, a.hops + b.hops};
    }
};

using Graph = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, Cost, boost::no_property,
                                                 std::uint32_t, std::uint32_t>;

// Arcs turned round, so that one search from a destination finds the way there from everywhere.
Graph reversed(std::uint32_t vertices, const std::vector<Routes::Arc>& arcs) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> ends;
    std::vector<Cost> costs;
    for (const Routes::Arc& arc : arcs) {
        ends.emplace_back(arc.to, arc.from);
        costs.push_back({arc.latency.count(), 1});
    }
    return Graph(boost::edges_are_unsorted_multi_pass, ends.begin(), ends.end(), costs.begin(), vertices);
}

}  // namespace

Routes::Routes(std::uint32_t vertices, const std::vector<Arc>& arcs) : vertices_(vertices) {
    for (const Arc& arc : arcs)
        ORRERY_CHECK(arc.from < vertices && arc.to < vertices && arc.latency >= Duration(0),
                     "an arc of a graph of routes is out of range");
    std::vector<std::vector<std::uint32_t>> leaving(vertices);
    for (std::uint32_t i = 0; i < arcs.size(); ++i) leaving[arcs[i].from].push_back(i);

    const Graph graph = reversed(vertices, arcs);
    const auto index = boost::get(boost::vertex_index, graph);
    std::vector<Cost> cost(vertices);
    std::vector<std::uint32_t> before(vertices);
    distances_.reserve(std::size_t{vertices} * vertices);
    first_.reserve(std::size_t{vertices} * vertices + 1);
    for (std::uint32_t to = 0; to < vertices; ++to) {
        boost::dijkstra_shortest_paths(graph, to,
                                       boost::predecessor_map(boost::make_iterator_property_map(before.begin(), index))
                                           .distance_map(boost::make_iterator_property_map(cost.begin(), index))
                                           .weight_map(boost::get(boost::edge_bundle, graph))
                                           .distance_compare(std::less<Cost>())
                                           .distance_combine(Add())
                                           .distance_inf(far)
                                           .distance_zero(Cost{}));
        for (std::uint32_t from = 0; from < vertices; ++from) {
            first_.push_back(static_cast<std::uint32_t>(next_.size()));
            distances_.push_back({Duration(cost[from].latency), cost[from].hops});
            if (from == to || cost[from] == far) continue;
            for (const std::uint32_t arc : leaving[from])
                if (Add()(cost[arcs[arc].to], {arcs[arc].latency.count(), 1}) == cost[from]) next_.push_back(arc);
        }
    }
    first_.push_back(static_cast<std::uint32_t>(next_.size()));
}

std::optional<Routes::Distance> Routes::distance(std::uint32_t from, std::uint32_t to) const {
    const Distance& found = distances_[pair(from, to)];
    if (found.hops == far.hops) return {};
    return found;
}

std::span<const std::uint32_t> Routes::next(std::uint32_t from, std::uint32_t to) const {
    const std::size_t at = pair(from, to);
    return {next_.data() + first_[at], next_.data() + first_[at + 1]};
}

}  // namespace orrery
