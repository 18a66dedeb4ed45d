// What makes each of the classic schemes different from the others.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/partitioning/partitioning_helpers.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::models::test;

namespace {

std::vector<std::uint32_t> picks(Partitioner& partitioner, const Record& record, int count, RandomStream& random) {
    std::vector<std::uint32_t> out;
    for (int i = 0; i < count; ++i) out.push_back(partitioner.pick(record, random).value);
    return out;
}

std::vector<PartitionLoad> down(std::size_t partitions, const std::set<std::size_t>& which) {
    std::vector<PartitionLoad> loads(partitions);
    for (const std::size_t i : which) loads[i].state = PartitionLoad::State::down;
    return loads;
}

Record with_field(std::string_view field, Key key = "k") {
    Record record = keyed(key);
    record.field = field;
    return record;
}

}  // namespace

TEST_CASE("a range goes up to its split, byte by byte") {
    const auto made = partitioner("range", 3, {{"splits", "g, p"}});
    for (const auto& [key, partition] : std::vector<std::pair<std::string, std::uint32_t>>{{"", 0},
                                                                                           {"a", 0},
                                                                                           {"fzzz", 0},
                                                                                           {"g", 1},
                                                                                           {std::string("g\0", 2), 1},
                                                                                           {"ozz", 1},
                                                                                           {"p", 2},
                                                                                           {"\xff", 2},
                                                                                           {"G", 0}})
        CHECK(made->of_key(key).value == partition);
    CHECK_THROWS_AS(made->reset(4), PartitionError);
    CHECK_THROWS_AS(partitioner("range", 3, {{"splits", "p, g"}}), ParameterError);
    CHECK_THROWS_AS(made->of(Record{}), PartitionError);
}

TEST_CASE("ranges of numbered keys are cut evenly") {
    const auto made = partitioner("range", 3, {{"key_count", "10"}});
    std::vector<std::uint32_t> owners;
    for (std::uint64_t i = 0; i < 12; ++i) owners.push_back(made->of_key(NumberKey(i)).value);
    CHECK(owners == std::vector<std::uint32_t>{0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2});
    CHECK_THROWS_AS(partitioner("range", 11, {{"key_count", "10"}}), PartitionError);
}

TEST_CASE("a list holds its values, and one more partition the others") {
    const auto made = partitioner("list", 3, {{"values", "de|at|ch, us"}});
    CHECK(made->of(with_field("at")).value == 0);
    CHECK(made->of(with_field("us")).value == 1);
    CHECK(made->of(with_field("fr")).value == 2);
    CHECK(made->of(with_field("")).value == 2);
    const auto strict = partitioner("list", 2, {{"values", "de|at|ch, us"}, {"others", "refuse"}});
    CHECK_THROWS_WITH(strict->of(with_field("fr")), "'fr' is in no list");
    CHECK_THROWS_AS(partitioner("list", 2, {{"values", "de|at, us|de"}, {"others", "refuse"}}), ParameterError);
}

TEST_CASE("a list without values gives each new value the next partition") {
    const auto made = partitioner("list", 3);
    RandomStream random = chance(1);
    std::vector<std::uint32_t> out;
    for (const char* field : {"b", "a", "b", "c", "d", "a"}) out.push_back(made->pick(with_field(field), random).value);
    CHECK(out == std::vector<std::uint32_t>{0, 1, 0, 2, 0, 1});
}

TEST_CASE("a composite keeps groups apart and hashes within them") {
    const auto made = partitioner("composite", 12, {{"groups", "de|at, us"}});
    std::set<std::uint32_t> seen;
    for (std::uint64_t i = 0; i < 100; ++i) {
        const NumberKey key(i);
        const std::uint32_t de = made->of(with_field("de", key)).value;
        CHECK(de < 4);
        CHECK(made->of(with_field("us", key)).value == de + 4);
        CHECK(made->of(with_field("fr", key)).value == de + 8);
        seen.insert(de);
    }
    CHECK(seen.size() == 4);
    CHECK_THROWS_AS(made->reset(13), PartitionError);
    const auto ranges = partitioner("composite", 4, {{"groups", "m"}, {"by", "range"}});
    CHECK(ranges->of(with_field("lz")).value < 2);
    CHECK(ranges->of(with_field("m")).value >= 2);
}

