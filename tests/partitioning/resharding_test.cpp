// Partitions that split when hot or large and merge when cold; the history of it.
#include <doctest/doctest.h>

#include "models/partitioning/key_sample.hpp"
#include "tests/partitioning/partitioning_helpers.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::models::test;

namespace {

/// `count` records of keys `from`..`to`-1 in turn.
void write(Partitioner& partitioner, std::uint64_t from, std::uint64_t to, int count, std::int64_t size = 0) {
    RandomStream random = chance(7);
    for (int i = 0; i < count; ++i) {
        const NumberKey key(from + static_cast<std::uint64_t>(i) % (to - from));
        Record record = keyed(key);
        record.size = size;
        partitioner.pick(record, random);
    }
}

const Texts hot_or_cold{{"key_count", "1000"},
                        {"split_rate", "100/s"},
                        {"merge_rate", "20/s"},
                        {"split_bytes", "1MB"},
                        {"merge_bytes", "100kB"}};

}  // namespace

TEST_CASE("a hot range splits where half of its traffic is, and merges when it is cold") {
    const auto made = partitioner("dynamic_range", 2, hot_or_cold);
    Resharding& ranges = *made->resharding();
    write(*made, 0, 100, 1000);
    CHECK(ranges.maintain(Time(1s)) == 1);  // 1000 a second in partition 0, nothing in partition 1
    REQUIRE(ranges.history().size() == 1);
    CHECK(ranges.history()[0] ==
          PartitionChange{PartitionChange::Kind::split, {PartitionId(0)}, {PartitionId(2), PartitionId(3)}});
    CHECK(!ranges.open(PartitionId(0)));
    int low = 0;
    for (std::uint64_t i = 0; i < 100; ++i) low += made->of_key(NumberKey(i)) == PartitionId(2) ? 1 : 0;
    CHECK(low > 30);
    CHECK(low < 70);
    CHECK(ranges.maintain(Time(2s)) == 1);  // no traffic at all: neighbours join, a pair at a time
    CHECK(ranges.maintain(Time(3s)) == 1);
    CHECK(ranges.maintain(Time(4s)) == 0);  // one is left
    CHECK(made->of_key(NumberKey(1)) == made->of_key(NumberKey(999)));
}

TEST_CASE("a large range splits even when it is cold, and does not merge again") {
    const auto made = partitioner("dynamic_range", 1, hot_or_cold);
    write(*made, 0, 1000, 50, 30'000);
    CHECK(made->resharding()->maintain(Time(1s)) == 1);
    CHECK(made->resharding()->maintain(Time(2s)) == 0);
}

TEST_CASE("a single hot key cannot be split away from itself") {
    const auto made = partitioner("dynamic_range", 1, hot_or_cold);
    write(*made, 500, 501, 100'000);
    CHECK(made->resharding()->maintain(Time(1s)) == 1);  // in front of it
    write(*made, 500, 501, 100'000);
    CHECK(made->resharding()->maintain(Time(2s)) == 0);
    CHECK_THROWS_AS(made->resharding()->split(made->of_key(NumberKey(500)), std::nullopt), PartitionError);
}

TEST_CASE("limits that would split what they merge are refused") {
    CHECK_THROWS_AS(unset("dynamic_range", {{"split_rate", "1/s"}, {"merge_rate", "2/s"}}), ParameterError);
    CHECK_THROWS_AS(unset("dynamic_range", {{"split_bytes", "1kB"}, {"merge_bytes", "2kB"}}), ParameterError);
}

TEST_CASE("a DynamoDB partition splits above 1000 write units or 3000 read units a second") {
    const auto load = [](int records, Record::Access access, std::int64_t size) {
        const auto made = partitioner("dynamodb", 1);
        RandomStream random = chance(1);
        for (int i = 0; i < records; ++i) {
            const NumberKey key(static_cast<std::uint64_t>(i));
            Record record = keyed(key);
            record.access = access;
            record.size = size;
            made->pick(record, random);
        }
        return made->resharding()->maintain(Time(1s));
    };
    CHECK(load(1000, Record::Access::write, 1024) == 0);
    CHECK(load(1001, Record::Access::write, 1024) == 1);
    CHECK(load(501, Record::Access::write, 1025) == 1);  // two units each
    CHECK(load(3000, Record::Access::read, 4096) == 0);
    CHECK(load(3001, Record::Access::read, 1) == 1);
}

TEST_CASE("Kinesis' splits and merges follow its rules") {
    const auto made = partitioner("kinesis", 2);
    Resharding& shards = *made->resharding();
    const std::string half = "170141183460469231731687303715884105728";  // 2^127
    CHECK_THROWS_AS(shards.split(PartitionId(0), "0"), PartitionError);
    CHECK_THROWS_AS(shards.split(PartitionId(0), "1"), PartitionError);
    CHECK_THROWS_AS(shards.split(PartitionId(0), half), PartitionError);
    CHECK_THROWS_AS(shards.split(PartitionId(0), "340282366920938463463374607431768211456"), PartitionError);  // 2^128
    CHECK_THROWS_AS(shards.split(PartitionId(0), "007"), PartitionError);
    CHECK(shards.split(PartitionId(0), "2").children == std::vector{PartitionId(2), PartitionId(3)});
    CHECK_THROWS_AS(shards.split(PartitionId(0), "5"), PartitionError);             // closed
    CHECK_THROWS_AS(shards.merge(PartitionId(2), PartitionId(1)), PartitionError);  // no neighbours
    CHECK(shards.merge(PartitionId(1), PartitionId(3)).parents == std::vector{PartitionId(1), PartitionId(3)});
    CHECK(made->partitions() == 5);
    CHECK_THROWS_AS(shards.split(PartitionId(2), std::nullopt), PartitionError);  // two hash keys wide
}

TEST_CASE("the middle of a sample has no key on both sides") {
    const auto middle = [](const std::vector<std::string>& keys, const std::string& start) {
        KeySample sample;
        RandomStream random = chance(1);
        for (const std::string& key : keys) sample.see(key, random);
        return sample.middle(start);
    };
    CHECK(middle({"a", "b", "c", "d"}, "").value() == "c");
    CHECK(middle({"a", "b", "b", "b", "b", "b"}, "").value() == "b");
    CHECK(middle({"b", "b", "b", "b", "b", "c"}, "b").value() == "c");
    CHECK(!middle({"b", "b"}, "b"));
    CHECK(!middle({}, ""));
}
