// The rows of the family "topology": settings to specs.
#include <fstream>
#include <sstream>

#include "sim/cluster/topology_shapes.hpp"

namespace orrery {

namespace {

std::uint32_t number(const Settings& settings, std::string_view name) {
    return static_cast<std::uint32_t>(settings.integer(name));
}

std::optional<std::int64_t> bandwidth(const Settings& settings, std::string_view name) {
    if (!settings.has(name)) return {};
    return settings.integer(name);
}

LinkTraits traits(const Settings& settings, const std::string& level) {
    LinkTraits out;
    if (settings.has(level + "_latency")) out.latency = settings.duration(level + "_latency");
    out.bandwidth = bandwidth(settings, level + "_bandwidth");
    return out;
}

Parameter count(std::string name, std::optional<std::string> fallback, double most, std::string doc, double least = 1) {
    return {std::move(name), Kind::count, std::move(fallback), least, most, std::move(doc)};
}
Parameter latency_of(const std::string& level, const std::string& links) {
    return {level + "_latency",
            Kind::duration,
            "",
            0,
            1e15,
            "one-way latency of links " + links + "; without it, as the link section says"};
}
Parameter bandwidth_of(const std::string& level, const std::string& links) {
    return {level + "_bandwidth",
            Kind::bandwidth,
            "",
            1,
            1e15,
            "bandwidth of links " + links + "; without it, as the link section says"};
}

std::string contents(const std::string& path, const std::string& parameter, const std::string& source,
                     std::size_t bytes_max) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw ParameterError(parameter, "cannot read the file " + path + " (" + source + ")");
    std::string text(bytes_max + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad() || (file.fail() && !file.eof()))
        throw ParameterError(parameter, "cannot read the file " + path + " (is it a folder?)");
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > bytes_max)
        throw ParameterError(parameter, "the file " + path + " has more than " + std::to_string(bytes_max) + " bytes");
    return text;
}

LatencyMatrix matrix(const Settings& settings) {
    const auto meaning = settings.text("matrix_holds") == "round_trip" ? LatencyMatrix::Meaning::round_trip
                                                                       : LatencyMatrix::Meaning::one_way;
    std::vector<std::string> names;
    if (settings.has("regions")) names = settings.list("regions");
    if (settings.has("matrix_file") && settings.has("matrix"))
        throw ParameterError("matrix", "there is a matrix_file already; one of the two is possible");
    if (settings.has("matrix_file")) {
        const std::string& path = settings.text("matrix_file");
        const std::string text =
            contents(path, "matrix_file", "a table of latencies between regions", std::size_t{16} << 20);
        LatencyMatrix out = LatencyMatrix::parse_csv(text, meaning);
        return names.empty() ? out : out.only(names);
    }
    if (settings.has("matrix")) {
        LatencyMatrix out = LatencyMatrix::parse_rows(settings.list("matrix"), meaning);
        if (!names.empty() && names.size() != out.names.size())
            throw ParameterError("regions", "found " + std::to_string(names.size()) + " names for a matrix of " +
                                                std::to_string(out.names.size()) + " regions");
        if (!names.empty()) out.names = std::move(names);
        return out;
    }
    if (!settings.has("region_latency"))
        throw ParameterError("region_latency",
                             "without matrix and matrix_file, the latency between regions must be given");
    if (names.empty() && !settings.has("count"))
        throw ParameterError("count", "without regions, matrix and matrix_file, the number of regions must be given");
    const std::size_t size = names.empty() ? number(settings, "count") : names.size();
    LatencyMatrix out;
    for (std::size_t i = 0; i < size; ++i) {
        out.names.push_back(names.empty() ? "region-" + std::to_string(i) : names[i]);
        out.latencies.emplace_back(size, settings.duration("region_latency"));
        out.latencies.back()[i] = Duration(0);
    }
    return out;
}

Row<Topology> star_row() {
    return {"star",
            "all nodes on one switch",
            "the single-switch network of textbooks",
            {{count("nodes", {}, Topology::nodes_max, "number of nodes")}},
            [](const Settings& settings) { return make_topology(Star{number(settings, "nodes")}); }};
}

Row<Topology> leaf_spine_row() {
    return {"leaf_spine",
            "racks under leaf switches, each linked to every spine switch",
            "a two-stage folded Clos network",
            {{count("racks", {}, 65536, "number of racks"), count("nodes_per_rack", {}, 65536, "nodes in each rack"),
              count("spines", "2", 4096, "spine switches: so many equal paths between two racks"),
              latency_of("spine", "between leaves and spines"), bandwidth_of("spine", "between leaves and spines")}},
            [](const Settings& settings) {
                return make_topology(LeafSpine{number(settings, "racks"), number(settings, "nodes_per_rack"),
                                               number(settings, "spines"), traits(settings, "spine")});
            }};
}

