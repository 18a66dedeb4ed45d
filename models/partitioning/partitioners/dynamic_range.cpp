/// dynamic_range: ranges of keys that split when hot or large, and merge when cold.
///
/// The shape of Bigtable's tablets (Chang et al., OSDI 2006, section 5), HBase's regions and CockroachDB's ranges: a
/// partition above `split_bytes` or `split_rate` is split where half of its recent traffic lies on either side (of 64
/// sampled keys), and neighbours that are cold together are merged, at each `maintain`. A single hot key cannot be
/// split: such a partition stays hot, which `reach` of its key shows.
#include "models/partitioning/catalog.hpp"
#include "models/partitioning/key_bounds.hpp"
#include "models/partitioning/key_sample.hpp"
#include "models/partitioning/range_heat.hpp"
#include "models/partitioning/range_lineage.hpp"

namespace orrery::models {

namespace {

class DynamicRange final : public Partitioner, public Resharding {
public:
    DynamicRange(const HeatRule& rule, std::optional<std::uint64_t> key_count) : heat_(rule), key_count_(key_count) {}
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<DynamicRange>(*this); }

    void reset(std::uint32_t partitions) override {
        require_partitions(partitions);
        ranges_.reset(even_key_bounds(partitions, key_count_));
        heat_.reset(partitions);
        samples_.assign(partitions, {});
    }
    std::uint32_t partitions() const override { return ranges_.size(); }
    PartitionId of(const Record& record) const override { return ranges_.of(require_key(record)); }

    PartitionId pick(const Record& record, RandomStream& random) override {
        const Key key = require_key(record);
        const PartitionId picked = ranges_.of(key);
        heat_.count(picked, 1, record.access == Record::Access::write ? record.size : 0);
        samples_[picked.index()].see(key, random);
        return picked;
    }

    Resharding* resharding() override { return this; }
    bool open(PartitionId partition) const override { return ranges_.open(partition); }
    std::span<const PartitionChange> history() const override { return ranges_.history(); }

    const PartitionChange& split(PartitionId partition, std::optional<std::string_view> at) override {
        const PartitionChange& change = split_at(partition, at ? std::string(*at) : middle_of(partition));
        heat_.follow(change);
        return change;
    }
    const PartitionChange& merge(PartitionId one, PartitionId other) override {
        const PartitionChange& change = join(one, other);
        heat_.follow(change);
        return change;
    }
    std::size_t maintain(Time now) override {
        const auto open = ranges_.open_ids();
        const std::size_t changes = heat_.maintain(
            {open.begin(), open.end()}, now,
            [this](PartitionId id) -> const PartitionChange* {
                const auto at = samples_[id.index()].middle(ranges_[id].start);
                return at ? &split_at(id, *at) : nullptr;
            },
            [this](PartitionId one, PartitionId other) { return &join(one, other); });
        for (const PartitionId id : ranges_.open_ids()) samples_[id.index()].age();
        return changes;
    }

    std::size_t memory_bytes() const override {
        return sizeof(*this) + ranges_.memory_bytes() + heat_.memory_bytes() + samples_.capacity() * sizeof(KeySample);
    }
    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        if (key_count_) return promise;
        promise.max_over_mean = 1;
        promise.growth = PartitionerPromise::Growth::recut;
        return promise;
    }

private:
    std::string middle_of(PartitionId partition) const {
        if (!ranges_.open(partition))
            throw PartitionError("partition " + std::to_string(partition.value) + " is not open");
        const auto at = samples_[partition.index()].middle(ranges_[partition].start);
        if (!at)
            throw PartitionError("partition " + std::to_string(partition.value) +
                                 " has seen no two keys between which it could be split");
        return *at;
    }
    const PartitionChange& split_at(PartitionId partition, const std::string& at) {
        const PartitionChange& change = ranges_.split(partition, at);
        KeySample low = std::move(samples_[partition.index()]);
        KeySample high = low.split_off(at);
        samples_[partition.index()] = {};
        samples_.push_back(std::move(low));
        samples_.push_back(std::move(high));
        return change;
    }
    const PartitionChange& join(PartitionId one, PartitionId other) {
        const PartitionChange& change = ranges_.merge(one, other);
        KeySample joined = std::move(samples_[one.index()]);
        joined.take(samples_[other.index()]);
        samples_[one.index()] = {};
        samples_[other.index()] = {};
        samples_.push_back(std::move(joined));
        return change;
    }

    RangeLineage<std::string> ranges_;
    RangeHeat heat_;
    std::vector<KeySample> samples_;
    std::optional<std::uint64_t> key_count_;
};

}  // namespace

Row<Partitioner> dynamic_range_row() {
    return {"dynamic_range",
            "ranges of keys that split when hot or large and merge when cold",
            "Chang et al., Bigtable (OSDI 2006); HBase regions, CockroachDB ranges",
            {{{"split_rate", Kind::rate, "1000/s", 1e-9, 1e18, "records a second above which a partition is split"},
              {"merge_rate", Kind::rate, "200/s", 0, 1e18,
               "records a second below which two neighbours together are merged, if they are small, too"},
              {"split_bytes", Kind::bytes, "10GB", 1, 1e18, "written bytes above which a partition is split"},
              {"merge_bytes", Kind::bytes, "2GB", 0, 1e18,
               "written bytes below which two neighbours together are merged, if they are cold, too"},
              {"partitions_least", Kind::count, "1", 1, 16777216, "open partitions are not merged to fewer"},
              {"key_count", Kind::count, "", 1, 9.2e18,
               "keys are numbers below this, cut evenly at first; absent: below 2^64"}}},
            [](const Settings& settings) {
                HeatRule rule;
                rule.split_rate = settings.real("split_rate");
                rule.merge_rate = settings.real("merge_rate");
                rule.split_bytes = settings.integer("split_bytes");
                rule.merge_bytes = settings.integer("merge_bytes");
                rule.least = static_cast<std::uint32_t>(settings.integer("partitions_least"));
                std::optional<std::uint64_t> count;
                if (settings.has("key_count")) count = static_cast<std::uint64_t>(settings.integer("key_count"));
                return std::make_unique<DynamicRange>(rule, count);
            }};
}

}  // namespace orrery::models
