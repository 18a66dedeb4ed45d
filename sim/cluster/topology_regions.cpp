#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "sim/base/units.hpp"
#include "sim/cluster/topology_shapes.hpp"

namespace orrery {

namespace {

constexpr std::size_t regions_max = 1024;

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(separator, at), text.size());
        out.push_back(trimmed(text.substr(at, end - at)));
        at = end + 1;
    }
    return out;
}

Duration one_way(Duration found, LatencyMatrix::Meaning meaning) {
    switch (meaning) {
        case LatencyMatrix::Meaning::one_way:
            return found;
        case LatencyMatrix::Meaning::round_trip:
            return Duration(found.count() / 2 + found.count() % 2);
    }
    return found;
}

Duration milliseconds(std::string_view text, const std::string& where) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || !(value >= 0 && value <= 1e9))
        throw ParameterError("matrix_file", where + ": found \"" + std::string(text.substr(0, 40)) +
                                                "\"; a latency in milliseconds is due, 0 to 1e9");
    return Duration(static_cast<std::int64_t>(std::floor(value * 1e6 + 0.5)));
}

// Switches: a zone z has switch z. Ports between switches: from zone a to zone b at a * (zones - 1) + (b < a ? b : b -
// 1).
class RegionsTopology final : public Topology {
public:
    explicit RegionsTopology(const Regions& spec)
        : Topology(size(spec), "nodes_per_region"),
          regions_(static_cast<std::uint32_t>(spec.matrix.latencies.size())),
          zones_(regions_ * spec.zones),
          spec_(spec) {
        if (spec.nodes_per_region < spec.zones)
            throw ParameterError("zones", "found " + std::to_string(spec.zones) + " zones for " +
                                              std::to_string(spec.nodes_per_region) +
                                              " nodes in a region; every zone needs a node");
    }

    SwitchId attachment(NodeId node) const override { return SwitchId(zone(node)); }
    LinkTraits traits(PortId port) const override {
        if (port.value < 2 * nodes()) return {};
        const auto [from, to] = zones_of(index_between_switches(port));
        const std::uint32_t home = from / spec_.zones;
        const std::uint32_t away = to / spec_.zones;
        const Duration latency = spec_.matrix.latencies[home][away];
        if (home == away) return {latency == Duration(0) ? spec_.zone_latency : latency, spec_.zone_bandwidth};
        return {latency, spec_.region_bandwidth};
    }
    Place place(NodeId node) const override { return {node.value / spec_.nodes_per_region, zone(node), zone(node)}; }
    std::uint32_t count(Scope scope) const override { return scope == Scope::region ? regions_ : zones_; }
    std::vector<NodeId> members(Scope scope, std::uint32_t index) const override {
        const std::uint32_t per = spec_.zones;
        std::uint64_t first = std::uint64_t{index} * spec_.nodes_per_region;
        std::uint64_t end = first + spec_.nodes_per_region;
        if (scope != Scope::region) {
            first = std::uint64_t{index / per} * spec_.nodes_per_region + first_in_zone(index % per);
            end = std::uint64_t{index / per} * spec_.nodes_per_region + first_in_zone(index % per + 1);
        }
        std::vector<NodeId> out;
        for (; first < end; ++first) out.push_back(NodeId(first));
        return out;
    }
    std::optional<std::uint32_t> group(SwitchId at, Scope scope) const override {
        return scope == Scope::region ? at.value / spec_.zones : at.value;
    }

private:
    static Size size(const Regions& spec) {
        const std::uint64_t regions = spec.matrix.latencies.size();
        const std::uint64_t zones = regions * spec.zones;
        if (zones > regions_max)
            throw ParameterError("zones", "this makes " + std::to_string(zones) + " zones in all; at most " +
                                              std::to_string(regions_max) +
                                              " are possible, for each two have a link of their own");
        if (zones == 0) throw ParameterError("regions", "there must be at least one region");
        return {regions * spec.nodes_per_region, zones, zones * (zones - 1)};
    }

    std::uint32_t first_in_zone(std::uint32_t zone) const {
        return static_cast<std::uint32_t>((std::uint64_t{zone} * spec_.nodes_per_region + spec_.zones - 1) /
                                          spec_.zones);
    }
    std::uint32_t zone(NodeId node) const {
        const std::uint32_t region = node.value / spec_.nodes_per_region;
        const std::uint64_t inside = node.value % spec_.nodes_per_region;
        return region * spec_.zones + static_cast<std::uint32_t>(inside * spec_.zones / spec_.nodes_per_region);
    }
    std::pair<std::uint32_t, std::uint32_t> zones_of(std::uint32_t index) const {
        const std::uint32_t from = index / (zones_ - 1);
        const std::uint32_t rest = index % (zones_ - 1);
        return {from, rest < from ? rest : rest + 1};
    }

