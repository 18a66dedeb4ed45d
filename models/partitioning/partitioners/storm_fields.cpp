/// storm_fields: Storm's fields grouping by one field: floorMod(Arrays.deepHashCode([value]), n).
///
/// The hash is Java's own, unmixed: keys that differ in few characters may crowd, so there is no promise of balance.
#include "models/partitioning/catalog.hpp"
#include "models/partitioning/java_key.hpp"

namespace orrery::models {

namespace {

class StormFields final : public Partitioner {
public:
    explicit StormFields(JavaKey type) : type_(type) {}
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<StormFields>(*this); }
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
        promise.growth = PartitionerPromise::Growth::reshuffled;
        return promise;
    }

private:
    PartitionId place(Key key) const {
        const auto hash = static_cast<std::int32_t>(31u + static_cast<std::uint32_t>(java_hash_code(type_, key)));
        const std::int64_t rest = std::int64_t{hash} % std::int64_t{partitions_};
        return PartitionId(static_cast<std::size_t>(rest < 0 ? rest + std::int64_t{partitions_} : rest));
    }

    JavaKey type_;
    std::uint32_t partitions_ = 1;
};

}  // namespace

Row<Partitioner> storm_fields_row() {
    return {"storm_fields",
            "Storm's fieldsGrouping: Java's hash of the field, modulo",
            "Storm 2 and 3",
            {{java_key_parameter({"number_or_text", "string", "integer", "long", "bytes"})}},
            [](const Settings& settings) { return std::make_unique<StormFields>(java_key_type(settings)); }};
}

}  // namespace orrery::models
