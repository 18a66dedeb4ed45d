/// sticky: all records to one partition until a batch is full, then to another one at random: large batches, whatever
/// the key. The other one is never the same again if there are two that can be written to.
///
/// KIP-480, Kafka 2.4 to 3.2. A batch is full when the next record would not fit; a record counts one byte at least.
#include <algorithm>

#include "models/partitioning/available.hpp"
#include "models/partitioning/catalog.hpp"

namespace orrery::models {

namespace {

class Sticky final : public Partitioner {
public:
    explicit Sticky(std::int64_t batch) : batch_(batch) {}
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<Sticky>(*this); }
    void reset(std::uint32_t partitions) override {
        require_partitions(partitions);
        available_.reset(partitions);
        current_.reset();
        filled_ = 0;
    }
    std::uint32_t partitions() const override { return available_.partitions(); }

    PartitionId pick(const Record& record, RandomStream& random) override {
        const std::int64_t size = std::max<std::int64_t>(record.size, 1);
        // A record larger than a batch is a batch of its own.
        if (current_ && filled_ > 0 && filled_ + std::min(size, batch_) > batch_) move_on(random);
        if (!current_) current_ = any(random);
        filled_ += std::min(size, batch_);
        return *current_;
    }
    void reach(const Record&, std::vector<PartitionId>& out) const override { reach_all(out); }

    void observe(std::span<const PartitionLoad> loads) override {
        available_.observe(loads);
        // A leader that is gone takes no more records: the batch ends here.
        if (current_ && loads[current_->index()].state == PartitionLoad::State::down) {
            current_.reset();
            filled_ = 0;
        }
    }
    bool wants_loads() const override { return true; }
    std::size_t memory_bytes() const override { return sizeof(*this) + available_.memory_bytes(); }

    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.depends_on = PartitionerPromise::DependsOn::chance;
        promise.keys = PartitionerPromise::Keys::ignored;
        promise.partitions_per_key.reset();
        return promise;
    }

private:
    PartitionId any(RandomStream& random) const {
        return available_[static_cast<std::uint32_t>(random.below(available_.size()))];
    }
    void move_on(RandomStream& random) {
        PartitionId next = any(random);
        while (available_.size() > 1 && next == *current_) next = any(random);
        current_ = next;
        filled_ = 0;
    }

    std::int64_t batch_;
    AvailablePartitions available_;
    std::optional<PartitionId> current_;
    std::int64_t filled_ = 0;
};

}  // namespace

Row<Partitioner> sticky_row() {
    return {"sticky",
            "one partition until a batch is full, then another at random",
            "KIP-480; Kafka 2.4 to 3.2, UniformStickyPartitioner",
            {{{"batch", Kind::bytes, "16KiB", 1, 1e12, "bytes of a full batch"}}},
            [](const Settings& settings) { return std::make_unique<Sticky>(settings.integer("batch")); }};
}

}  // namespace orrery::models
