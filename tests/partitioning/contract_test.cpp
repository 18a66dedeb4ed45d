// The contract check over every row that ships, with settings beside the defaults; and partitioners with a planted bug,
// which it must find.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "models/partitioning/contract/script.hpp"
#include "models/partitioning/partitioner_contract.hpp"
#include "tests/partitioning/partitioning_helpers.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::models::test;

TEST_CASE("every partitioner keeps the partitioner contract") {
    for (const auto& row : partitioners()) {
        CAPTURE(row.name);
        CHECK(check_partitioner_contract(row, settings_of(row), 11) == std::vector<std::string>{});
    }
}

TEST_CASE("partitioners keep the contract under other settings, too") {
    const std::vector<std::pair<std::string, Texts>> others = {
        {"modulo", {{"hash", "murmur2"}}},
        {"modulo", {{"hash", "md5"}}},
        {"range", {{"splits", "g"}}},
        {"range", {{"splits", "user-3, user-5"}}},
        {"dynamic_range",
         {{"split_rate", "3/s"}, {"merge_rate", "2/s"}, {"split_bytes", "100kB"}, {"merge_bytes", "60kB"}}},
        {"list", {{"values", "de|us"}}},
        {"list", {{"by", "key"}}},
        {"composite", {{"groups", "de|at, us"}}},
        {"composite", {{"groups", "f"}, {"by", "range"}}},
        {"time_range", {{"width", "1ns"}}},
        {"round_robin", {{"start", "random"}}},
        {"sticky", {{"batch", "1B"}}},
        {"kafka_default", {{"batch", "1kB"}}},
        {"kafka_sticky", {{"batch", "1B"}, {"adaptive", "false"}}},
        {"dynamodb", {{"split_bytes", "50kB"}}},
        {"flink_key_groups", {{"max_parallelism", "4096"}, {"key_type", "string"}}},
        {"flink_key_groups", {{"max_parallelism", "3"}}},
        {"storm_fields", {{"key_type", "bytes"}}},
        {"storm_pkg", {{"variant", "murmur_13_17"}}},
        {"d_choices", {{"theta", "2%"}, {"every", "10"}}},
        {"w_choices", {{"theta", "2%"}}},
        {"key_splitting", {{"ways", "3"}}},
        {"key_replication", {{"hot_share", "3%"}, {"counters", "5"}}},
    };
    const auto rows = partitioners();
    for (const auto& other : others) {
        CAPTURE(other.first);
        const auto& row = row_of(rows, other.first);
        CHECK(check_partitioner_contract(row, settings_of(row, other.second), 12) == std::vector<std::string>{});
    }
}

// Planted bugs -----------------------------------------------------------------------------------

namespace {

/// Modulo hash with something to get wrong.
class Planted : public Partitioner {
public:
    void reset(std::uint32_t partitions) override {
        require_partitions(partitions);
        partitions_ = partitions;
    }
    std::uint32_t partitions() const override { return partitions_; }
    PartitionId of(const Record& record) const override {
        return PartitionId(static_cast<std::size_t>(mix64(purpose_code(require_key(record))) % partitions_));
    }
    std::size_t memory_bytes() const override { return sizeof(*this); }
    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.max_over_mean = 1;
        promise.growth = PartitionerPromise::Growth::reshuffled;
        return promise;
    }

protected:
    std::uint32_t partitions_ = 1;
};

template <class Bug>
class Cloned : public Planted {
public:
    std::unique_ptr<Partitioner> clone() const override {
        return std::make_unique<Bug>(static_cast<const Bug&>(*this));
    }
};

/// What the check finds, all in one text.
template <class Bug>
std::string found() {
    const Row<Partitioner> row("planted", "has a bug", "here", {},
                               [](const Settings&) { return std::make_unique<Bug>(); });
    std::string all;
    for (const std::string& finding : check_partitioner_contract(row, {}, 5)) all += finding + "\n";
    return all;
}

bool tells(const std::string& findings, std::string_view of) {
    return findings.find(of) != std::string::npos;
}

struct NoBug : Cloned<NoBug> {};

struct OneTooFar : Cloned<OneTooFar> {
    PartitionId of(const Record& record) const override {
        return PartitionId(static_cast<std::size_t>(mix64(purpose_code(require_key(record))) % (partitions_ + 1)));
    }
};

