/// crush: CRUSH rules (chooseleaf firstn over the failure domain) as a placement; see models/hashing/crush.
///
/// Partition p is Ceph's placement group p of pool 1. A partition for which 50 tries find no further domain (very
/// uneven weights) gets nodes of domains that are not used, by id.
#include <algorithm>

#include "models/hashing/crush/crush_tree.hpp"
#include "models/hashing/functions/rjenkins.hpp"
#include "models/partitioning/catalog.hpp"
#include "models/partitioning/placement/spread_choice.hpp"

namespace orrery::models {

namespace {

FailureDomain domain_of(SpreadOver spread) {
    switch (spread) {
        case SpreadOver::nodes:
            return FailureDomain::member;
        case SpreadOver::racks:
            return FailureDomain::rack;
        case SpreadOver::zones:
            break;
    }
    return FailureDomain::zone;
}

class CrushPlacement final : public ReplicaPlacement {
public:
    explicit CrushPlacement(SpreadOver spread) : spread_(spread) {}
    std::unique_ptr<ReplicaPlacement> clone() const override { return std::make_unique<CrushPlacement>(*this); }

    ReplicaMap place(std::span<const Member> given, const PlacementSpec& spec, RandomStream&) const override {
        check_placement(given, spec);
        const auto nodes = by_id(given);
        const Apart apart(nodes, spread_, spec.replicas);
        const CrushTree tree = tree_of(nodes);
        std::vector<MemberId> flat;
        flat.reserve(spec.partitions * spec.replicas);
        for (std::size_t p = 0; p < spec.partitions; ++p) {
            constexpr std::uint32_t pool = 1;
            const auto placed =
                tree.spread(rjenkins1(static_cast<std::uint32_t>(p), pool), domain_of(spread_), spec.replicas);
            flat.insert(flat.end(), placed.begin(), placed.end());
            if (placed.size() < spec.replicas) complete(flat, placed, nodes, apart, spec.replicas);
        }
        return {spec.replicas, std::move(flat)};
    }

    PlacementPromise promise() const override {
        PlacementPromise promise;
        promise.spread = promised(spread_);
        promise.max_over_mean = 1.35;
        // At most what a member's weight moves on each of three levels, for each replica, and those behind it.
        promise.moved_factor = 6;
        return promise;
    }

private:
    static CrushTree tree_of(std::span<const Member> nodes) {
        try {
            return CrushTree(nodes);
        } catch (const RingError& error) {
            throw PlacementError(error.what());
        }
    }

    static void complete(std::vector<MemberId>& flat, const std::vector<MemberId>& placed,
                         const std::vector<Member>& nodes, const Apart& apart, std::size_t replicas) {
        std::vector<std::uint32_t> used;
        for (const MemberId id : placed)
            used.push_back(static_cast<std::uint32_t>(
                std::find_if(nodes.begin(), nodes.end(), [&](const Member& node) { return node.id == id; }) -
                nodes.begin()));
        for (std::uint32_t n = 0; n < nodes.size() && used.size() < replicas; ++n) {
            if (!apart.may_join(n, used)) continue;
            used.push_back(n);
            flat.push_back(nodes[n].id);
        }
    }

    SpreadOver spread_;
};

}  // namespace

Row<ReplicaPlacement> crush_placement_row() {
    Table table{{spread_parameter()}};
    table.parameters.front().fallback = "nodes";
    return {"crush", "CRUSH: straw2 over zones, racks and nodes by weight, replicas in different failure domains",
            "Weil et al., SC 2006; Ceph 16, chooseleaf firstn", std::move(table),
            [](const Settings& settings) { return std::make_unique<CrushPlacement>(spread_of(settings)); }};
}

}  // namespace orrery::models
