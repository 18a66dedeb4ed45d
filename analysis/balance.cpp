#include "analysis/balance.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/base/check.hpp"

namespace orrery::analysis {

namespace {

struct Node {
    double per_capacity;
    double weight;
    double load;
};

std::vector<Node> sorted_nodes(std::span<const double> loads, std::span<const double> weights) {
    std::vector<Node> nodes;
    nodes.reserve(loads.size());
    for (std::size_t i = 0; i < loads.size(); ++i) {
        ORRERY_CHECK(std::isfinite(loads[i]) && loads[i] >= 0,
                     "a load is not negative, got " + std::to_string(loads[i]));
        ORRERY_CHECK(std::isfinite(weights[i]) && weights[i] > 0,
                     "a weight is positive, got " + std::to_string(weights[i]));
        nodes.push_back({loads[i] / weights[i], weights[i], loads[i]});
    }
    // Sums run in this order, so that renumbering the nodes cannot change a bit of the result.
    std::sort(nodes.begin(), nodes.end(), [](const Node& a, const Node& b) {
        return a.per_capacity != b.per_capacity ? a.per_capacity < b.per_capacity : a.load < b.load;
    });
    return nodes;
}

}  // namespace

Balance balance_of(std::span<const double> loads) {
    return balance_of(loads, std::vector<double>(loads.size(), 1.0));
}

Balance balance_of(std::span<const double> loads, std::span<const double> weights) {
    ORRERY_CHECK(loads.size() == weights.size(), "there must be one weight for each load");
    if (loads.empty()) return {};
    const auto nodes = sorted_nodes(loads, weights);

    double total = 0;
    double capacity = 0;
    for (const Node& node : nodes) {
        total += node.load;
        capacity += node.weight;
    }
    if (total == 0) return {1, 0, 1, 0, 1.0 / static_cast<double>(nodes.size())};

    const double mean = total / capacity;
    double squares = 0;  // of deviations, in units of the mean
    double below = 0;    // load of the nodes before this one
    double lorenz = 0;   // twice the area under the Lorenz curve, times total and capacity
    for (const Node& node : nodes) {
        const double deviation = node.per_capacity / mean - 1;
        squares += node.weight * deviation * deviation;
        lorenz += node.weight * (2 * below + node.load);
        below += node.load;
    }
    const double variance = squares / capacity;
    return {nodes.back().per_capacity / mean, std::sqrt(variance), 1 / (1 + variance),
            std::max(0.0, 1 - lorenz / (total * capacity)), nodes.back().load / total};
}

}  // namespace orrery::analysis
