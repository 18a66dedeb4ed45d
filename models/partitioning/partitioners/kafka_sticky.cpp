/// kafka_sticky: Kafka's adaptive sticky partitioning for every record (partitioner.ignore.keys=true): `batch` bytes to
/// one partition, then one drawn with a chance that falls with its queue.
///
/// KIP-794; Kafka 4.0, BuiltInPartitioner. Queue sizes and leaders come through `observe`; a partition that is
/// `backed_up` (partitioner.availability.timeout.ms has passed) is left out while others are considered.
#include "models/partitioning/catalog.hpp"
#include "models/partitioning/kafka_sticky_producer.hpp"

namespace orrery::models {

namespace {

class KafkaSticky final : public Partitioner {
public:
    explicit KafkaSticky(const KafkaStickySpec& spec) : producer_(spec) {}
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<KafkaSticky>(*this); }
    void reset(std::uint32_t partitions) override {
        require_partitions(partitions);
        producer_.reset(partitions);
    }
    std::uint32_t partitions() const override { return producer_.partitions(); }

    PartitionId pick(const Record& record, RandomStream& random) override { return producer_.pick(record, random); }
    void reach(const Record&, std::vector<PartitionId>& out) const override { reach_all(out); }

    void observe(std::span<const PartitionLoad> loads) override { producer_.observe(loads); }
    bool wants_loads() const override { return true; }
    std::size_t memory_bytes() const override { return sizeof(*this) + producer_.memory_bytes(); }

    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.depends_on = PartitionerPromise::DependsOn::chance;
        promise.keys = PartitionerPromise::Keys::ignored;
        promise.partitions_per_key.reset();
        return promise;
    }

private:
    KafkaStickyProducer producer_;
};

}  // namespace

std::vector<Parameter> kafka_sticky_parameters() {
    return {
        {"batch", Kind::bytes, "16KiB", 1, 1073741823, "bytes to one partition before the next (batch.size)"},
        {"adaptive", Kind::flag, "true", 0, 0, "whether queue sizes count (partitioner.adaptive.partitioning.enable)"}};
}

KafkaStickySpec kafka_sticky_spec(const Settings& settings) {
    return {static_cast<std::int32_t>(settings.integer("batch")),
            settings.flag("adaptive") ? KafkaStickySpec::Adaptive::yes : KafkaStickySpec::Adaptive::no};
}

Row<Partitioner> kafka_sticky_row() {
    return {"kafka_sticky",
            "Kafka's adaptive sticky partitioning, keys ignored",
            "KIP-794; Kafka 4.0 BuiltInPartitioner",
            {kafka_sticky_parameters()},
            [](const Settings& settings) { return std::make_unique<KafkaSticky>(kafka_sticky_spec(settings)); }};
}

}  // namespace orrery::models
