/// round_robin: one partition after the other, whatever the key. Each producer counts by itself and begins at partition
/// 0 or anywhere; partitions that are down are skipped.
#include "models/partitioning/available.hpp"
#include "models/partitioning/catalog.hpp"

namespace orrery::models {

namespace {

enum class Start : std::uint8_t { first, random };

class RoundRobin final : public Partitioner {
public:
    explicit RoundRobin(Start start) : start_(start) {}
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<RoundRobin>(*this); }
    void reset(std::uint32_t partitions) override {
        resize(partitions);
        next_.reset();
    }
    void resize(std::uint32_t partitions) override {
        require_partitions(partitions);
        available_.reset(partitions);
        if (next_ && *next_ >= partitions) next_ = 0;
    }
    std::uint32_t partitions() const override { return available_.partitions(); }

    PartitionId pick(const Record&, RandomStream& random) override {
        if (!next_) next_ = start_ == Start::first ? 0 : static_cast<std::uint32_t>(random.below(partitions()));
        const PartitionId picked = first_from(*next_);
        next_ = (picked.value + 1) % partitions();
        return picked;
    }
    void reach(const Record&, std::vector<PartitionId>& out) const override { reach_all(out); }

    void observe(std::span<const PartitionLoad> loads) override { available_.observe(loads); }
    bool wants_loads() const override { return true; }
    std::size_t memory_bytes() const override { return sizeof(*this) + available_.memory_bytes(); }

    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.depends_on = start_ == Start::first ? PartitionerPromise::DependsOn::history  //
                                                    : PartitionerPromise::DependsOn::chance;
        promise.keys = PartitionerPromise::Keys::ignored;
        promise.partitions_per_key.reset();
        promise.max_over_mean = 1;
        return promise;
    }

private:
    /// The first partition from `from` on that can be written to, O(log n).
    PartitionId first_from(std::uint32_t from) const {
        std::uint32_t low = 0;
        std::uint32_t high = available_.size();
        while (low < high) {
            const std::uint32_t middle = low + (high - low) / 2;
            if (available_[middle].value < from) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return available_[low == available_.size() ? 0 : low];
    }

    Start start_;
    AvailablePartitions available_;
    std::optional<std::uint32_t> next_;
};

}  // namespace

Row<Partitioner> round_robin_partitioner_row() {
    return {"round_robin",
            "one partition after the other, each producer by itself",
            "classic; Kafka's RoundRobinPartitioner, Flink rebalance()",
            {{{"start",
               Kind::choice,
               "first",
               0,
               0,
               "where a producer begins: at partition 0, or at any by chance",
               {"first", "random"}}}},
            [](const Settings& settings) {
                return std::make_unique<RoundRobin>(settings.text("start") == "first" ? Start::first : Start::random);
            }};
}

}  // namespace orrery::models
