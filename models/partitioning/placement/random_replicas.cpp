/// random_replicas: every partition on nodes of its own choice.
///
/// The first replica is on a node drawn at random; the others on nodes drawn from all, or, with a `window` of w, from
/// the w nodes that follow the first one in order of id (as Facebook's HDFS does, so that fewer sets of nodes hold all
/// replicas of something: Borthakur and others, SIGMOD 2011, section 5; Cidon and others, USENIX ATC 2013, section 2).
#include <algorithm>

#include "models/partitioning/catalog.hpp"
#include "models/partitioning/placement/spread_choice.hpp"

namespace orrery::models {

namespace {

class RandomReplicas final : public ReplicaPlacement {
public:
    RandomReplicas(SpreadOver spread, std::size_t window) : spread_(spread), window_(window) {}
    std::unique_ptr<ReplicaPlacement> clone() const override { return std::make_unique<RandomReplicas>(*this); }

    ReplicaMap place(std::span<const Member> given, const PlacementSpec& spec, RandomStream& random) const override {
        check_placement(given, spec);
        const auto nodes = by_id(given);
        const Apart apart(nodes, spread_, spec.replicas);
        const std::size_t around = window_ == 0 ? nodes.size() - 1 : std::min(window_, nodes.size() - 1);
        if (around + 1 < spec.replicas)
            throw PlacementError("a window of " + std::to_string(window_) + " nodes is too small for " +
                                 std::to_string(spec.replicas) + " replicas");
        std::vector<MemberId> flat;
        flat.reserve(spec.partitions * spec.replicas);
        std::vector<std::uint32_t> placed;
        for (std::size_t p = 0; p < spec.partitions; ++p) {
            const auto first = static_cast<std::uint32_t>(random.below(nodes.size()));
            placed.assign(1, first);
            std::size_t refused = 0;
            while (placed.size() < spec.replicas) {
                const auto node = static_cast<std::uint32_t>((first + 1 + random.below(around)) % nodes.size());
                if (apart.may_join(node, placed)) {
                    placed.push_back(node);
                } else if (++refused > 1000 * around) {
                    throw PlacementError("the window behind node '" + nodes[first].name +
                                         "' has too few racks or zones");
                }
            }
            for (const std::uint32_t node : placed) flat.push_back(nodes[node].id);
        }
        return {spec.replicas, std::move(flat)};
    }

    PlacementPromise promise() const override {
        PlacementPromise promise;
        promise.spread = promised(spread_);
        promise.max_over_mean = 1.35;
        return promise;
    }

private:
    SpreadOver spread_;
    std::size_t window_;
};

}  // namespace

Row<ReplicaPlacement> random_replicas_row() {
    Table table{
        {spread_parameter(),
         {"window", Kind::count, "0", 0, 1e9, "followers come from so many nodes behind the first; 0: from all"}}};
    return {"random_replicas", "a random node and random others, from all nodes or from a window behind it",
            "RAMCloud, GFS; Facebook's HDFS (Cidon et al., USENIX ATC 2013, section 2)", std::move(table),
            [](const Settings& settings) {
                return std::make_unique<RandomReplicas>(spread_of(settings),
                                                        static_cast<std::size_t>(settings.integer("window")));
            }};
}

}  // namespace orrery::models
