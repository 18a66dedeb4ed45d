/// kinesis: shards are ranges of the MD5 of the partition key, a number of 128 bits, and split and merge.
///
/// n shards are floor(2^128 / n) wide each, the last one to the end. Bounds are written in decimal. A split needs a
/// starting hash key that is greater than one plus the shard's first and less than its last; nothing means the middle.
/// Kinesis takes partition keys of 1 to 256 characters; others are hashed here just the same. O(log n).
#include "models/partitioning/catalog.hpp"
#include "models/partitioning/md5_number.hpp"
#include "models/partitioning/range_lineage.hpp"

namespace orrery::models {

namespace {

class Kinesis final : public Partitioner, public Resharding {
public:
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<Kinesis>(*this); }
    void reset(std::uint32_t partitions) override {
        require_partitions(partitions);
        // floor(2^128 / n) without 2^128.
        const UnsignedWide last = ~UnsignedWide{0};
        const UnsignedWide width = last / partitions + (last % partitions == partitions - 1 ? 1 : 0);
        std::vector<UnsignedWide> starts;
        for (std::uint32_t i = 0; i < partitions; ++i) starts.push_back(width * i);
        shards_.reset(std::move(starts));
    }
    std::uint32_t partitions() const override { return shards_.size(); }
    PartitionId of(const Record& record) const override { return shards_.of(md5_number(require_key(record))); }

    Resharding* resharding() override { return this; }
    bool open(PartitionId partition) const override { return shards_.open(partition); }
    std::span<const PartitionChange> history() const override { return shards_.history(); }
    const PartitionChange& split(PartitionId partition, std::optional<std::string_view> at) override {
        if (!shards_.open(partition)) throw PartitionError("shard " + std::to_string(partition.value) + " is not open");
        const UnsignedWide first = shards_[partition].start;
        const UnsignedWide last = shards_[partition].end.value_or(0) - 1;  // 2^128 - 1 where there is no end
        const UnsignedWide point = at ? parse(*at) : first + (last - first) / 2 + 1;
        if (last - first < 3 || point <= first + 1 || point >= last)
            throw PartitionError("hash key " + to_decimal(point) + " is not greater than one plus " +
                                 to_decimal(first) + " and less than " + to_decimal(last) + ", the shard's bounds");
        return shards_.split(partition, point);
    }
    const PartitionChange& merge(PartitionId one, PartitionId other) override { return shards_.merge(one, other); }

    std::size_t memory_bytes() const override { return sizeof(*this) + shards_.memory_bytes(); }
    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.max_over_mean = 1;
        promise.growth = PartitionerPromise::Growth::recut;
        return promise;
    }

private:
    static UnsignedWide parse(std::string_view text) {
        const auto number = from_decimal(text);
        if (!number) throw PartitionError("'" + std::string(text) + "' is no hash key, a number below 2^128");
        return *number;
    }

    RangeLineage<UnsignedWide> shards_;
};

}  // namespace

Row<Partitioner> kinesis_row() {
    return {"kinesis",
            "Kinesis: shards are ranges of the key's MD5, split and merged",
            "Amazon Kinesis Data Streams API; kinesalite 3.3",
            {},
            [](const Settings&) { return std::make_unique<Kinesis>(); }};
}

}  // namespace orrery::models
