/// range: partitions are ranges of keys, compared byte by byte, with static splits: given, or even over numbered keys.
/// Neighbours stay together, so scans touch few partitions, and a hot range is one partition's burden. O(log n).
#include "models/partitioning/catalog.hpp"
#include "models/partitioning/key_bounds.hpp"
#include "models/partitioning/range_lineage.hpp"

namespace orrery::models {

namespace {

class Range final : public Partitioner, public Resharding {
public:
    Range(std::optional<std::vector<std::string>> given, std::optional<std::uint64_t> key_count)
        : given_(std::move(given)), key_count_(key_count) {}
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<Range>(*this); }

    void reset(std::uint32_t partitions) override {
        require_partitions(partitions);
        if (!given_) {
            ranges_.reset(even_key_bounds(partitions, key_count_));
            return;
        }
        if (partitions != given_->size())
            throw PartitionError(std::to_string(partitions) + " partitions; the splits make " +
                                 std::to_string(given_->size()));
        ranges_.reset(*given_);
    }
    std::uint32_t partitions() const override { return ranges_.size(); }
    PartitionId of(const Record& record) const override { return ranges_.of(require_key(record)); }

    Resharding* resharding() override { return this; }
    bool open(PartitionId partition) const override { return ranges_.open(partition); }
    std::span<const PartitionChange> history() const override { return ranges_.history(); }
    const PartitionChange& split(PartitionId partition, std::optional<std::string_view> at) override {
        if (!at) throw PartitionError("a static range keeps no keys to find a middle; say where to split");
        return ranges_.split(partition, std::string(*at));
    }
    const PartitionChange& merge(PartitionId one, PartitionId other) override { return ranges_.merge(one, other); }

    std::size_t memory_bytes() const override { return sizeof(*this) + ranges_.memory_bytes(); }
    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        if (given_ || key_count_) return promise;
        promise.max_over_mean = 1;
        promise.growth = PartitionerPromise::Growth::recut;
        return promise;
    }

private:
    std::optional<std::vector<std::string>> given_;
    std::optional<std::uint64_t> key_count_;
    RangeLineage<std::string> ranges_;
};

}  // namespace

Row<Partitioner> range_row() {
    return {"range",
            "ranges of keys with static splits",
            "classic; Bigtable, HBase with pre-splits, MySQL PARTITION BY RANGE",
            {{{"splits", Kind::list, "", 0, 0, "keys at which the second and every later partition begins"},
              {"key_count", Kind::count, "", 1, 9.2e18,
               "without splits: keys are numbers below this, cut evenly; absent: below 2^64"}}},
            [](const Settings& settings) {
                std::optional<std::vector<std::string>> given;
                if (settings.has("splits")) given = given_key_bounds(settings.list("splits"));
                std::optional<std::uint64_t> count;
                if (settings.has("key_count")) count = static_cast<std::uint64_t>(settings.integer("key_count"));
                return std::make_unique<Range>(std::move(given), count);
            }};
}

}  // namespace orrery::models
