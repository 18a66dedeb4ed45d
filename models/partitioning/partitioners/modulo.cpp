/// modulo: the hash of the key modulo the number of partitions. Even, and nearly every key moves when that number
/// changes.
#include "models/hashing/hash_choice.hpp"
#include "models/partitioning/catalog.hpp"
#include "sim/base/value_ptr.hpp"

namespace orrery::models {

namespace {

class Modulo final : public Partitioner {
public:
    explicit Modulo(std::unique_ptr<HashFunction> hash) : hash_(std::move(hash)) {}
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<Modulo>(*this); }
    void reset(std::uint32_t partitions) override {
        require_partitions(partitions);
        partitions_ = partitions;
    }
    std::uint32_t partitions() const override { return partitions_; }

    PartitionId of(const Record& record) const override { return place(require_key(record)); }
    void of_numbers(std::span<const std::uint64_t> keys, std::span<PartitionId> out) const override {
        for (std::size_t i = 0; i < keys.size(); ++i) out[i] = place(NumberKey(keys[i]));
    }
    std::size_t memory_bytes() const override { return sizeof(*this); }

    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.max_over_mean = 1;
        promise.growth = PartitionerPromise::Growth::reshuffled;
        return promise;
    }

private:
    PartitionId place(Key key) const { return PartitionId(static_cast<std::size_t>((*hash_)(key) % partitions_)); }

    ValuePtr<HashFunction> hash_;
    std::uint32_t partitions_ = 1;
};

}  // namespace

Row<Partitioner> modulo_row() {
    return {"modulo",
            "the hash of the key modulo the number of partitions",
            "classic",
            {{}, {hash_child("xxh64")}},
            [](const Settings& settings) { return std::make_unique<Modulo>(chosen_hash(settings)); }};
}

}  // namespace orrery::models
