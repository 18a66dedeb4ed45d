/// shuffle: rounds in which every partition has one turn, each round in a new random order.
///
/// Storm's shuffleGrouping (0.x): two partitions never differ by more than one turn. Partitions that are down lose
/// their turn; those that are up again join the next round.
#include <utility>

#include "models/partitioning/available.hpp"
#include "models/partitioning/catalog.hpp"

namespace orrery::models {

namespace {

class Shuffle final : public Partitioner {
public:
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<Shuffle>(*this); }
    void reset(std::uint32_t partitions) override {
        require_partitions(partitions);
        available_.reset(partitions);
        left_.clear();
    }
    std::uint32_t partitions() const override { return available_.partitions(); }

    PartitionId pick(const Record&, RandomStream& random) override {
        if (left_.empty())
            for (std::uint32_t i = 0; i < available_.size(); ++i) left_.push_back(available_[i]);
        // The next of a random order is any of those that have not had their turn.
        std::swap(left_[static_cast<std::size_t>(random.below(left_.size()))], left_.back());
        const PartitionId picked = left_.back();
        left_.pop_back();
        return picked;
    }
    void reach(const Record&, std::vector<PartitionId>& out) const override { reach_all(out); }

    void observe(std::span<const PartitionLoad> loads) override {
        available_.observe(loads);
        std::erase_if(left_, [&](PartitionId id) { return loads[id.index()].state == PartitionLoad::State::down; });
    }
    bool wants_loads() const override { return true; }
    std::size_t memory_bytes() const override {
        return sizeof(*this) + available_.memory_bytes() + left_.capacity() * sizeof(PartitionId);
    }

    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.depends_on = PartitionerPromise::DependsOn::chance;
        promise.keys = PartitionerPromise::Keys::ignored;
        promise.partitions_per_key.reset();
        promise.max_over_mean = 1;
        return promise;
    }

private:
    AvailablePartitions available_;
    std::vector<PartitionId> left_;  ///< without a turn in this round
};

}  // namespace

Row<Partitioner> shuffle_row() {
    return {"shuffle",
            "rounds in a new random order, one turn for every partition",
            "Storm shuffleGrouping (0.x)",
            {},
            [](const Settings&) { return std::make_unique<Shuffle>(); }};
}

}  // namespace orrery::models