struct NoKeyIsEmptyKey : Cloned<NoKeyIsEmptyKey> {
    PartitionId of(const Record& record) const override {
        return PartitionId(static_cast<std::size_t>(mix64(purpose_code(record.key.value_or(""))) % partitions_));
    }
};

struct FailsForEmptyKey : Cloned<FailsForEmptyKey> {
    PartitionId of(const Record& record) const override {
        if (require_key(record).empty()) throw std::out_of_range("no first byte");
        return Planted::of(record);
    }
};

struct TakesNone : Cloned<TakesNone> {
    void reset(std::uint32_t partitions) override { partitions_ = std::max(partitions, 1u); }
};

struct ForgetsInClone : Cloned<ForgetsInClone> {
    ForgetsInClone() = default;
    ForgetsInClone(const ForgetsInClone& other) : Cloned(other) {}  // the count stays behind
    PartitionId pick(const Record& record, RandomStream&) override {
        require_key(record);
        return PartitionId(static_cast<std::size_t>(count_++ % partitions_));
    }
    PartitionId of(const Record&) const override { throw PartitionError("it depends on more"); }
    void reset(std::uint32_t partitions) override {
        Planted::reset(partitions);
        count_ = 0;
    }
    void reach(const Record&, std::vector<PartitionId>& out) const override { reach_all(out); }
    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.depends_on = PartitionerPromise::DependsOn::history;
        promise.partitions_per_key.reset();
        return promise;
    }
    std::uint64_t count_ = 0;
};

struct SharesWithClone : Cloned<SharesWithClone> {
    PartitionId pick(const Record& record, RandomStream&) override {
        require_key(record);
        return PartitionId(static_cast<std::size_t>((*count_)++ % partitions_));
    }
    PartitionId of(const Record&) const override { throw PartitionError("it depends on more"); }
    void reset(std::uint32_t partitions) override {
        Planted::reset(partitions);
        count_ = std::make_shared<std::uint64_t>(0);
    }
    void reach(const Record&, std::vector<PartitionId>& out) const override { reach_all(out); }
    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.depends_on = PartitionerPromise::DependsOn::history;
        promise.partitions_per_key.reset();
        return promise;
    }
    std::shared_ptr<std::uint64_t> count_;
};

struct CountsRefused : Cloned<CountsRefused> {
    PartitionId pick(const Record& record, RandomStream&) override {
        ++count_;
        require_key(record);
        return PartitionId(static_cast<std::size_t>(count_ % partitions_));
    }
    PartitionId of(const Record&) const override { throw PartitionError("it depends on more"); }
    void reset(std::uint32_t partitions) override {
        Planted::reset(partitions);
        count_ = 0;
    }
    void reach(const Record&, std::vector<PartitionId>& out) const override { reach_all(out); }
    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.depends_on = PartitionerPromise::DependsOn::history;
        promise.partitions_per_key.reset();
        return promise;
    }
    std::uint64_t count_ = 0;
};

struct TwoPlaces : Cloned<TwoPlaces> {
    PartitionId pick(const Record& record, RandomStream& random) override {
        return PartitionId(static_cast<std::size_t>((of(record).value + random.below(2)) % partitions_));
    }
    void reach(const Record&, std::vector<PartitionId>& out) const override { reach_all(out); }
};

struct HalfReach : Cloned<HalfReach> {
    PartitionId pick(const Record& record, RandomStream& random) override {
        return PartitionId(static_cast<std::size_t>((Planted::of(record).value + random.below(2)) % partitions_));
    }
    PartitionId of(const Record&) const override { throw PartitionError("it depends on more"); }
    void reach(const Record& record, std::vector<PartitionId>& out) const override {
        out.assign(1, Planted::of(record));
    }
    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.depends_on = PartitionerPromise::DependsOn::chance;
        promise.partitions_per_key = 2;
        return promise;
    }
};

struct OtherInBatches : Cloned<OtherInBatches> {
    void of_numbers(std::span<const std::uint64_t> keys, std::span<PartitionId> out) const override {
        for (std::size_t i = 0; i < keys.size(); ++i)
            out[i] = PartitionId(static_cast<std::size_t>(mix64(keys[i]) % partitions_));
    }
};

