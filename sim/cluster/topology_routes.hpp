/// All shortest paths of a graph: for each pair of vertices, the arcs that begin a path of least latency and, among
/// those, of fewest hops (Dijkstra from every destination, by Boost.Graph).
///
/// Construction O(V (A + V) log V), memory 16 bytes a pair of vertices and 4 a next arc; queries O(1).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/base/time.hpp"

namespace orrery {

class Routes {
public:
    struct Arc {
        std::uint32_t from = 0;
        std::uint32_t to = 0;
        Duration latency{};  ///< not negative
    };
    struct Distance {
        Duration latency{};
        std::uint32_t hops = 0;
        friend bool operator==(const Distance&, const Distance&) = default;
    };

    Routes(std::uint32_t vertices, const std::vector<Arc>& arcs);

    /// Nothing if there is no path.
    std::optional<Distance> distance(std::uint32_t from, std::uint32_t to) const;
    /// Indices of arcs that leave `from` on a shortest path to `to`, ascending; empty if `from == to` or without a
    /// path.
    std::span<const std::uint32_t> next(std::uint32_t from, std::uint32_t to) const;

private:
    std::size_t pair(std::uint32_t from, std::uint32_t to) const { return std::size_t{to} * vertices_ + from; }

    std::uint32_t vertices_;
    std::vector<Distance> distances_;
    std::vector<std::uint32_t> first_;  // of each pair, into next_; one more at the end
    std::vector<std::uint32_t> next_;
};

}  // namespace orrery
