/// The shapes of networks that ship, from specs: what the rows of `topologies()` build from settings.
///
///     star        n nodes on one switch
///     leaf_spine  racks of nodes under a leaf switch each; every leaf is linked to every spine (a folded Clos network)
///     fat_tree    k pods of k/2 edge and k/2 aggregation switches, (k/2)^2 core switches, k^3/4 nodes: Al-Fares,
///                 Loukissas, Vahdat, "A Scalable, Commodity Data Center Network Architecture", SIGCOMM 2008, section 3
///     regions     regions of zones of nodes: a switch a zone, a link of its own between each two zones
///     graphml     a measured network: see `GraphmlNetwork`
///
/// All but graphml answer by arithmetic and keep no table: a star of a million nodes takes no more memory than one of
/// two.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/parameter.hpp"
#include "sim/cluster/graphml.hpp"
#include "sim/cluster/topology.hpp"

namespace orrery {

/// One rack. Route: up, down.
struct Star {
    std::uint32_t nodes = 1;
};
std::unique_ptr<Topology> make_topology(const Star& spec);

/// Node n stands in rack n / nodes_per_rack. Route: up, down inside a rack; up, leaf to spine, spine to leaf, down
/// between racks. Traits hold for the links between leaves and spines.
struct LeafSpine {
    std::uint32_t racks = 1;
    std::uint32_t nodes_per_rack = 1;
    std::uint32_t spines = 1;
    LinkTraits spine_links = {};
};
std::unique_ptr<Topology> make_topology(const LeafSpine& spec);

/// k is even. Racks are edge switches, zones are pods. Routes have 2, 4 or 6 ports.
struct FatTree {
    std::uint32_t k = 4;
    LinkTraits aggregation_links = {};  ///< edge to aggregation
    LinkTraits core_links = {};         ///< aggregation to core
};
std::unique_ptr<Topology> make_topology(const FatTree& spec);

/// One-way latencies between regions: row = from, column = to. Not necessarily symmetric. What stands on the diagonal,
/// if it is not zero, is the latency between two zones of that region.
struct LatencyMatrix {
    enum class Meaning : std::uint8_t { one_way, round_trip };

    std::vector<std::string> names;
    std::vector<std::vector<Duration>> latencies;

    /// A comma-separated table of milliseconds: a header "anything,name,...", then "name,number,..." in the header's
    /// order. A round trip counts half each way, rounded to the nanosecond. Throws `ParameterError` ("matrix_file").
    static LatencyMatrix parse_csv(std::string_view text, Meaning meaning);
    /// Rows of durations with units, "0ms 40ms 80ms". Throws `ParameterError` ("matrix").
    static LatencyMatrix parse_rows(const std::vector<std::string>& rows, Meaning meaning);
    /// The matrix of these regions only, in this order. Throws `ParameterError` ("regions") for a name it does not
    /// hold.
    LatencyMatrix only(const std::vector<std::string>& wanted) const;
};

/// Region r holds nodes [r, r + 1) * nodes_per_region, cut into `zones` runs of equal length (within one). A rack is a
/// zone. Route: up, down inside a zone; up, zone to zone, down elsewhere. The matrix' latencies are those of the link
/// between the zones' switches; both host links come on top.
struct Regions {
    LatencyMatrix matrix;
    std::uint32_t nodes_per_region = 1;
    std::uint32_t zones = 1;  ///< in each region
    Duration zone_latency{};  ///< between zones of a region whose diagonal is zero
    std::optional<std::int64_t> zone_bandwidth = {};
    std::optional<std::int64_t> region_bandwidth = {};
};
std::unique_ptr<Topology> make_topology(const Regions& spec);

/// A switch per vertex of the file, a link per edge.
///
/// Hosts: `hosts_per_vertex` on every vertex of the largest connected part (ties: the part with the first vertex),
/// except on hyperedge vertices, which stand for a shared medium and only pass on. Vertices outside that part stay
/// without nodes. Each vertex with hosts is a region, a zone and a rack of its own, numbered in the order of the file.
///
/// Latency of an edge: great-circle distance * stretch / 200,000 km/s (light in fibre), at least `latency_least`;
/// `latency_missing` where an end has no coordinates. Bandwidth: LinkSpeedRaw, else `bandwidth_missing`, else that of
/// the scenario's link section. Host links are as that section says.
///
/// Routes: least latency, then fewest hops; all equal ones are used (parallel edges are two ways). An edge from a
/// vertex to itself carries nothing. Memory: about 24 bytes a pair of vertices.
struct GraphmlNetwork {
    Graphml graph;
    std::uint32_t hosts_per_vertex = 1;
    double stretch = 1;
    Duration latency_least{};
    Duration latency_missing{};
    std::optional<std::int64_t> bandwidth_missing = {};
};
std::unique_ptr<Topology> make_topology(const GraphmlNetwork& spec);

/// Light in fibre over the great circle (haversine formula, a sphere of 6,371.0088 km), rounded to the nanosecond; the
/// same on every platform.
Duration great_circle_latency(Coordinates a, Coordinates b, double stretch);

}  // namespace orrery
