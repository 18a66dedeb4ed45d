/// ring_successors: a partition's owner on a ring of virtual nodes, and the next nodes clockwise (Karger and others,
/// STOC 1997; DeCandia and others, "Dynamo", SOSP 2007, section 4.3), passing over nodes whose rack or zone has a
/// replica where that is asked for.
///
/// Points depend on names alone: a node that leaves takes its replicas and no other; with `spread`, one that takes its
/// place may in turn make room for another.
#include "models/partitioning/catalog.hpp"
#include "models/partitioning/placement/cassandra.hpp"
#include "models/partitioning/placement/spread_choice.hpp"

namespace orrery::models {

namespace {

class RingSuccessors final : public ReplicaPlacement {
public:
    RingSuccessors(SpreadOver spread, std::size_t virtual_nodes) : spread_(spread), virtual_nodes_(virtual_nodes) {}
    std::unique_ptr<ReplicaPlacement> clone() const override { return std::make_unique<RingSuccessors>(*this); }

    ReplicaMap place(std::span<const Member> given, const PlacementSpec& spec, RandomStream&) const override {
        check_placement(given, spec);
        const auto nodes = by_id(given);
        const Apart apart(nodes, spread_, spec.replicas);
        const TokenRing ring = token_ring(nodes, virtual_nodes_);
        std::vector<MemberId> flat;
        flat.reserve(spec.partitions * spec.replicas);
        std::vector<std::uint32_t> placed;
        for (std::size_t p = 0; p < spec.partitions; ++p) {
            const std::size_t entry = ring.entry_of(static_cast<std::int64_t>(mix64(p + golden_step)));
            placed.clear();
            for (std::size_t i = 0; placed.size() < spec.replicas; ++i) {
                const std::uint32_t node = ring.owners[(entry + i) % ring.owners.size()];
                if (apart.may_join(node, placed)) placed.push_back(node);
            }
            for (const std::uint32_t node : placed) flat.push_back(nodes[node].id);
        }
        return {spec.replicas, std::move(flat)};
    }

    PlacementPromise promise() const override {
        PlacementPromise promise;
        promise.spread = promised(spread_);
        promise.max_over_mean = virtual_nodes_ >= 64 ? 1.6 : 20;
        promise.moved_factor = spread_ == SpreadOver::nodes ? 1 : 2;
        return promise;
    }

private:
    SpreadOver spread_;
    std::size_t virtual_nodes_;
};

}  // namespace

Row<ReplicaPlacement> ring_successors_row() {
    Table table{{spread_parameter(), {"virtual_nodes", Kind::count, "128", 1, 1e5, "points of each node on the ring"}}};
    return {"ring_successors",
            "the owner on a ring of virtual nodes and the next nodes clockwise, racks or zones apart if asked",
            "Karger et al., STOC 1997; Dynamo, SOSP 2007 (4.3)", std::move(table), [](const Settings& settings) {
                return std::make_unique<RingSuccessors>(spread_of(settings),
                                                        static_cast<std::size_t>(settings.integer("virtual_nodes")));
            }};
}

}  // namespace orrery::models
