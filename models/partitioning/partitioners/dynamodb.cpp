/// dynamodb: like DynamoDB: partitions are ranges of a hash of the key, and split when hot or full; they never merge.
///
/// DynamoDB's hash is not published. This one is what the emulator dynalite 4.0 found scan orders to follow: the first
/// 12 bits of the MD5 of "Outliers" and the key; partition i of n begins at ceil(4096 i / n), so 4096 are the most at
/// first. Splits use the other bits of the digest, too. A partition is split in the middle above 10 GB, or when its
/// load is above what one partition serves: 1000 write units (1 KB each, begun ones count) or 3000 read units (4 KB) a
/// second, or the like of both together (Elhemali et al., USENIX ATC 2022, section 4: splitting for consumption).
#include <algorithm>

#include "models/partitioning/catalog.hpp"
#include "models/partitioning/md5_number.hpp"
#include "models/partitioning/range_heat.hpp"
#include "models/partitioning/range_lineage.hpp"

namespace orrery::models {

namespace {

constexpr std::uint32_t steps = 4096;
/// A load of 3000 a second is one partition's: a write unit is 3 of it, a read unit 1.
constexpr double load_most = 3000;

std::int64_t load_of(const Record& record) {
    const bool write = record.access == Record::Access::write;
    const std::int64_t unit = write ? 1024 : 4096;
    return std::max<std::int64_t>((record.size + unit - 1) / unit, 1) * (write ? 3 : 1);
}

UnsignedWide place_of(Key key) {
    std::string salted = "Outliers";
    salted += key;
    return md5_number(salted);
}

HeatRule rule_of(const Settings& settings) {
    HeatRule rule;
    rule.split_rate = load_most;
    rule.split_bytes = settings.integer("split_bytes");
    return rule;
}

class DynamoDb final : public Partitioner, public Resharding {
public:
    explicit DynamoDb(const HeatRule& rule) : heat_(rule) {}
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<DynamoDb>(*this); }
    void reset(std::uint32_t partitions) override {
        require_partitions(partitions, steps);
        std::vector<UnsignedWide> starts;
        for (std::uint32_t i = 0; i < partitions; ++i)
            starts.push_back(UnsignedWide{(steps * i + partitions - 1) / partitions} << 116);
        ranges_.reset(std::move(starts));
        heat_.reset(partitions);
    }
    std::uint32_t partitions() const override { return ranges_.size(); }
    PartitionId of(const Record& record) const override { return ranges_.of(place_of(require_key(record))); }
    PartitionId pick(const Record& record, RandomStream&) override {
        const PartitionId picked = of(record);
        heat_.count(picked, load_of(record), record.access == Record::Access::write ? record.size : 0);
        return picked;
    }

    Resharding* resharding() override { return this; }
    bool open(PartitionId partition) const override { return ranges_.open(partition); }
    std::span<const PartitionChange> history() const override { return ranges_.history(); }
    const PartitionChange& split(PartitionId partition, std::optional<std::string_view> at) override {
        if (!ranges_.open(partition))
            throw PartitionError("partition " + std::to_string(partition.value) + " is not open");
        const auto point = at ? from_decimal(*at) : middle_of(partition);
        if (!point) throw PartitionError("'" + std::string(at.value_or("")) + "' is no hash, a number below 2^128");
        const PartitionChange& change = ranges_.split(partition, *point);
        heat_.follow(change);
        return change;
    }
    const PartitionChange& merge(PartitionId one, PartitionId other) override {
        const PartitionChange& change = ranges_.merge(one, other);
        heat_.follow(change);
        return change;
    }
    std::size_t maintain(Time now) override {
        const auto open = ranges_.open_ids();
        return heat_.maintain(
            {open.begin(), open.end()}, now,
            [this](PartitionId id) -> const PartitionChange* {
                const auto middle = middle_of(id);
                return middle ? &ranges_.split(id, *middle) : nullptr;
            },
            [this](PartitionId one, PartitionId other) { return &ranges_.merge(one, other); });
    }

    std::size_t memory_bytes() const override { return sizeof(*this) + ranges_.memory_bytes() + heat_.memory_bytes(); }
    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.max_over_mean = 1;
        promise.growth = PartitionerPromise::Growth::recut;
        return promise;
    }

private:
    /// Nothing if the range holds one hash only.
    std::optional<UnsignedWide> middle_of(PartitionId partition) const {
        const UnsignedWide first = ranges_[partition].start;
        const UnsignedWide last = ranges_[partition].end.value_or(0) - 1;
        if (first == last) return std::nullopt;
        return first + (last - first) / 2 + 1;
    }

    RangeLineage<UnsignedWide> ranges_;
    RangeHeat heat_;
};

}  // namespace

Row<Partitioner> dynamodb_row() {
    return {"dynamodb",
            "like DynamoDB: ranges of a hash that split when hot or full",
            "Elhemali et al., Amazon DynamoDB (USENIX ATC 2022); the hash after dynalite 4.0",
            {{{"split_bytes", Kind::bytes, "10GB", 1, 1e18, "written bytes above which a partition is split"}}},
            [](const Settings& settings) { return std::make_unique<DynamoDb>(rule_of(settings)); }};
}

}  // namespace orrery::models
