/// A reader of the part of GraphML that network maps use (the Internet Topology Zoo in particular).
///
/// Read: <key> declarations with `for`, `attr.name` and <default>; one undirected <graph>; <node id>; <edge source
/// target>; <data key>. Of the attributes, wherever a file keeps them: nodes' `label`, `Latitude`, `Longitude`
/// (degrees), `hyperedge`; edges' `LinkSpeedRaw` (bit/s). All other data is read over. Parallel edges, edges from a
/// vertex to itself and vertices without edges are kept.
///
/// Refused with an error: no XML, a document type declaration, elements nested deeper than 32, a file above 8 MiB, more
/// than 2,048 vertices or 65,536 edges, two vertices of one id, an edge to an unknown vertex, directed or nested
/// graphs, <hyperedge> elements (not the Zoo's hyperedge vertices), coordinates or speeds that are no numbers or out of
/// range.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

struct GraphmlError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Degrees north and east.
struct Coordinates {
    double latitude = 0;
    double longitude = 0;
};

struct Graphml {
    static constexpr std::size_t bytes_max = std::size_t{8} << 20;
    static constexpr std::size_t vertices_max = 2048;
    static constexpr std::size_t edges_max = 65536;

    enum class Role : std::uint8_t { site, hyperedge };
    struct Vertex {
        std::string id;
        std::string label;
        std::optional<Coordinates> coordinates;  ///< nothing unless the file has both
        Role role = Role::site;
    };
    struct Edge {
        std::uint32_t source = 0;  ///< index into vertices
        std::uint32_t target = 0;
        std::optional<std::int64_t> speed;  ///< bit/s; nothing where the file has none, or zero
    };

    std::vector<Vertex> vertices;  ///< in the order of the file
    std::vector<Edge> edges;       ///< likewise
};

/// Linear in the text. Throws `GraphmlError`.
Graphml parse_graphml(std::string_view text);

}  // namespace orrery
