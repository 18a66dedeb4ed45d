/// cassandra_murmur3, cassandra_random: Cassandra's token ring with one even initial token a partition.
///
/// Partition i has token i x floor(size / n) from the least one on, as the documentation has initial tokens computed,
/// and owns (token of its predecessor, its own token]; what lies behind the last token wraps to partition 0. Nodes with
/// many random tokens each are rings (models/hashing). O(1).
#include "models/partitioning/cassandra_token.hpp"
#include "models/partitioning/catalog.hpp"

namespace orrery::models {

namespace {

/// Murmur3Partitioner: 2^64 tokens, here counted from the least.
struct Murmur3Tokens {
    static constexpr UnsignedWide size = UnsignedWide{1} << 64;
    static UnsignedWide place(Key key) {
        return static_cast<std::uint64_t>(cassandra_murmur3_token(key)) ^ (std::uint64_t{1} << 63);
    }
};

/// RandomPartitioner: tokens 0 to 2^127. The empty key's -1 is in front of the first token, whose partition owns it.
struct RandomTokens {
    static constexpr UnsignedWide size = UnsignedWide{1} << 127;
    static UnsignedWide place(Key key) { return cassandra_random_token(key).value_or(0); }
};

template <class Tokens>
class Cassandra final : public Partitioner {
public:
    std::unique_ptr<Partitioner> clone() const override { return std::make_unique<Cassandra>(*this); }
    void reset(std::uint32_t partitions) override {
        require_partitions(partitions);
        partitions_ = partitions;
        step_ = Tokens::size / partitions;
    }
    std::uint32_t partitions() const override { return partitions_; }

    PartitionId of(const Record& record) const override { return place(require_key(record)); }
    void of_numbers(std::span<const std::uint64_t> keys, std::span<PartitionId> out) const override {
        for (std::size_t i = 0; i < keys.size(); ++i) out[i] = place(NumberKey(keys[i]));
    }
    std::size_t memory_bytes() const override { return sizeof(*this); }

    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.max_over_mean = 1;
        promise.growth = PartitionerPromise::Growth::recut;
        return promise;
    }

private:
    PartitionId place(Key key) const {
        const UnsignedWide at = Tokens::place(key);
        const UnsignedWide first_at_or_after = at / step_ + (at % step_ != 0 ? 1 : 0);
        return PartitionId(first_at_or_after < partitions_ ? static_cast<std::size_t>(first_at_or_after) : 0);
    }

    std::uint32_t partitions_ = 1;
    UnsignedWide step_ = Tokens::size;
};

}  // namespace

Row<Partitioner> cassandra_murmur3_row() {
    return {"cassandra_murmur3",
            "Cassandra's Murmur3Partitioner, one even token a partition",
            "Cassandra 5.1",
            {},
            [](const Settings&) { return std::make_unique<Cassandra<Murmur3Tokens>>(); }};
}

Row<Partitioner> cassandra_random_row() {
    return {"cassandra_random",
            "Cassandra's RandomPartitioner (MD5), one even token a partition",
            "Cassandra 5.1",
            {},
            [](const Settings&) { return std::make_unique<Cassandra<RandomTokens>>(); }};
}

}  // namespace orrery::models
