#include <algorithm>
#include <charconv>
#include <string>

#include "sim/cluster/fault.hpp"

namespace orrery {

namespace {

std::uint32_t parse_index(std::string_view text, std::uint32_t count, const char* what) {
    std::uint32_t index = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    if (error != std::errc{} || end != text.data() + text.size() || index >= count)
        throw ParameterError(what, "'" + std::string(text) + "' is no " + what +
                                       " of this cluster; they are numbered 0 to " + std::to_string(count - 1));
    return index;
}

// "3" or "3..7"
void add_range(std::string_view text, const Topology& topology, const char* what, std::vector<NodeId>& nodes) {
    const std::size_t dots = text.find("..");
    const std::string_view low = text.substr(0, dots);
    const std::uint32_t first = parse_index(low, topology.nodes(), what);
    const std::uint32_t last =
        dots == std::string_view::npos ? first : parse_index(text.substr(dots + 2), topology.nodes(), what);
    if (last < first) throw ParameterError(what, "the range '" + std::string(text) + "' runs backwards");
    for (std::uint32_t i = first; i <= last; ++i) nodes.push_back(NodeId(i));
}

}  // namespace

Table target_table() {
    const auto list = [](const char* name, const char* doc) { return Parameter{name, Kind::list, "", 0, 0, doc}; };
    const auto index = [](const char* name, const char* doc) {
        return Parameter{name, Kind::count, "", 0, 1u << 24, doc};
    };
    return {{list("node", "nodes by number, each a number or a range: 3, [1, 4..7]"),
             list("process", "the processes on these nodes, the nodes themselves stay up (crash only)"),
             index("rack", "all nodes of a rack"), index("zone", "all nodes of a zone"),
             index("region", "all nodes of a region"),
             Parameter{"role", Kind::text, "", 0, 0, "whoever is in this role when it strikes (leader)"},
             Parameter{"fraction", Kind::ratio, "", 0, 1,
                       "only this part of the named nodes (of all, if none is named), drawn at each strike"}},
            {}};
}

Targets resolve_targets(const Settings& settings, const Topology& topology) {
    Targets targets;
    for (const char* name : {"node", "process"})
        if (settings.has(name))
            for (const std::string& text : settings.list(name)) add_range(text, topology, name, targets.nodes);
    constexpr std::pair<const char*, Scope> scopes[] = {
        {"rack", Scope::rack}, {"zone", Scope::zone}, {"region", Scope::region}};
    for (const auto& [name, scope] : scopes) {
        if (!settings.has(name)) continue;
        const std::int64_t index = settings.integer(name);
        if (index >= topology.count(scope))
            throw ParameterError(name, "this cluster has no " + std::string(name) + " " + std::to_string(index) +
                                           "; they are numbered 0 to " + std::to_string(topology.count(scope) - 1));
        for (const NodeId node : topology.members(scope, static_cast<std::uint32_t>(index)))
            targets.nodes.push_back(node);
    }
    if (settings.has("fraction")) targets.fraction = settings.real("fraction");
    if (settings.has("role")) {
        if (!targets.nodes.empty() || targets.fraction)
            throw ParameterError(
                "role", "a role names its nodes itself; leave out node, process, rack, zone, region and fraction");
        targets.role = settings.text("role");
        return targets;
    }
    if (targets.nodes.empty()) {
        if (!targets.fraction)
            throw ParameterError("node",
                                 "a fault names what it strikes: node, process, rack, zone, region, role or fraction");
        for (std::uint32_t i = 0; i < topology.nodes(); ++i) targets.nodes.push_back(NodeId(i));
    }
    std::sort(targets.nodes.begin(), targets.nodes.end());
    targets.nodes.erase(std::unique(targets.nodes.begin(), targets.nodes.end()), targets.nodes.end());
    return targets;
}

}  // namespace orrery
