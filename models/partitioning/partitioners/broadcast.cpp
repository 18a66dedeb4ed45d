/// broadcast: every record to every partition: one to many. A single `pick` is refused; a read (`Record::Access`) may
/// look anywhere, and goes to any partition alike.
#include "models/partitioning/catalog.hpp"

namespace orrery::models {

namespace {

class Broadcast final : public Partitioner {
public:
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<Broadcast>(*this); }
    void reset(std::uint32_t partitions) override {
        require_partitions(partitions);
        partitions_ = partitions;
    }
    std::uint32_t partitions() const override { return partitions_; }

    PartitionId pick(const Record& record, RandomStream& random) override {
        if (record.access == Record::Access::write)
            throw PartitionError("a broadcast record goes to every partition; ask pick_all");
        return PartitionId(static_cast<std::size_t>(random.below(partitions_)));
    }
    void pick_all(const Record& record, RandomStream& random, std::vector<PartitionId>& out) override {
        if (record.access == Record::Access::write) {
            reach_all(out);
        } else {
            out.assign(1, pick(record, random));
        }
    }
    void reach(const Record&, std::vector<PartitionId>& out) const override { reach_all(out); }
    std::size_t memory_bytes() const override { return sizeof(*this); }

    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.depends_on = PartitionerPromise::DependsOn::chance;
        promise.keys = PartitionerPromise::Keys::ignored;
        promise.fan_out = PartitionerPromise::FanOut::every;
        promise.partitions_per_key.reset();
        promise.max_over_mean = 1;
        return promise;
    }

private:
    std::uint32_t partitions_ = 0;
};

}  // namespace

Row<Partitioner> broadcast_row() {
    return {"broadcast",
            "every record to every partition",
            "Storm allGrouping, Flink broadcast()",
            {},
            [](const Settings&) { return std::make_unique<Broadcast>(); }};
}

}  // namespace orrery::models
