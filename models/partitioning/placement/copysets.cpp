/// copysets: Copyset Replication (Cidon and others, USENIX ATC 2013, section 3.1).
///
/// P = ceil(S / (R - 1)) random permutations of the nodes are cut into sets of R, so that a node shares sets with about
/// S others (its scatter width: how many nodes can help to restore it). Partitions go to a random node and one of its
/// sets. Nodes that a permutation leaves over get a set with others of that permutation, so that every node is in one;
/// with `spread` a set takes the next node of the permutation that fits.
#include "models/partitioning/placement/copyset_table.hpp"

#include <algorithm>
#include <numeric>

#include "models/partitioning/catalog.hpp"
#include "models/partitioning/placement/spread_choice.hpp"

namespace orrery::models {

std::vector<MemberId> place_on_copysets(const std::vector<Copyset>& copysets, const std::vector<std::uint32_t>& leaders,
                                        std::span<const Member> nodes, std::size_t partitions, RandomStream& random) {
    std::vector<std::vector<std::uint32_t>> sets_of(nodes.size());
    for (std::uint32_t s = 0; s < copysets.size(); ++s)
        for (const std::uint32_t node : copysets[s]) sets_of[node].push_back(s);
    std::vector<MemberId> flat;
    flat.reserve(partitions * copysets.front().size());
    for (std::size_t p = 0; p < partitions; ++p) {
        const std::uint32_t leader = leaders[static_cast<std::size_t>(random.below(leaders.size()))];
        const auto& choices = sets_of[leader];
        const Copyset& set = copysets[choices[static_cast<std::size_t>(random.below(choices.size()))]];
        flat.push_back(nodes[leader].id);
        for (const std::uint32_t node : set)
            if (node != leader) flat.push_back(nodes[node].id);
    }
    return flat;
}

namespace {

/// Takes nodes of `from` that fit until `set` is full; what it takes is removed.
void fill(Copyset& set, std::vector<std::uint32_t>& from, const Apart& apart, std::size_t replicas) {
    for (auto node = from.begin(); node != from.end() && set.size() < replicas;) {
        if (apart.may_join(*node, set)) {
            set.push_back(*node);
            node = from.erase(node);
        } else {
            ++node;
        }
    }
}

void cut(const std::vector<std::uint32_t>& permutation, const Apart& apart, std::size_t replicas,
         std::vector<Copyset>& out) {
    // A deque of nodes left; sets mostly take them from the front.
    std::vector<std::uint32_t> left(permutation.rbegin(), permutation.rend());
    while (!left.empty()) {
        Copyset set;
        std::vector<std::uint32_t> passed;
        while (set.size() < replicas && !left.empty()) {
            const std::uint32_t node = left.back();
            left.pop_back();
            (apart.may_join(node, set) ? set : passed).push_back(node);
        }
        if (set.size() < replicas) {
            // Left over: helped out by nodes that have a set of this permutation already.
            std::vector<std::uint32_t> others = permutation;
            fill(set, others, apart, replicas);
        }
        out.push_back(std::move(set));
        left.insert(left.end(), passed.rbegin(), passed.rend());
    }
}

class Copysets final : public ReplicaPlacement {
public:
    Copysets(SpreadOver spread, std::size_t scatter_width) : spread_(spread), scatter_width_(scatter_width) {}
    std::unique_ptr<ReplicaPlacement> clone() const override { return std::make_unique<Copysets>(*this); }

    ReplicaMap place(std::span<const Member> given, const PlacementSpec& spec, RandomStream& random) const override {
        check_placement(given, spec);
        const auto nodes = by_id(given);
        const Apart apart(nodes, spread_, spec.replicas);
        std::vector<std::uint32_t> permutation(nodes.size());
        std::iota(permutation.begin(), permutation.end(), 0u);
        const auto leaders = permutation;
        const std::size_t others = std::max<std::size_t>(1, spec.replicas - 1);
        const std::size_t permutations = (scatter_width_ + others - 1) / others;
        std::vector<Copyset> copysets;
        for (std::size_t i = 0; i < permutations; ++i) {
            shuffle_items(permutation, random);
            cut(permutation, apart, spec.replicas, copysets);
        }
        return {spec.replicas, place_on_copysets(copysets, leaders, nodes, spec.partitions, random)};
    }

    PlacementPromise promise() const override {
        PlacementPromise promise;
        promise.spread = promised(spread_);
        promise.max_over_mean = 1.5;
        return promise;
    }

private:
    SpreadOver spread_;
    std::size_t scatter_width_;
};

}  // namespace

Row<ReplicaPlacement> copysets_row() {
    Table table{{spread_parameter(),
                 {"scatter_width", Kind::count, "10", 1, 1e6, "how many other nodes a node shares partitions with"}}};
    return {"copysets",
            "random permutations cut into few sets of nodes, so that nodes that fail together seldom hold all replicas",
            "Cidon et al., Copysets, USENIX ATC 2013", std::move(table), [](const Settings& settings) {
                return std::make_unique<Copysets>(spread_of(settings),
                                                  static_cast<std::size_t>(settings.integer("scatter_width")));
            }};
}

}  // namespace orrery::models