Row<Topology> fat_tree_row() {
    return {"fat_tree",
            "k pods of k/2 racks of k/2 nodes with full bisection bandwidth",
            "Al-Fares, Loukissas, Vahdat, SIGCOMM 2008, section 3",
            {{count("k", {}, 128, "ports of a switch, even; makes k^3/4 nodes", 2),
              latency_of("aggregation", "between edge and aggregation switches"),
              bandwidth_of("aggregation", "between edge and aggregation switches"),
              latency_of("core", "between aggregation and core switches"),
              bandwidth_of("core", "between aggregation and core switches")}},
            [](const Settings& settings) {
                return make_topology(
                    FatTree{number(settings, "k"), traits(settings, "aggregation"), traits(settings, "core")});
            }};
}

Row<Topology> regions_row() {
    Table table;
    table.parameters = {
        {"regions", Kind::list, "", 0, 0, "names of the regions; of a matrix_file, the ones to take, in this order"},
        count("count", "", 1024, "number of regions, where neither names nor a matrix give it"),
        count("nodes_per_region", {}, Topology::nodes_max, "nodes in each region"),
        count("zones", "1", 1024, "zones in each region"),
        {"matrix", Kind::list, "", 0, 0,
         "latencies between regions, one text a row: [\"0ms 40ms\", \"40ms 0ms\"], row = from, column = to"},
        {"matrix_file", Kind::text, "", 0, 0, "the same as a CSV file in milliseconds with a header of names"},
        {"matrix_holds", Kind::choice, "one_way", 0, 0, "what the numbers of a matrix are", {"one_way", "round_trip"}},
        {"region_latency", Kind::duration, "", 0, 1e15,
         "one-way latency between any two regions, where there is no matrix"},
        {"zone_latency", Kind::duration, "500us", 0, 1e15,
         "one-way latency between two zones of a region (a diagonal of the matrix that is not zero goes first)"},
        {"region_bandwidth", Kind::bandwidth, "", 1, 1e15,
         "bandwidth between two zones of different regions; without it, as the link section says"},
        {"zone_bandwidth", Kind::bandwidth, "", 1, 1e15,
         "bandwidth between two zones of a region; without it, as the link section says"},
    };
    return {"regions", "regions of zones of nodes, with a matrix of latencies between regions",
            "cloud regions and availability zones", std::move(table), [](const Settings& settings) {
                return make_topology(Regions{matrix(settings), number(settings, "nodes_per_region"),
                                             number(settings, "zones"), settings.duration("zone_latency"),
                                             bandwidth(settings, "zone_bandwidth"),
                                             bandwidth(settings, "region_bandwidth")});
            }};
}

std::unique_ptr<Topology> from_graphml(const Settings& settings) {
    const std::string& path = settings.text("file");
    const std::string text = contents(path, "file",
                                      "GraphML, for instance of the Internet Topology Zoo, "
                                      "github.com/mroughan/InternetTopologyZoo, licence CC BY 4.0",
                                      Graphml::bytes_max);
    try {
        return make_topology(GraphmlNetwork{parse_graphml(text), number(settings, "hosts_per_vertex"),
                                            settings.real("stretch"), settings.duration("latency_least"),
                                            settings.duration("latency_missing"),
                                            bandwidth(settings, "bandwidth_missing")});
    } catch (const GraphmlError& error) {
        throw ParameterError("file", path + ": " + error.what());
    }
}

Row<Topology> graphml_row() {
    Table table;
    table.parameters = {
        {"file", Kind::text, {}, 0, 0, "a GraphML file"},
        count("hosts_per_vertex", "1", 1e6, "nodes at each vertex of the largest connected part"),
        {"stretch", Kind::real, "1", 1, 100, "length of the fibre over the great-circle distance; 1.5 to 2 is usual"},
        {"latency_least", Kind::duration, "10us", 0, 1e15, "least latency of an edge: both ends may stand in one city"},
        {"latency_missing", Kind::duration, "1ms", 0, 1e15, "latency of an edge with an end without coordinates"},
        {"bandwidth_missing", Kind::bandwidth, "", 1, 1e15,
         "bandwidth of an edge without LinkSpeedRaw; without it, as the link section says"},
    };
    return {"graphml",
            "a measured network from a GraphML file; latency by distance, shortest paths, equal-cost multipath",
            "Internet Topology Zoo: Knight et al., IEEE JSAC 29(9), 2011; paths by Boost.Graph", std::move(table),
            from_graphml};
}

}  // namespace

std::vector<Row<Topology>> topologies() {
    return {star_row(), leaf_spine_row(), fat_tree_row(), regions_row(), graphml_row()};
}

}  // namespace orrery
