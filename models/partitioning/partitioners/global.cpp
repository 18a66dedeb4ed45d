/// global: every record to partition 0, the task with the lowest number: many to one.
#include <algorithm>

#include "models/partitioning/catalog.hpp"

namespace orrery::models {

namespace {

class Global final : public Partitioner {
public:
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<Global>(*this); }
    void reset(std::uint32_t partitions) override {
        require_partitions(partitions);
        partitions_ = partitions;
    }
    std::uint32_t partitions() const override { return partitions_; }

    PartitionId of(const Record&) const override { return PartitionId(0); }
    void of_numbers(std::span<const std::uint64_t> keys, std::span<PartitionId> out) const override {
        std::fill_n(out.begin(), keys.size(), PartitionId(0));
    }
    std::size_t memory_bytes() const override { return sizeof(*this); }

    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.keys = PartitionerPromise::Keys::ignored;
        return promise;
    }

private:
    std::uint32_t partitions_ = 0;
};

}  // namespace

Row<Partitioner> global_row() {
    return {"global",
            "every record to partition 0",
            "Storm globalGrouping (the task with the lowest id), Flink global()",
            {},
            [](const Settings&) { return std::make_unique<Global>(); }};
}

}  // namespace orrery::models