struct Crowded : Cloned<Crowded> {
    PartitionId of(const Record& record) const override {
        const std::uint64_t hash = mix64(purpose_code(require_key(record)));
        return PartitionId(static_cast<std::size_t>(hash % 10 == 0 ? 0 : hash / 10 % partitions_));
    }
};

struct MovesAll : Cloned<MovesAll> {
    PartitionerPromise promise() const override {
        PartitionerPromise promise;
        promise.growth = PartitionerPromise::Growth::least;
        return promise;
    }
};

struct NoTwice : Cloned<NoTwice> {
    void pick_all(const Record& record, RandomStream&, std::vector<PartitionId>& out) override {
        out.assign(2, of(record));
    }
};

/// Ranges of the hash, of which a split drops something.
struct BadSplit : Cloned<BadSplit>, Resharding {
    void reset(std::uint32_t partitions) override {
        require_partitions(partitions, 1);
        starts_ = {0};
        history_.clear();
    }
    std::uint32_t partitions() const override { return 1 + 2 * static_cast<std::uint32_t>(history_.size()); }
    PartitionId of(const Record& record) const override {
        const std::uint64_t hash = mix64(purpose_code(require_key(record)));
        if (history_.empty()) return PartitionId(0);
        return PartitionId(hash % 16 == 0 ? std::size_t{0} : std::size_t{1} + (hash >> 63));  // some stay behind
    }
    Resharding* resharding() override { return this; }
    bool open(PartitionId id) const override { return (id.value == 0) == history_.empty(); }
    std::span<const PartitionChange> history() const override { return history_; }
    const PartitionChange& split(PartitionId id, std::optional<std::string_view>) override {
        if (id.value != 0 || !history_.empty()) throw PartitionError("once only");
        history_.push_back({PartitionChange::Kind::split, {id}, {PartitionId(1), PartitionId(2)}});
        return history_.back();
    }
    const PartitionChange& merge(PartitionId, PartitionId) override { throw PartitionError("never"); }
    PartitionerPromise promise() const override { return {}; }
    std::vector<std::uint64_t> starts_;
    std::vector<PartitionChange> history_;
};

}  // namespace

TEST_CASE("a partitioner without a bug is found without one") {
    CHECK(found<NoBug>() == "");
}

TEST_CASE("planted bugs are found") {
    CHECK(tells(found<OneTooFar>(), "picks a partition that does not exist"));
    CHECK(tells(found<NoKeyIsEmptyKey>(), "takes a record without a key"));
    CHECK(tells(found<FailsForEmptyKey>(), "throws no first byte"));
    CHECK(tells(found<TakesNone>(), "takes a reset to no partitions"));
    CHECK(tells(found<ForgetsInClone>(), "the same calls to a twin, a clone"));
    CHECK(tells(found<SharesWithClone>(), "the same calls to a twin, a clone"));
    CHECK(tells(found<CountsRefused>(), "the same calls to a twin, a clone"));
    CHECK(tells(found<TwoPlaces>(), "`of` says something else than `pick`"));
    CHECK(tells(found<HalfReach>(), "`reach` does not hold what was picked"));
    CHECK(tells(found<OtherInBatches>(), "`of_numbers` says something else than `of`"));
    CHECK(tells(found<Crowded>(), "the fullest of 16 partitions"));
    CHECK(tells(found<MovesAll>(), "of the keys move, not the"));
    CHECK(tells(found<NoTwice>(), "picks a partition twice"));
    CHECK(tells(found<BadSplit>(), "a key is lost in a change"));
}

TEST_CASE("a broken promise comes with the shortest script that shows it") {
    // One pick of the right key is enough for this one; a clone that forgot its count takes more partitions than the
    // one of that script, a pick, the clone, and another pick.
    const auto steps = [](const std::string& finding) { return std::count(finding.begin(), finding.end(), '(') - 1; };
    const std::string far = found<OneTooFar>();
    CHECK(steps(far.substr(0, far.find('\n'))) == 1);
    const std::string forgets = found<ForgetsInClone>();
    CAPTURE(forgets);
    CHECK(steps(forgets.substr(0, forgets.find('\n'))) == 4);
}
