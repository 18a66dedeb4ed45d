/// composite: first the field, by list or by range, then the hash of the key within that group.
///
/// n partitions in g groups are n/g for each: group f holds partitions f n/g to (f + 1) n/g - 1. n must be a multiple.
#include "models/hashing/hash_choice.hpp"
#include "models/partitioning/catalog.hpp"
#include "models/partitioning/key_bounds.hpp"
#include "models/partitioning/range_lineage.hpp"
#include "models/partitioning/value_lists.hpp"
#include "sim/base/value_ptr.hpp"

namespace orrery::models {

namespace {

enum class Outer : std::uint8_t { list, range };

class Composite final : public Partitioner {
public:
    Composite(Outer outer, const std::vector<std::string>& groups, std::unique_ptr<HashFunction> hash)
        : outer_(outer), hash_(std::move(hash)) {
        if (outer == Outer::list) {
            lists_ = ValueLists("groups", groups);
            groups_ = static_cast<std::uint32_t>(groups.size()) + 1;
        } else {
            ranges_.reset(given_key_bounds(groups));
            groups_ = ranges_.size();
        }
    }
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<Composite>(*this); }

    void reset(std::uint32_t partitions) override {
        require_partitions(partitions);
        if (partitions % groups_ != 0)
            throw PartitionError(std::to_string(partitions) + " partitions are no multiple of " +
                                 std::to_string(groups_) + " groups");
        inner_ = partitions / groups_;
    }
    std::uint32_t partitions() const override { return groups_ * inner_; }
    PartitionId of(const Record& record) const override {
        const std::uint64_t within = (*hash_)(require_key(record)) % inner_;
        return PartitionId(static_cast<std::size_t>(std::uint64_t{group_of(record.field)} * inner_ + within));
    }
    std::size_t memory_bytes() const override { return sizeof(*this) + lists_.memory_bytes() + ranges_.memory_bytes(); }

    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.partitions_per_key = groups_;
        if (groups_ > 1) return promise;
        promise.max_over_mean = 1;
        promise.growth = PartitionerPromise::Growth::reshuffled;
        return promise;
    }

private:
    std::uint32_t group_of(std::string_view field) const {
        if (outer_ == Outer::list) return lists_.find(field).value_or(groups_ - 1);
        return ranges_.of(field).value;
    }

    Outer outer_;
    ValuePtr<HashFunction> hash_;
    ValueLists lists_;
    RangeLineage<std::string> ranges_;
    std::uint32_t groups_ = 1;
    std::uint32_t inner_ = 1;
};

}  // namespace

Row<Partitioner> composite_row() {
    return {
        "composite",
        "first a field, by list or range, then the hash of the key",
        "classic; Oracle composite list-hash and range-hash, MySQL subpartitions",
        {{{"by", Kind::choice, "list", 0, 0, "how `groups` is meant", {"list", "range"}},
          {"groups", Kind::list, "", 0, 0,
           "list: values of the field, one list a group: [de|at|ch, us], all others are one more, last group; range: "
           "where the second and every later group begins; absent: one group"}},
         {hash_child("xxh64")}},
        [](const Settings& settings) {
            std::vector<std::string> groups;
            if (settings.has("groups")) groups = settings.list("groups");
            return std::make_unique<Composite>(settings.text("by") == "list" ? Outer::list : Outer::range, groups,
                                               chosen_hash(settings));
        }};
}

}  // namespace orrery::models
