/// key_splitting: the hash of the key modulo n, but records of a hot key go to one of several partitions by chance
/// ("salting"). For aggregates that can be merged: a reader of any key has to ask all its ways, since what was hot once
/// has left records there.
#include "models/partitioning/catalog.hpp"
#include "models/partitioning/hot_keys/head.hpp"
#include "models/partitioning/hot_keys/hot_key_spec.hpp"

namespace orrery::models {

namespace {

class KeySplitting final : public Partitioner {
public:
    explicit KeySplitting(const HotKeySpec& spec) : spec_(spec), head_(spec.hot_share, spec.counters) {}
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<KeySplitting>(*this); }
    void reset(std::uint32_t partitions) override {
        resize(partitions);
        head_.clear();
    }
    void resize(std::uint32_t partitions) override {
        require_partitions(partitions);
        ways_ = HotKeyWays(partitions, spec_.ways);
    }
    std::uint32_t partitions() const override { return ways_.partitions(); }

    PartitionId pick(const Record& record, RandomStream& random) override {
        const Key key = require_key(record);
        if (!head_.add(key)) return ways_.home(key);
        return ways_.way(key, random.below(ways_.ways()));
    }
    void reach(const Record& record, std::vector<PartitionId>& out) const override {
        ways_.all(require_key(record), out);
    }
    std::size_t memory_bytes() const override { return sizeof(*this) + head_.memory_bytes(); }

    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.depends_on = PartitionerPromise::DependsOn::chance;
        promise.partitions_per_key = spec_.ways;
        promise.max_over_mean = 1;
        return promise;
    }

private:
    HotKeySpec spec_;
    StreamHead head_;
    HotKeyWays ways_;
};

}  // namespace

Row<Partitioner> key_splitting_row() {
    return {"key_splitting",
            "modulo hash; records of hot keys go to one of several partitions",
            "classic (salting); hot keys by Metwally et al. (ICDT 2005)",
            {hot_key_parameters()},
            [](const Settings& settings) { return std::make_unique<KeySplitting>(hot_key_spec(settings)); }};
}

}  // namespace orrery::models
