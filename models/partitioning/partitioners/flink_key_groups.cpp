/// flink_key_groups: keyBy in Flink: hashCode, murmur, key group, operator. The number of groups is fixed at the first
/// parallelism (`reset`) and stays at a rescale (`resize`), as a savepoint demands.
#include "models/partitioning/flink_key_groups.hpp"

#include "models/partitioning/catalog.hpp"
#include "models/partitioning/java_key.hpp"

namespace orrery::models {

namespace {

class FlinkKeyGroups final : public Partitioner {
public:
    FlinkKeyGroups(JavaKey type, std::optional<std::uint32_t> groups) : type_(type), given_(groups) {}
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<FlinkKeyGroups>(*this); }

    void reset(std::uint32_t partitions) override {
        require_partitions(partitions, given_.value_or(flink_groups_max));
        groups_ = given_.value_or(flink_default_groups(partitions));
        parallelism_ = partitions;
    }
    void resize(std::uint32_t partitions) override {
        require_partitions(partitions, groups_);
        parallelism_ = partitions;
    }
    std::uint32_t partitions() const override { return parallelism_; }

    PartitionId of(const Record& record) const override { return place(require_key(record)); }
    void of_numbers(std::span<const std::uint64_t> keys, std::span<PartitionId> out) const override {
        for (std::size_t i = 0; i < keys.size(); ++i) out[i] = place(NumberKey(keys[i]));
    }
    std::size_t memory_bytes() const override { return sizeof(*this); }

    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        // Groups are dealt evenly at 16 operators if there are a multiple of 16. Keys that are no text share few
        // hashCodes: one in 256 of eight random bytes has nothing that UTF-8 knows.
        const std::uint32_t most = (groups_ + 15) / 16;
        promise.max_over_mean = 16.0 * most / groups_ * 1.1;
        if (groups_ >= 128) promise.growth = PartitionerPromise::Growth::recut;
        return promise;
    }

private:
    PartitionId place(Key key) const {
        const std::uint32_t group = flink_group(java_hash_code(type_, key), groups_);
        return PartitionId(std::size_t{flink_operator(group, groups_, parallelism_)});
    }

    JavaKey type_;
    std::optional<std::uint32_t> given_;
    std::uint32_t groups_ = 128;
    std::uint32_t parallelism_ = 1;
};

}  // namespace

Row<Partitioner> flink_key_groups_row() {
    return {"flink_key_groups",
            "Flink's keyBy: key groups, dealt to operators in ranges",
            "Flink 2.0 KeyGroupRangeAssignment",
            {{{"max_parallelism", Kind::count, "", 1, flink_groups_max,
               "number of key groups; absent: Flink's default for the first parallelism"},
              java_key_parameter({"number_or_text", "string", "integer", "long"})}},
            [](const Settings& settings) {
                std::optional<std::uint32_t> groups;
                if (settings.has("max_parallelism"))
                    groups = static_cast<std::uint32_t>(settings.integer("max_parallelism"));
                return std::make_unique<FlinkKeyGroups>(java_key_type(settings), groups);
            }};
}

}  // namespace orrery::models
