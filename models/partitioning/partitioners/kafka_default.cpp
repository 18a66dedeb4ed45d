/// kafka_default: what a Kafka producer does by default: a record with a key goes to (murmur2 of the key, sign bit
/// cleared) mod n, one without a key where adaptive sticky partitioning says. The empty key is a key.
///
/// Kafka 4.0, BuiltInPartitioner.partitionForKey; KIP-794. See kafka_sticky for what `observe` does.
#include "models/hashing/functions/murmur2.hpp"
#include "models/partitioning/catalog.hpp"
#include "models/partitioning/kafka_sticky_producer.hpp"

namespace orrery::models {

namespace {

class KafkaDefault final : public Partitioner {
public:
    explicit KafkaDefault(const KafkaStickySpec& spec) : producer_(spec) {}
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<KafkaDefault>(*this); }
    void reset(std::uint32_t partitions) override {
        require_partitions(partitions);
        producer_.reset(partitions);
    }
    std::uint32_t partitions() const override { return producer_.partitions(); }

    PartitionId of(const Record& record) const override { return place(require_key(record), partitions()); }
    void of_numbers(std::span<const std::uint64_t> keys, std::span<PartitionId> out) const override {
        const std::uint32_t count = partitions();
        for (std::size_t i = 0; i < keys.size(); ++i) out[i] = place(NumberKey(keys[i]), count);
    }
    PartitionId pick(const Record& record, RandomStream& random) override {
        if (!record.key) return producer_.pick(record, random);
        const PartitionId picked = place(*record.key, partitions());
        producer_.use(picked);
        return picked;
    }
    void reach(const Record& record, std::vector<PartitionId>& out) const override {
        if (record.key) {
            out.assign(1, of(record));
        } else {
            reach_all(out);
        }
    }

    void observe(std::span<const PartitionLoad> loads) override { producer_.observe(loads); }
    bool wants_loads() const override { return true; }
    std::size_t memory_bytes() const override { return sizeof(*this) + producer_.memory_bytes(); }

    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.keys = PartitionerPromise::Keys::optional;
        promise.max_over_mean = 1;
        promise.growth = PartitionerPromise::Growth::reshuffled;
        return promise;
    }

private:
    static PartitionId place(Key key, std::uint32_t partitions) {
        return PartitionId(std::size_t{(murmur2_kafka(key) & 0x7fffffffu) % partitions});
    }

    KafkaStickyProducer producer_;
};

}  // namespace

Row<Partitioner> kafka_default_row() {
    return {"kafka_default",
            "Kafka's default: murmur2 of the key, adaptive sticky without one",
            "Kafka 4.0 BuiltInPartitioner",
            {kafka_sticky_parameters()},
            [](const Settings& settings) { return std::make_unique<KafkaDefault>(kafka_sticky_spec(settings)); }};
}

}  // namespace orrery::models
