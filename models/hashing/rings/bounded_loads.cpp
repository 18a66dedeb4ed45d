/// bounded_loads: consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam, SODA 2018; arXiv 1608.01350)
/// for keys that stay where they were taken: requests, connections, sessions.
///
/// A key goes clockwise from its hash to the first member that holds less than ceil((1 + epsilon) * held by all /
/// members), the key itself counted. What is held does not move when other keys are released or members change, so that
/// a member may hold more than its bound until it has released enough; bounded_placement.hpp is the scheme that moves.
/// The paper has one point a member; here there are `virtual_nodes`, the i-th at XXH64 of the name with seed i. Names
/// may be anything; weights are ignored. Replicas: members with room in clockwise order, then those without.
#include <memory>

#include "models/hashing/catalog.hpp"
#include "models/hashing/functions/xxh64.hpp"
#include "models/hashing/rings/bounded_placement.hpp"
#include "models/hashing/rings/circle.hpp"
#include "models/hashing/rings/loaded_ring.hpp"

namespace orrery::models {

namespace {

class BoundedLoads final : public LoadedRing {
public:
    BoundedLoads(double epsilon, std::uint32_t virtual_nodes)
        : capacity_(epsilon), epsilon_(epsilon), virtual_nodes_(virtual_nodes) {}
    std::unique_ptr<Ring> clone() const override { return std::make_unique<BoundedLoads>(*this); }
    std::size_t memory_bytes() const override { return circle_.memory_bytes() + ids().size() * sizeof(std::uint32_t); }
    RingPromise promise() const override {
        RingPromise promise;
        promise.depends_on = RingPromise::DependsOn::load;
        promise.max_over_mean = 1 + epsilon_;
        return promise;
    }

private:
    void build_structure(std::span<const Member> list) override {
        std::vector<Circle<std::uint64_t>::Point> points;
        for (std::uint32_t place = 0; place < list.size(); ++place)
            for (std::uint32_t i = 0; i < virtual_nodes_; ++i) points.push_back({xxh64(list[place].name, i), place});
        circle_ = Circle<std::uint64_t>(std::move(points));
    }
    bool has_room(std::uint32_t place) const {
        return loads()[place] < capacity_.of_one(total_load() + 1, ids().size());
    }

    std::uint32_t place_of(Key key) const override {
        std::size_t at = circle_.at_or_after(xxh64(key));
        // Somebody has room: all together would hold more than is held otherwise.
        while (!has_room(circle_.place(at))) at = circle_.after(at);
        return circle_.place(at);
    }
    void prefer(Key key, Preference& preference) const override {
        const std::size_t start = circle_.at_or_after(xxh64(key));
        for (std::size_t i = 0, at = start; i < circle_.size(); ++i, at = circle_.after(at))
            if (has_room(circle_.place(at))) preference.offer(circle_.place(at));
        circle_.prefer(start, preference);
    }

    BoundedCapacity capacity_;
    double epsilon_;
    std::uint32_t virtual_nodes_;
    Circle<std::uint64_t> circle_;
};

}  // namespace

Row<Ring> bounded_loads_row() {
    return {"bounded_loads",
            "a ring on which a key goes on to the next member while the load is above (1 + epsilon) times the mean",
            "Mirrokni, Thorup, Zadimoghaddam, SODA 2018",
            {{{"epsilon", Kind::ratio, "25%", 0.000001, 1e6, "what a member may hold above the mean"},
              {"virtual_nodes", Kind::count, "100", 1, 100000, "points of a member; the paper has one"}}},
            [](const Settings& settings) {
                return std::make_unique<BoundedLoads>(settings.real("epsilon"),
                                                      static_cast<std::uint32_t>(settings.integer("virtual_nodes")));
            }};
}

}  // namespace orrery::models