TEST_CASE("a period of time is one partition, and the oldest gives way") {
    const auto made = partitioner("time_range", 3, {{"width", "1h"}});
    const auto at = [&](Duration time) {
        Record record;
        record.time = Time(time);
        return made->of(record).value;
    };
    CHECK(at(0h) == 0);
    CHECK(at(1h - 1ns) == 0);
    CHECK(at(1h) == 1);
    CHECK(at(3h) == 0);
    CHECK(at(-1ns) == 2);
    CHECK(at(-3h) == 0);
}

TEST_CASE("round robin takes turns, skips what is down, and goes on where it was") {
    const auto made = partitioner("round_robin", 4);
    RandomStream random = chance(1);
    CHECK(picks(*made, {}, 5, random) == std::vector<std::uint32_t>{0, 1, 2, 3, 0});
    made->observe(down(4, {1, 2}));
    CHECK(picks(*made, {}, 3, random) == std::vector<std::uint32_t>{3, 0, 3});
    made->observe(down(4, {0, 1, 2, 3}));  // none is up: as if all were
    CHECK(picks(*made, {}, 3, random) == std::vector<std::uint32_t>{0, 1, 2});
    made->resize(2);
    CHECK(picks(*made, {}, 2, random) == std::vector<std::uint32_t>{0, 1});
}

TEST_CASE("random and shuffle leave out what is down") {
    for (const char* name : {"random", "shuffle"}) {
        const auto made = partitioner(name, 5);
        RandomStream random = chance(2);
        made->observe(down(5, {0, 3}));
        for (const std::uint32_t picked : picks(*made, {}, 200, random)) CHECK((picked != 0 && picked != 3));
    }
}

TEST_CASE("shuffle gives everyone one turn in a round, in another order each time") {
    const auto made = partitioner("shuffle", 8);
    RandomStream random = chance(3);
    std::set<std::vector<std::uint32_t>> orders;
    for (int round = 0; round < 10; ++round) {
        auto turns = picks(*made, {}, 8, random);
        orders.insert(turns);
        std::sort(turns.begin(), turns.end());
        CHECK(turns == std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6, 7});
    }
    CHECK(orders.size() == 10);
}

TEST_CASE("a sticky batch is not split, and the next goes elsewhere") {
    const auto made = partitioner("sticky", 3, {{"batch", "1000B"}});
    RandomStream random = chance(4);
    Record record;
    record.size = 400;
    for (int batch = 0, last = -1; batch < 50; ++batch) {
        const auto two = picks(*made, record, 2, random);
        CHECK(two[0] == two[1]);
        CHECK(static_cast<int>(two[0]) != last);
        last = static_cast<int>(two[0]);
    }
    record.size = 5000;  // larger than a batch: one of its own
    const auto large = picks(*made, record, 20, random);
    CHECK(std::adjacent_find(large.begin(), large.end()) == large.end());
}

TEST_CASE("broadcast is everywhere, global in one place") {
    const auto all = partitioner("broadcast", 4);
    RandomStream random = chance(5);
    std::vector<PartitionId> out;
    all->pick_all({}, random, out);
    CHECK(numbers(out) == std::vector<std::uint32_t>{0, 1, 2, 3});
    CHECK_THROWS_AS(all->pick({}, random), PartitionError);
    CHECK(partitioner("global", 4)->of_key("any").value == 0);
}

TEST_CASE("no partitions, and too many, are refused by every scheme") {
    for (const auto& row : partitioners()) {
        CAPTURE(row.name);
        const auto made = row.make(settings_of(row));
        CHECK_THROWS_WITH_AS(made->reset(0), "no partitions to choose from", PartitionError);
        CHECK_THROWS_AS(made->reset(partitions_max + 1), PartitionError);
    }
}
