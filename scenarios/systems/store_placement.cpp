#include "scenarios/systems/store_placement.hpp"

#include <algorithm>

#include "sim/cluster/fault.hpp"

namespace orrery {

using models::Member;
using models::MemberId;

std::optional<StorePlacement> place_store(const Settings& settings, std::uint32_t nodes, Errors& errors) {
    const auto replicas = static_cast<std::uint32_t>(settings.integer("replicas"));
    const auto clients = static_cast<std::uint32_t>(settings.integer("clients"));
    const bool by_proxy = settings.text("routing") == "proxy";
    const auto proxies = by_proxy ? static_cast<std::uint32_t>(settings.integer("proxies")) : 0u;
    const bool dedicated = settings.text("placement") == "dedicated";
    const std::uint32_t others = dedicated ? 1 + clients + proxies : 0;
    if (clients + proxies > nodes || others + replicas > nodes) {
        errors.add(settings.where(), "'system': " + std::to_string(replicas) + " replicas" +
                                         (dedicated ? ", the coordinator, " : ", ") + std::to_string(clients) +
                                         " clients and " + std::to_string(proxies) + " proxies do not fit on " +
                                         std::to_string(nodes) + " nodes");
        return {};
    }
    StorePlacement placement;
    if (dedicated) {
        for (std::uint32_t i = 0; i < nodes; ++i) {
            auto& whose = i == 0 || i >= others ? placement.storage
                          : i <= clients        ? placement.clients
                                                : placement.proxies;
            if (i > 0) whose.push_back(NodeId(i));
        }
        return placement;
    }
    for (std::uint32_t i = 0; i < nodes; ++i) {
        placement.storage.push_back(NodeId(i));
        if (std::uint64_t{i} * clients % nodes < clients) placement.clients.push_back(NodeId(i));
        if (std::uint64_t{i} * proxies % nodes < proxies) placement.proxies.push_back(NodeId(i));
    }
    return placement;
}

std::vector<DeclaredChange> declared_changes(const Settings& settings, const Assembly& assembly,
                                             const std::vector<NodeId>& storage) {
    std::vector<DeclaredChange> out;
    const std::vector<Choice>& items = settings.items("changes");
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Settings& item = items[i].settings;
        if (item.has("join") == item.has("leave"))
            assembly.errors.add(item.where(), "a change names either the nodes that `join` or those that `leave`");
        if (item.duration("at") >= assembly.scenario.duration())
            assembly.errors.add(item.where("at"),
                                "'at': the run is over by then; it must be before the end of `duration`");
        for (const char* kind : {"join", "leave"}) {
            if (!item.has(kind)) continue;
            Settings nodes;
            nodes.set("node", item.list(kind));
            try {
                for (const NodeId node : resolve_targets(nodes, assembly.cluster.network().topology()).nodes) {
                    const auto place = std::lower_bound(storage.begin(), storage.end(), node);
                    if (place == storage.end() || *place != node)
                        throw ParameterError("node", "node " + std::to_string(node.value) +
                                                         " is none of the store's; these are " +
                                                         std::to_string(storage.front().value) + " to " +
                                                         std::to_string(storage.back().value));
                    DeclaredChange change;
                    change.what =
                        "system.changes[" + std::to_string(i) + "] " + kind + " node " + std::to_string(node.value);
                    change.at = time_zero + item.duration("at");
                    change.change.kind = std::string_view(kind) == "join" ? models::MemberChange::Kind::join
                                                                          : models::MemberChange::Kind::leave;
                    change.change.member = MemberId(static_cast<std::size_t>(place - storage.begin()));
                    out.push_back(std::move(change));
                }
            } catch (const ParameterError& error) {
                assembly.errors.add(item.where(kind), std::string("'") + kind + "': " + error.message());
            }
        }
    }
    return out;
}

std::vector<Member> store_members(const Settings& settings, const Cluster& cluster,
                                  const std::vector<NodeId>& storage) {
    const Topology& topology = cluster.network().topology();
    std::vector<Member> out;
    for (std::size_t i = 0; i < storage.size(); ++i) {
        Member member;
        member.id = MemberId(i);
        member.name = "node-" + std::to_string(storage[i].value);
        const NodeSpec& node = cluster.spec(storage[i]);
        const std::string& weights = settings.text("weights");
        if (weights == "cores") member.weight = 1e-6 * node.server.speed.millionths * node.server.cores;
        if (weights == "memory" && node.memory > 0) member.weight = static_cast<double>(node.memory) / (1 << 30);
        out.push_back(std::move(member));
    }
    const auto name_of = [&](Scope scope, std::string Member::*field) {
        for (std::uint32_t i = 0; i < topology.count(scope); ++i)
            for (const NodeId node : topology.members(scope, i)) {
                const auto place = std::lower_bound(storage.begin(), storage.end(), node);
                if (place != storage.end() && *place == node)
                    out[static_cast<std::size_t>(place - storage.begin())].*field = std::to_string(i);
            }
    };
    name_of(Scope::rack, &Member::rack);
    name_of(Scope::zone, &Member::zone);
    return out;
}

}  // namespace orrery