    PortId next_from_switch(PortId at, NodeId to, std::uint64_t) const override {
        if (!is_uplink(at)) return downlink(to);
        const std::uint32_t here = zone(NodeId(at.index()));
        const std::uint32_t there = zone(to);
        if (here == there) return downlink(to);
        return between_switches(std::uint64_t{here} * (zones_ - 1) + (there < here ? there : there - 1));
    }
    PortEnds ends_between_switches(std::uint32_t index) const override {
        const auto [from, to] = zones_of(index);
        return {SwitchId(from), SwitchId(to)};
    }

    std::uint32_t regions_;
    std::uint32_t zones_;
    Regions spec_;
};

}  // namespace

LatencyMatrix LatencyMatrix::parse_csv(std::string_view text, Meaning meaning) {
    LatencyMatrix out;
    std::size_t line = 0;
    for (std::string_view row : split(text, '\n')) {
        ++line;
        if (row.empty()) continue;
        const std::vector<std::string_view> cells = split(row, ',');
        const std::string where = "line " + std::to_string(line);
        if (out.names.empty()) {
            for (std::size_t i = 1; i < cells.size(); ++i) out.names.emplace_back(cells[i]);
            if (out.names.empty() || out.names.size() > regions_max)
                throw ParameterError("matrix_file", where + ": found a header with " +
                                                        std::to_string(out.names.size()) + " regions; 1 to " +
                                                        std::to_string(regions_max) + " are possible");
            continue;
        }
        const std::size_t index = out.latencies.size();
        if (index == out.names.size() || cells[0] != out.names[index])
            throw ParameterError("matrix_file",
                                 where + ": found a row for \"" + std::string(cells[0]) +
                                     "\"; rows must follow the header's order, " +
                                     (index == out.names.size() ? "and there are more than in the header"
                                                                : "next is \"" + out.names[index] + "\""));
        if (cells.size() != out.names.size() + 1)
            throw ParameterError("matrix_file", where + ": found " + std::to_string(cells.size() - 1) +
                                                    " latencies; the header names " + std::to_string(out.names.size()) +
                                                    " regions");
        std::vector<Duration>& latencies = out.latencies.emplace_back();
        for (std::size_t i = 1; i < cells.size(); ++i)
            latencies.push_back(one_way(milliseconds(cells[i], where + ", column " + std::to_string(i + 1)), meaning));
    }
    if (out.names.empty() || out.latencies.size() != out.names.size())
        throw ParameterError("matrix_file",
                             "found " + std::to_string(out.latencies.size()) + " rows of latencies under a header of " +
                                 std::to_string(out.names.size()) + " regions; the matrix must be square");
    return out;
}

LatencyMatrix LatencyMatrix::parse_rows(const std::vector<std::string>& rows, Meaning meaning) {
    LatencyMatrix out;
    if (rows.empty() || rows.size() > regions_max)
        throw ParameterError("matrix", "found " + std::to_string(rows.size()) + " rows; 1 to " +
                                           std::to_string(regions_max) + " are possible");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::vector<Duration> latencies;
        for (const std::string_view cell : split(rows[i], ' ')) {
            if (cell.empty()) continue;
            const auto found = parse_duration(cell);
            if (!found) throw ParameterError("matrix", "row " + std::to_string(i) + ": " + found.error);
            if (*found < Duration(0))
                throw ParameterError("matrix", "row " + std::to_string(i) + ": found the latency " + std::string(cell) +
                                                   "; it must not be negative");
            latencies.push_back(one_way(*found, meaning));
        }
        if (latencies.size() != rows.size())
            throw ParameterError("matrix", "row " + std::to_string(i) + ": found " + std::to_string(latencies.size()) +
                                               " latencies in a matrix of " + std::to_string(rows.size()) +
                                               " rows; the matrix must be square");
        out.names.push_back("region-" + std::to_string(i));
        out.latencies.push_back(std::move(latencies));
    }
    return out;
}

LatencyMatrix LatencyMatrix::only(const std::vector<std::string>& wanted) const {
    std::vector<std::size_t> indices;
    for (const std::string& name : wanted) {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end()) {
            std::string known;
            for (const std::string& each : names) known += (known.empty() ? "" : ", ") + each;
            throw ParameterError("regions", "found \"" + name + "\"; the matrix holds " + known);
        }
        if (std::find(wanted.begin(), wanted.end(), name) !=
            wanted.begin() + static_cast<std::ptrdiff_t>(indices.size()))
            throw ParameterError("regions", "\"" + name + "\" stands there twice");
        indices.push_back(static_cast<std::size_t>(found - names.begin()));
    }
    LatencyMatrix out{wanted, {}};
    for (const std::size_t from : indices) {
        std::vector<Duration>& row = out.latencies.emplace_back();
        for (const std::size_t to : indices) row.push_back(latencies[from][to]);
    }
    return out;
}

std::unique_ptr<Topology> make_topology(const Regions& spec) {
    return std::make_unique<RegionsTopology>(spec);
}

}  // namespace orrery
