#include "models/partitioning/placement_contract.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "models/partitioning/placement/nodes.hpp"
#include "models/partitioning/shrink.hpp"

namespace orrery::models {

namespace {

using Findings = std::vector<std::string>;
using Spread = PlacementPromise::Spread;

struct Cluster {
    std::vector<Member> nodes;
    PlacementSpec spec;
};

/// Thrown and caught in this file only: a promise that is broken.
struct Broken {
    std::string promise;
};

void require(bool holds, const char* promise) {
    if (!holds) throw Broken{promise};
}

Member node_of(std::size_t n, std::size_t zone, std::size_t rack) {
    return {MemberId(n), "node-" + std::to_string(n), 1, "z" + std::to_string(zone), "r" + std::to_string(rack)};
}

Cluster random_cluster(RandomStream& script) {
    Cluster cluster;
    const auto zones = 1 + static_cast<std::size_t>(script.below(3));
    const auto racks = 1 + static_cast<std::size_t>(script.below(4));
    const auto nodes = 1 + static_cast<std::size_t>(script.below(24));
    for (std::size_t n = 0; n < nodes; ++n) {
        const auto zone = static_cast<std::size_t>(script.below(zones));
        cluster.nodes.push_back(node_of(n * 3, zone, static_cast<std::size_t>(script.below(racks))));
    }
    cluster.spec.replicas = 1 + static_cast<std::size_t>(script.below(std::min<std::size_t>(4, nodes)));
    cluster.spec.partitions = static_cast<std::size_t>(script.below(60));
    return cluster;
}

std::vector<Cluster> smaller(const Cluster& cluster) {
    std::vector<Cluster> out;
    for (std::size_t i = cluster.nodes.size(); i-- > 0;) {
        out.push_back(cluster);
        out.back().nodes.erase(out.back().nodes.begin() + static_cast<std::ptrdiff_t>(i));
    }
    for (const std::size_t fewer : {cluster.spec.partitions / 2, cluster.spec.partitions - 1}) {
        if (fewer >= cluster.spec.partitions) continue;
        out.push_back(cluster);
        out.back().spec.partitions = fewer;
    }
    if (cluster.spec.replicas > 1) {
        out.push_back(cluster);
        --out.back().spec.replicas;
    }
    return out;
}

std::string describe(const Cluster& cluster) {
    std::string text = std::to_string(cluster.spec.replicas) + " replicas of " +
                       std::to_string(cluster.spec.partitions) + " partitions on";
    for (const Member& node : cluster.nodes) text += " " + node.name + "/" + node.zone + "/" + node.rack;
    return text;
}

/// Whether a promise of apartness can be kept at all.
bool fits(const Cluster& cluster, Spread spread) {
    const NodeRacks racks(cluster.nodes);
    if (spread == Spread::racks) return racks.racks >= cluster.spec.replicas;
    if (spread == Spread::zones) return racks.zones >= cluster.spec.replicas;
    return true;
}

/// Equally many nodes in every rack.
bool evenly_racked(const Cluster& cluster) {
    const NodeRacks racks(cluster.nodes);
    std::map<std::uint32_t, std::size_t> in_rack;
    std::map<std::uint32_t, std::set<std::uint32_t>> in_zone;
    for (std::size_t n = 0; n < cluster.nodes.size(); ++n) {
        ++in_rack[racks.rack[n]];
        in_zone[racks.zone[n]].insert(racks.rack[n]);
    }
    const auto same = [](const auto& sizes, auto size_of) {
        return std::all_of(sizes.begin(), sizes.end(),
                           [&](const auto& one) { return size_of(one) == size_of(*sizes.begin()); });
    };
    return same(in_rack, [](const auto& one) { return one.second; }) &&
           same(in_zone, [](const auto& one) { return one.second.size(); });
}

void judge(const Cluster& cluster, const ReplicaMap& map, Spread spread) {
    require(map.partitions() == cluster.spec.partitions || cluster.spec.partitions == 0,
            "the map has another number of partitions");
    require(map.partitions() == 0 || map.replicas() == cluster.spec.replicas, "the map has another number of replicas");
    const NodeRacks racks(cluster.nodes);
    std::map<MemberId, std::size_t> places;
    for (std::size_t n = 0; n < cluster.nodes.size(); ++n) places[cluster.nodes[n].id] = n;
    const bool even = evenly_racked(cluster);
    for (std::size_t p = 0; p < map.partitions(); ++p) {
        std::set<MemberId> nodes;
        std::set<std::uint32_t> in_racks;
        std::set<std::uint32_t> in_zones;
        for (const MemberId id : map.of(p)) {
            const auto found = places.find(id);
            require(found != places.end(), "a replica is on a node that does not exist");
            require(nodes.insert(id).second, "two replicas of a partition are on one node");
            in_racks.insert(racks.rack[found->second]);
            in_zones.insert(racks.zone[found->second]);
        }
        const std::size_t replicas = map.replicas();
        if (spread == Spread::racks) require(in_racks.size() == replicas, "replicas share a rack");
        if (spread == Spread::zones) require(in_zones.size() == replicas, "replicas share a zone");
        if (spread == Spread::best_effort && even)
            require(in_racks.size() == std::min(replicas, racks.racks),
                    "replicas share a rack although there are others");
    }
}

std::optional<std::string> broken_in(const ReplicaPlacement& placement, const Cluster& cluster, std::uint64_t seed) {
    const PlacementPromise promise = placement.promise();
    try {
        RandomStream random = stream_of(stream_key(seed, "placement", 0));
        RandomStream again = random;
        RandomStream reordered = random;
        ReplicaMap map;
        try {
            map = placement.place(cluster.nodes, cluster.spec, random);
        } catch (const PlacementError&) {
            // Some schemes need evenly filled zones; on what fits everywhere there is no excuse.
            if (!fits(cluster, promise.spread) || !evenly_racked(cluster)) return std::nullopt;
            if (cluster.nodes.size() < 2 * cluster.spec.replicas) return std::nullopt;
            const NodeRacks racks(cluster.nodes);
            if (cluster.nodes.size() / racks.zones * std::min(racks.zones, cluster.spec.replicas) <
                cluster.spec.replicas)
                return std::nullopt;
            throw;
        }
        require(fits(cluster, promise.spread), "accepts replicas that do not fit");
        judge(cluster, map, promise.spread);
        require(placement.clone()->place(cluster.nodes, cluster.spec, again) == map && again == random,
                "a clone answers otherwise, or draws otherwise");
        Cluster turned = cluster;
        std::reverse(turned.nodes.begin(), turned.nodes.end());
        if (promise.order == PlacementPromise::Order::ignored)
            require(placement.place(turned.nodes, turned.spec, reordered) == map,
                    "the order of the nodes changes the map");
    } catch (const Broken& broken) {
        return broken.promise;
    } catch (const std::exception& failure) {
        return std::string("throws: ") + failure.what();
    }
    return std::nullopt;
}

void check_random_clusters(const ReplicaPlacement& placement, std::uint64_t seed, Findings& findings) {
    RandomStream script = stream_of(stream_key(seed, "clusters", 0));
    for (int i = 0; i < 400; ++i) {
        const Cluster cluster = random_cluster(script);
        const auto broken = broken_in(placement, cluster, seed);
        if (!broken) continue;
        const Cluster small = shrink(
            cluster, [](const Cluster& one) { return smaller(one); },
            [&](const Cluster& one) { return broken_in(placement, one, seed) == broken; });
        findings.push_back(*broken + " (" + describe(small) + ")");
        return;
    }
}

Cluster even_cluster() {
    Cluster cluster;
    for (std::size_t n = 0; n < 24; ++n) cluster.nodes.push_back(node_of(n, n % 3, n / 3 % 2));
    cluster.spec = {24 * 300, 3};
    return cluster;
}

void check_balance(const ReplicaPlacement& placement, std::uint64_t seed, Findings& findings) {
    const Cluster cluster = even_cluster();
    RandomStream random = stream_of(stream_key(seed, "balance", 0));
    const ReplicaMap map = placement.place(cluster.nodes, cluster.spec, random);
    std::map<MemberId, std::size_t> held;
    for (std::size_t p = 0; p < map.partitions(); ++p)
        for (const MemberId node : map.of(p)) ++held[node];
    std::size_t most = 0;
    for (const auto& [node, count] : held) most = std::max(most, count);
    const double mean = static_cast<double>(cluster.spec.partitions * cluster.spec.replicas) / 24;
    if (static_cast<double>(most) > placement.promise().max_over_mean * mean)
        findings.push_back("the fullest node holds more than promised (" + std::to_string(most) + " of " +
                           std::to_string(static_cast<std::size_t>(mean)) + " on average)");
}

void check_moves(const ReplicaPlacement& placement, std::uint64_t seed, Findings& findings) {
    const double factor = placement.promise().moved_factor;
    if (factor == 0) return;
    Cluster cluster = even_cluster();
    RandomStream random = stream_of(stream_key(seed, "moves", 0));
    RandomStream again = random;
    const ReplicaMap before = placement.place(cluster.nodes, cluster.spec, random);
    const MemberId gone = cluster.nodes[7].id;
    cluster.nodes.erase(cluster.nodes.begin() + 7);
    const ReplicaMap after = placement.place(cluster.nodes, cluster.spec, again);
    double held = 0;
    double changed = 0;
    for (std::size_t p = 0; p < before.partitions(); ++p) {
        const auto now = after.of(p);
        for (const MemberId node : before.of(p)) {
            held += node == gone ? 1 : 0;
            changed += std::find(now.begin(), now.end(), node) == now.end() ? 1 : 0;
        }
    }
    if (changed > factor * held + (factor > 1 ? 5 * std::sqrt(factor * held) : 0))
        findings.push_back("a node that leaves changes more replicas than promised (" +
                           std::to_string(static_cast<std::size_t>(changed)) + " for " +
                           std::to_string(static_cast<std::size_t>(held)) + ")");
}

void check_refusals(const ReplicaPlacement& placement, Findings& findings) {
    const auto refused = [&](const char* what, auto spoil) {
        Cluster cluster = even_cluster();
        cluster.spec.partitions = 8;
        spoil(cluster);
        RandomStream random(1);
        try {
            placement.place(cluster.nodes, cluster.spec, random);
            findings.push_back(std::string("accepts ") + what);
        } catch (const PlacementError&) {
            return;
        } catch (const std::exception& failure) {
            findings.push_back(std::string("refuses ") + what +
                               " with another error than PlacementError: " + failure.what());
        }
    };
    refused("no replicas", [](Cluster& cluster) { cluster.spec.replicas = 0; });
    refused("more replicas than nodes", [](Cluster& cluster) { cluster.spec.replicas = 25; });
    refused("no nodes", [](Cluster& cluster) { cluster.nodes.clear(); });
    refused("a node twice", [](Cluster& cluster) { cluster.nodes.push_back(cluster.nodes[3]); });
    refused("a name twice", [](Cluster& cluster) { cluster.nodes[3].name = cluster.nodes[4].name; });
    refused("an empty name", [](Cluster& cluster) { cluster.nodes[3].name = ""; });
    refused("a weight of zero", [](Cluster& cluster) { cluster.nodes[3].weight = 0; });
    refused("a weight that is no number",
            [](Cluster& cluster) { cluster.nodes[3].weight = std::numeric_limits<double>::quiet_NaN(); });
    if (placement.promise().spread == Spread::racks)
        refused("more replicas than racks", [](Cluster& cluster) { cluster.spec.replicas = 7; });
    if (placement.promise().spread == Spread::zones)
        refused("more replicas than zones", [](Cluster& cluster) { cluster.spec.replicas = 4; });
}

}  // namespace

std::vector<std::string> check_placement_contract(const Row<ReplicaPlacement>& row, const Settings& settings,
                                                  std::uint64_t seed) {
    Findings findings;
    try {
        const auto placement = row.make(settings);
        check_random_clusters(*placement, seed, findings);
        check_balance(*placement, seed, findings);
        check_moves(*placement, seed, findings);
        check_refusals(*placement, findings);
    } catch (const std::exception& failure) {
        findings.push_back(std::string("throws: ") + failure.what());
    }
    return findings;
}

}  // namespace orrery::models
