/// key_replication: the hash of the key modulo n, but a hot key has copies: its writes go to several partitions, its
/// reads to any one of them.
///
/// A key is replicated by the first write that finds it hot, so that no copy is ever behind and nothing has to be
/// copied at another time, and is alone at its home again from the first write that finds it cold (or that asks `pick`,
/// for one partition). That holds for the one router whose value this is: several routers have to agree on the set of
/// replicated keys first.
#include <algorithm>

#include "models/partitioning/catalog.hpp"
#include "models/partitioning/hot_keys/head.hpp"
#include "models/partitioning/hot_keys/hot_key_spec.hpp"

namespace orrery::models {

namespace {

class KeyReplication final : public Partitioner {
public:
    explicit KeyReplication(const HotKeySpec& spec) : spec_(spec), head_(spec.hot_share, spec.counters) {}
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<KeyReplication>(*this); }
    void reset(std::uint32_t partitions) override {
        resize(partitions);
        head_.clear();
    }
    void resize(std::uint32_t partitions) override {
        require_partitions(partitions);
        ways_ = HotKeyWays(partitions, spec_.ways);
        replicated_.clear();
    }
    std::uint32_t partitions() const override { return ways_.partitions(); }

    PartitionId pick(const Record& record, RandomStream& random) override {
        // A caller that asks for one partition writes one copy: the others are not valid any more.
        const Key key = require_key(record);
        if (record.access == Record::Access::read) {
            pick_all(record, random, picked_);
            return picked_.front();
        }
        head_.add(key);
        forget(key);
        return ways_.home(key);
    }
    void pick_all(const Record& record, RandomStream& random, std::vector<PartitionId>& out) override {
        const Key key = require_key(record);
        const bool hot = head_.add(key);
        if (record.access == Record::Access::read) {
            out.assign(1, is_replicated(key) ? ways_.way(key, random.below(ways_.ways())) : ways_.home(key));
            return;
        }
        if (hot) {
            replicate(key);
            ways_.all(key, out);
        } else {
            forget(key);
            out.assign(1, ways_.home(key));
        }
    }
    void reach(const Record& record, std::vector<PartitionId>& out) const override {
        const Key key = require_key(record);
        if (is_replicated(key)) {
            ways_.all(key, out);
        } else {
            out.assign(1, ways_.home(key));
        }
    }
    std::size_t memory_bytes() const override {
        return sizeof(*this) + head_.memory_bytes() + replicated_.capacity() * sizeof(std::uint64_t);
    }

    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.depends_on = PartitionerPromise::DependsOn::chance;
        promise.fan_out = PartitionerPromise::FanOut::several;
        promise.partitions_per_key = spec_.ways;
        promise.max_over_mean = 1;
        return promise;
    }

private:
    bool is_replicated(Key key) const { return std::binary_search(replicated_.begin(), replicated_.end(), xxh64(key)); }

    void replicate(Key key) {
        const std::uint64_t hash = xxh64(key);
        auto place = std::lower_bound(replicated_.begin(), replicated_.end(), hash);
        if (place != replicated_.end() && *place == hash) return;
        // Keys that were hot and are not written any more would pile up. Their homes have all writes, so that any key
        // may be forgotten at any time; those that are hot come back with their next write.
        if (replicated_.size() >= spec_.counters) {
            replicated_.clear();
            place = replicated_.begin();
        }
        replicated_.insert(place, hash);
    }
    void forget(Key key) {
        const std::uint64_t hash = xxh64(key);
        const auto place = std::lower_bound(replicated_.begin(), replicated_.end(), hash);
        if (place != replicated_.end() && *place == hash) replicated_.erase(place);
    }

    HotKeySpec spec_;
    StreamHead head_;
    HotKeyWays ways_;
    std::vector<std::uint64_t> replicated_;  ///< hashes of keys, sorted
    std::vector<PartitionId> picked_;        ///< kept for its capacity
};

}  // namespace

Row<Partitioner> key_replication_row() {
    return {"key_replication",
            "modulo hash; hot keys are copied to several partitions, read from any",
            "classic; hot keys by Metwally et al. (ICDT 2005)",
            {hot_key_parameters()},
            [](const Settings& settings) { return std::make_unique<KeyReplication>(hot_key_spec(settings)); }};
}

}  // namespace orrery::models
