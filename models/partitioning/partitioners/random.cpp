/// random: any partition alike, drawn for each record. Keys are not looked at. Partitions that are down are left out.
#include "models/partitioning/available.hpp"
#include "models/partitioning/catalog.hpp"

namespace orrery::models {

namespace {

class Random final : public Partitioner {
public:
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<Random>(*this); }
    void reset(std::uint32_t partitions) override {
        require_partitions(partitions);
        available_.reset(partitions);
    }
    std::uint32_t partitions() const override { return available_.partitions(); }

    PartitionId pick(const Record&, RandomStream& random) override {
        return available_[static_cast<std::uint32_t>(random.below(available_.size()))];
    }
    void reach(const Record&, std::vector<PartitionId>& out) const override { reach_all(out); }

    void observe(std::span<const PartitionLoad> loads) override { available_.observe(loads); }
    bool wants_loads() const override { return true; }
    std::size_t memory_bytes() const override { return sizeof(*this) + available_.memory_bytes(); }

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
};

}  // namespace

Row<Partitioner> random_partitioner_row() {
    return {
        "random", "any partition alike, drawn for each record", "classic; Flink shuffle()", {}, [](const Settings&) {
            return std::make_unique<Random>();
        }};
}

}  // namespace orrery::models
