/// redis_slots: Redis Cluster's 16384 slots, each at one shard.
///
/// At first slots are dealt as `redis-cli --cluster create` deals them: even ranges, in single precision. Another
/// number of shards moves whole slots, no more than needed: a new shard takes its share from those that have most, a
/// shard that leaves (the last) gives its slots to those that have least. A key's lookup is one CRC and one table read.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "models/partitioning/catalog.hpp"
#include "models/partitioning/redis_slot.hpp"

namespace orrery::models {

namespace {

class RedisSlots final : public Partitioner {
public:
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<RedisSlots>(*this); }

    void reset(std::uint32_t shards) override {
        require_partitions(shards, redis_slots);
        const float slots_per_shard = static_cast<float>(redis_slots) / static_cast<float>(shards);
        float cursor = 0;
        std::uint32_t first = 0;
        for (std::uint32_t shard = 0; shard < shards; ++shard) {
            auto last = static_cast<std::uint32_t>(std::lround(cursor + slots_per_shard - 1));
            if (shard + 1 == shards || last >= redis_slots) last = redis_slots - 1;
            last = std::max(last, first);
            for (std::uint32_t slot = first; slot <= last; ++slot) shard_[slot] = shard;
            first = last + 1;
            cursor += slots_per_shard;
        }
        shards_ = shards;
    }

    void resize(std::uint32_t shards) override {
        require_partitions(shards, redis_slots);
        if (shards < shards_) drop_to(shards);
        if (shards > shards_) grow_to(shards);
    }
    std::uint32_t partitions() const override { return shards_; }

    PartitionId of(const Record& record) const override {
        return PartitionId(std::size_t{shard_[redis_slot(require_key(record))]});
    }
    void of_numbers(std::span<const std::uint64_t> keys, std::span<PartitionId> out) const override {
        for (std::size_t i = 0; i < keys.size(); ++i)
            out[i] = PartitionId(std::size_t{shard_[redis_slot_number(keys[i])]});
    }
    std::size_t memory_bytes() const override { return sizeof(*this); }

    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.max_over_mean = 1;
        promise.growth = PartitionerPromise::Growth::least;
        return promise;
    }

private:
    std::vector<std::uint32_t> counts() const {
        std::vector<std::uint32_t> counts(shards_, 0);
        for (const std::uint32_t shard : shard_) ++counts[shard];
        return counts;
    }

    /// Each new shard gets an even share, rounded down: one slot after the other from whichever has most, the last
    /// slots of each first.
    void grow_to(std::uint32_t shards) {
        const std::vector<std::uint32_t> has = counts();
        std::vector<std::uint32_t> gives(shards_, 0);
        // Of equal ones the lower number.
        const auto fewer = [](const auto& a, const auto& b) {
            return a.first != b.first ? a.first < b.first : a.second > b.second;
        };
        using Entry = std::pair<std::uint32_t, std::uint32_t>;
        std::priority_queue<Entry, std::vector<Entry>, decltype(fewer)> fullest(fewer);
        for (std::uint32_t shard = 0; shard < shards_; ++shard) fullest.emplace(has[shard], shard);
        const std::uint32_t share = redis_slots / shards;
        for (std::uint32_t moved = 0; moved < share * (shards - shards_); ++moved) {
            const auto [count, shard] = fullest.top();
            fullest.pop();
            ++gives[shard];
            fullest.emplace(count - 1, shard);
        }
        std::uint32_t taken = 0;
        for (std::uint32_t slot = redis_slots; slot-- > 0;) {
            std::uint32_t& shard = shard_[slot];
            if (gives[shard] == 0) continue;
            --gives[shard];
            shard = shards_ + taken++ / share;
            if (taken == share * (shards - shards_)) break;
        }
        shards_ = shards;
    }

    /// The slots of the shards that leave go, in order, to whichever has least.
    void drop_to(std::uint32_t shards) {
        const std::vector<std::uint32_t> has = counts();
        using Entry = std::pair<std::uint32_t, std::uint32_t>;
        std::priority_queue<Entry, std::vector<Entry>, std::greater<>> emptiest;
        for (std::uint32_t shard = 0; shard < shards; ++shard) emptiest.emplace(has[shard], shard);
        for (std::uint32_t& shard : shard_) {
            if (shard < shards) continue;
            const auto [count, to] = emptiest.top();
            emptiest.pop();
            shard = to;
            emptiest.emplace(count + 1, to);
        }
        shards_ = shards;
    }

    std::uint32_t shards_ = 0;
    std::array<std::uint32_t, redis_slots> shard_{};
};

}  // namespace

Row<Partitioner> redis_slots_row() {
    return {"redis_slots",
            "Redis Cluster: CRC16 of the key or its {tag} in 16384 slots, each at a shard",
            "Redis Cluster specification; redis-server and redis-cli 7.0",
            {},
            [](const Settings&) { return std::make_unique<RedisSlots>(); }};
}

}  // namespace orrery::models
