// java.util.Random, against what its definition gives (an independent implementation in Python) and, where they are
// there, against OpenJDK's own answers.
#include "models/hashing/functions/java_random.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "tests/golden.hpp"

using namespace orrery;
using namespace orrery::models;

namespace {

struct Expected {
    std::int64_t seed;
    std::vector<std::int32_t> ints;
    std::int32_t bound;
    std::vector<std::int32_t> bounded;
    std::vector<std::int64_t> longs;
    double real;
    std::vector<int> shuffled;
};

void check(const Expected& expected) {
    CAPTURE(expected.seed);
    JavaRandom ints(expected.seed), bounded(expected.seed), longs(expected.seed), reals(expected.seed);
    for (const std::int32_t value : expected.ints) CHECK(ints.next_int() == value);
    for (const std::int32_t value : expected.bounded) CHECK(bounded.next_int(expected.bound) == value);
    for (const std::int64_t value : expected.longs) CHECK(longs.next_long() == value);
    CHECK(reals.next_double() == expected.real);
    std::vector<int> list(expected.shuffled.size());
    std::iota(list.begin(), list.end(), 0);
    JavaRandom shuffling(expected.seed);
    java_shuffle(std::span<int>(list), shuffling);
    CHECK(list == expected.shuffled);
}

}  // namespace

TEST_CASE("java.util.Random gives the numbers of its definition") {
    const std::vector<Expected> rows = {
        {42,
         {-1170105035, 234785527, -1360544799},
         10,
         {0, 3, 8, 4},
         {-5025562857975149833, -5843495416241995736},
         0x1.74833a06ff457p-1,
         {1, 0, 4, 5, 3, 2}},
        {-2,
         {1155484575, 732419875, -675488479},
         1,
         {0, 0, 0, 0},
         {4962768461389879075, -2901200927216666933},
         0x1.137d2e2ba7d72p-2,
         {4, 0, 5, 3, 2, 1}},
        {7,
         {-1156638823, -1552468968, -1077308326},
         2147483647,
         {1569164236, 1371249164, 1608829485, 20678044},
         {-4967725919621401576, -4627004027837150407},
         0x1.761e2f51bb9a0p-1,
         {3, 0, 1, 2, 5, 4}},
        {123456789,
         {-1442945365, -1016548095, 1962592967},
         1073741825,
         {981296483, 547328344, 838606290, 465137554},
         {-6197403153606331135, 8429272609719263920},
         0x1.53fccd61b45a8p-1,
         {2, 4, 3, 5, 0, 1}},
        {9223372036854775807,
         {1155099827, 1887904451, 52699159},
         1073741824,
         {288774956, 471976112, 13174789, 588447719},
         {4961115982468162243, 226341162490527646},
         0x1.1365b2708722cp-2,
         {3, 1, 2, 4, 0, 5}},
        {std::numeric_limits<std::int64_t>::min(),
         {-1155484576, -723955400, 1033096058},
         3,
         {0, 1, 1, 2},
         {-4962768465676381896, 4437113781045784766},
         0x1.764168ea6ca89p-1,
         {4, 1, 2, 5, 3, 0}},
        {99,
         {-1192035722, 1672896916, 1491444859},
         1000003,
         {461134, 445950, 720194, 418436},
         {-5119754439980850796, 6405706891948209991},
         0x1.71e5f4b1db30cp-1,
         {2, 4, 0, 5, 3, 1}},
    };
    for (const Expected& row : rows) check(row);
}

TEST_CASE("java.util.Random gives OpenJDK's numbers") {
    const auto text = testing::golden_text("java_random.json");
    if (!text) return;
    for (const auto& row : nlohmann::json::parse(*text)) {
        std::vector<std::int64_t> longs;
        for (const auto& value : row["nextLong"]) longs.push_back(std::stoll(value.get<std::string>()));
        const std::vector<double> reals = row["nextDouble"];
        check({std::stoll(row["seed"].get<std::string>()), row["nextInt"], row["bound"], row["nextInt_bound"], longs,
               reals.front(), row["shuffle_0_to_9"]});
        JavaRandom random(std::stoll(row["seed"].get<std::string>()));
        for (const double value : reals) CHECK(random.next_double() == value);
    }
}

TEST_CASE("a bound that is not positive breaks an invariant") {
    JavaRandom random(1);
    CHECK_THROWS_AS(random.next_int(0), InvariantBroken);
    CHECK_THROWS_AS(random.next_int(-5), InvariantBroken);
}
