#include "models/partitioning/placement/cassandra.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "models/partitioning/catalog.hpp"
#include "models/partitioning/placement/nodes.hpp"

namespace orrery::models {

std::size_t TokenRing::entry_of(std::int64_t token) const {
    const auto found = std::lower_bound(tokens.begin(), tokens.end(), token);
    return found == tokens.end() ? 0 : static_cast<std::size_t>(found - tokens.begin());
}

TokenRing token_ring(std::span<const Member> nodes, std::size_t tokens_per_node) {
    std::vector<std::pair<std::int64_t, std::uint32_t>> entries;
    for (std::uint32_t n = 0; n < nodes.size(); ++n) {
        RandomStream tokens = stream_of(stream_key(purpose_code(nodes[n].name), "token", 0));
        for (std::size_t i = 0; i < tokens_per_node; ++i)
            entries.emplace_back(static_cast<std::int64_t>(tokens.next()), n);
    }
    std::sort(entries.begin(), entries.end());
    TokenRing ring;
    for (const auto& [token, owner] : entries) {
        ring.tokens.push_back(token);
        ring.owners.push_back(owner);
    }
    return ring;
}

std::vector<std::uint32_t> simple_strategy(const TokenRing& ring, std::size_t entry, std::size_t replicas) {
    std::vector<std::uint32_t> out;
    for (std::size_t i = 0; i < ring.owners.size() && out.size() < replicas; ++i) {
        const std::uint32_t node = ring.owners[(entry + i) % ring.owners.size()];
        if (std::find(out.begin(), out.end(), node) == out.end()) out.push_back(node);
    }
    return out;
}

namespace {

/// What one zone still has to get.
struct ZoneQuota {
    std::size_t left = 0;
    std::size_t repeats = 0;  ///< nodes of racks that have one already
    std::set<std::string> racks_used = {};
};

std::map<std::string, ZoneQuota> quotas_of(std::span<const Member> nodes,
                                           const std::map<std::string, std::size_t>& replicas) {
    std::map<std::string, std::set<std::string>> racks;
    std::map<std::string, std::size_t> counts;
    for (const Member& node : nodes) {
        racks[node.zone].insert(node.rack);
        ++counts[node.zone];
    }
    std::map<std::string, ZoneQuota> quotas;
    for (const auto& [zone, count] : replicas) {
        const std::size_t in_racks = racks[zone].size();
        quotas[zone] = {std::min(count, counts[zone]), count > in_racks ? count - in_racks : 0};
    }
    return quotas;
}

}  // namespace

std::vector<std::uint32_t> network_topology_strategy(const TokenRing& ring, std::size_t entry,
                                                     std::span<const Member> nodes,
                                                     const std::map<std::string, std::size_t>& replicas) {
    auto quotas = quotas_of(nodes, replicas);
    std::vector<std::uint32_t> out;
    for (std::size_t i = 0; i < ring.owners.size(); ++i) {
        const std::uint32_t node = ring.owners[(entry + i) % ring.owners.size()];
        const auto quota = quotas.find(nodes[node].zone);
        if (quota == quotas.end() || quota->second.left == 0) continue;
        if (std::find(out.begin(), out.end(), node) != out.end()) continue;
        if (!quota->second.racks_used.insert(nodes[node].rack).second) {
            if (quota->second.repeats == 0) continue;
            --quota->second.repeats;
        }
        --quota->second.left;
        out.push_back(node);
    }
    return out;
}

namespace {

enum class Strategy : std::uint8_t { simple, network_topology };

/// `total` over the zones by name, the first ones one more.
std::map<std::string, std::size_t> by_zone(std::span<const Member> nodes, std::size_t total) {
    std::map<std::string, std::size_t> counts;
    for (const Member& node : nodes) ++counts[node.zone];
    std::map<std::string, std::size_t> replicas;
    std::size_t zones_left = counts.size();
    for (const auto& [zone, nodes_there] : counts) {
        replicas[zone] = (total + zones_left - 1) / zones_left;
        if (replicas[zone] > nodes_there)
            throw PlacementError("zone '" + zone + "' has " + std::to_string(nodes_there) + " nodes for " +
                                 std::to_string(replicas[zone]) + " replicas");
        total -= replicas[zone];
        --zones_left;
    }
    return replicas;
}

class CassandraPlacement final : public ReplicaPlacement {
public:
    CassandraPlacement(Strategy strategy, std::size_t tokens) : strategy_(strategy), tokens_(tokens) {}
    std::unique_ptr<ReplicaPlacement> clone() const override { return std::make_unique<CassandraPlacement>(*this); }

    ReplicaMap place(std::span<const Member> given, const PlacementSpec& spec, RandomStream&) const override {
        check_placement(given, spec);
        const auto nodes = by_id(given);
        const TokenRing ring = token_ring(nodes, tokens_);
        std::map<std::string, std::size_t> zones;
        if (strategy_ == Strategy::network_topology) zones = by_zone(nodes, spec.replicas);
        std::vector<MemberId> flat;
        flat.reserve(spec.partitions * spec.replicas);
        for (std::size_t p = 0; p < spec.partitions; ++p) {
            // Partitions are equal slices of the tokens.
            const auto slice = static_cast<std::uint64_t>((static_cast<UnsignedWide>(p) << 64) / spec.partitions);
            const std::size_t entry = ring.entry_of(static_cast<std::int64_t>(slice));
            const auto placed = strategy_ == Strategy::simple ? simple_strategy(ring, entry, spec.replicas)
                                                              : network_topology_strategy(ring, entry, nodes, zones);
            for (const std::uint32_t node : placed) flat.push_back(nodes[node].id);
        }
        return {spec.replicas, std::move(flat)};
    }

    PlacementPromise promise() const override {
        PlacementPromise promise;
        // Of a node's share, with v tokens: a standard deviation of about 1 / sqrt(v).
        promise.max_over_mean = tokens_ >= 16 ? 2.5 : 20;
        promise.moved_factor = strategy_ == Strategy::simple ? 1 : 2;
        if (strategy_ == Strategy::network_topology) promise.spread = PlacementPromise::Spread::best_effort;
        return promise;
    }

private:
    Strategy strategy_;
    std::size_t tokens_;
};

Row<ReplicaPlacement> cassandra_row(std::string name, std::string summary, std::string source, Strategy strategy) {
    Table table{{{"tokens", Kind::count, "16", 1, 1e5, "tokens of each node (num_tokens)"}}};
    return {
        std::move(name), std::move(summary), std::move(source), std::move(table), [strategy](const Settings& settings) {
            return std::make_unique<CassandraPlacement>(strategy, static_cast<std::size_t>(settings.integer("tokens")));
        }};
}

}  // namespace

Row<ReplicaPlacement> cassandra_simple_row() {
    return cassandra_row("cassandra_simple", "the next different nodes on a ring of tokens, racks ignored",
                         "Apache Cassandra 5, SimpleStrategy", Strategy::simple);
}

Row<ReplicaPlacement> cassandra_network_topology_row() {
    return cassandra_row("cassandra_network_topology",
                         "replicas split over zones; in each the next nodes on the ring, new racks first",
                         "Apache Cassandra 5, NetworkTopologyStrategy", Strategy::network_topology);
}

}  // namespace orrery::models
