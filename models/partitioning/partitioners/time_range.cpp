/// time_range: one partition a period of time, by the record's own time.
///
/// The n partitions are a ring: period p (p = floor(time / width)) is in partition p mod n, so that n - 1 whole periods
/// are kept and the oldest gives way to the newest. All that is written now goes to one partition.
#include "models/partitioning/catalog.hpp"

namespace orrery::models {

namespace {

class TimeRange final : public Partitioner {
public:
    explicit TimeRange(Duration width) : width_(width) {}
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<TimeRange>(*this); }
    void reset(std::uint32_t partitions) override {
        require_partitions(partitions);
        partitions_ = partitions;
    }
    std::uint32_t partitions() const override { return partitions_; }

    PartitionId of(const Record& record) const override {
        const std::int64_t at = record.time.time_since_epoch().count();
        const std::int64_t width = width_.count();
        const std::int64_t period = at / width - (at % width < 0 ? 1 : 0);
        const std::int64_t turn = period % std::int64_t{partitions_};
        return PartitionId(static_cast<std::size_t>(turn < 0 ? turn + std::int64_t{partitions_} : turn));
    }
    void reach(const Record&, std::vector<PartitionId>& out) const override { reach_all(out); }
    std::size_t memory_bytes() const override { return sizeof(*this); }

    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.keys = PartitionerPromise::Keys::ignored;
        promise.partitions_per_key.reset();
        return promise;
    }

private:
    Duration width_;
    std::uint32_t partitions_ = 1;
};

}  // namespace

Row<Partitioner> time_range_row() {
    return {"time_range",
            "one partition a period of the record's time, as a ring",
            "classic; time-partitioned tables and indices, TimescaleDB chunks",
            {{{"width", Kind::duration, "1h", 1, 9.2e18, "length of a period"}}},
            [](const Settings& settings) { return std::make_unique<TimeRange>(settings.duration("width")); }};
}

}  // namespace orrery::models
