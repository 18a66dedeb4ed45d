#include "sim/base/histogram.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sim/base/check.hpp"
#include "sim/base/random.hpp"

using namespace orrery;

namespace {

/// Samples over all magnitudes: a uniform number of bits, then uniform bits.
std::int64_t any_magnitude(RandomStream& random) {
    const std::uint64_t shift = 1 + random.below(63);
    return static_cast<std::int64_t>(random.next() >> shift);
}

/// Nearest rank among sorted samples, by the definition itself.
std::int64_t exact_quantile(const std::vector<std::int64_t>& sorted, std::int64_t permille) {
    const auto n = static_cast<std::int64_t>(sorted.size());
    const std::int64_t rank = std::max<std::int64_t>(1, (permille * n + 999) / 1000);
    return sorted[static_cast<std::size_t>(rank - 1)];
}

}  // namespace

TEST_CASE("every value lies in its bucket, buckets tile the range and are narrow enough") {
    for (std::size_t bucket = 0; bucket < Histogram::bucket_limit; ++bucket) {
        const std::int64_t lowest = Histogram::lowest_in(bucket);
        const std::int64_t highest = Histogram::highest_in(bucket);
        REQUIRE(Histogram::bucket_of(lowest) == bucket);
        REQUIRE(Histogram::bucket_of(highest) == bucket);
        if (bucket > 0) REQUIRE(lowest == Histogram::highest_in(bucket - 1) + 1);
        // (highest - lowest) / 2 is the distance from the middle to either end.
        REQUIRE(static_cast<double>(highest - lowest) / 2 <= Histogram::relative_error * static_cast<double>(lowest));
    }
    CHECK(Histogram::highest_in(Histogram::bucket_limit - 1) == INT64_MAX);
}

TEST_CASE("a quantile is within the stated error of the sample with its rank") {
    CHECK(Histogram::relative_error <= 0.001);
    RandomStream random(1);
    for (const std::size_t size : {1u, 2u, 7u, 100u, 1000u, 20000u}) {
        Histogram histogram;
        std::vector<std::int64_t> samples;
        for (std::size_t i = 0; i < size; ++i) {
            samples.push_back(any_magnitude(random));
            histogram.record(samples.back());
        }
        std::sort(samples.begin(), samples.end());
        for (std::int64_t permille = 0; permille <= 1000; ++permille) {
            const auto exact = static_cast<double>(exact_quantile(samples, permille));
            const auto reported = static_cast<double>(histogram.value_at(static_cast<double>(permille) / 1000));
            // One more for the halves that integers drop.
            REQUIRE(std::abs(reported - exact) <= Histogram::relative_error * exact + 1);
        }
        CHECK(histogram.value_at(0) == samples.front());
        CHECK(histogram.value_at(1) == samples.back());
    }
}

TEST_CASE("count, sum, mean, minimum and maximum are exact") {
    Histogram histogram;
    CHECK(histogram.empty());
    CHECK(histogram.mean() == 0);
    CHECK(histogram.value_at(0.5) == 0);
    histogram.record(INT64_MAX);
    histogram.record(INT64_MAX);
    histogram.record_n(5, 3);
    histogram.record_n(9, 0);
    CHECK(histogram.count() == 5);
    CHECK(histogram.sum() == static_cast<Wide>(INT64_MAX) * 2 + 15);
    CHECK(histogram.min() == 5);
    CHECK(histogram.max() == INT64_MAX);
    CHECK(histogram.value_at(0.6) == 5);
    histogram.clear();
    CHECK(histogram == Histogram());
    histogram.record(2);
    histogram.record(4);
    CHECK(histogram.mean() == 3);
}

TEST_CASE("a quantile that names a rank exactly does not slip to the next one") {
    Histogram histogram;
    for (std::int64_t value = 1; value <= 100; ++value) histogram.record(value);
    for (std::int64_t percent = 1; percent <= 100; ++percent)
        CHECK(histogram.value_at(static_cast<double>(percent) / 100) == percent);
    CHECK(histogram.value_at(0.071) == 8);
    CHECK(histogram.value_at(std::nan("")) == 1);
}

TEST_CASE("merged parts equal the histogram that saw everything, in any order") {
    RandomStream random(2);
    Histogram all;
    std::vector<Histogram> parts(5);
    for (int i = 0; i < 5000; ++i) {
        const std::int64_t value = any_magnitude(random);
        all.record(value);
        parts[random.below(parts.size())].record(value);
    }
    Histogram forward;
    for (const auto& part : parts) forward.merge(part);
    Histogram backward = parts[4];
    Histogram tail = parts[3];
    tail.merge(parts[2]);
    backward.merge(tail);
    backward.merge(parts[0]);
    backward.merge(parts[1]);
    backward.merge(Histogram());
    CHECK(forward == all);
    CHECK(backward == all);
    CHECK(forward.parts() == all.parts());

    Histogram twice = all;
    twice.merge(twice);
    CHECK(twice.count() == 2 * all.count());
    CHECK_FALSE(twice == all);
}

TEST_CASE("histograms are equal whatever memory they grew on the way") {
    Histogram low_first;
    low_first.record(3);
    low_first.record(1 << 20);
    Histogram high_first;
    high_first.record(1 << 20);
    high_first.record(3);
    CHECK(low_first == high_first);
    high_first.record(1 << 30);
    CHECK_FALSE(low_first == high_first);
}

TEST_CASE("buckets are visited in order and hold all samples") {
    Histogram histogram;
    histogram.record_n(7, 2);
    histogram.record(1'000'000);
    std::vector<std::vector<std::int64_t>> seen;
    histogram.for_each_bucket([&](std::int64_t lowest, std::int64_t highest, std::uint64_t count) {
        seen.push_back({lowest, highest, static_cast<std::int64_t>(count)});
    });
    // 1,000,000 has 20 bits: buckets there are 2^9 wide, and 1953 * 512 = 999,936.
    CHECK(seen == std::vector<std::vector<std::int64_t>>{{7, 7, 2}, {999'936, 1'000'447, 1}});
    CHECK(histogram.count_at_most(6) == 0);
    CHECK(histogram.count_at_most(7) == 2);
    CHECK(histogram.count_at_most(999'999) == 2);
    CHECK(histogram.count_at_most(1'000'000) == 3);
}

TEST_CASE("a histogram comes back from its parts, and parts that none could have are refused") {
    RandomStream random(3);
    Histogram histogram;
    for (int i = 0; i < 1000; ++i) histogram.record(any_magnitude(random));
    CHECK(Histogram::from(histogram.parts()) == histogram);
    CHECK(Histogram::from(Histogram().parts()) == Histogram());

    const Histogram::Parts good{3, 9, 21, {{3, 1}, {9, 2}}};
    CHECK_FALSE(Histogram::flaw_of(good).has_value());
    const std::vector<Histogram::Parts> bad = {
        {3, 9, 21, {}},                         // nothing inside, but a sum
        {3, 9, 21, {{9, 2}, {3, 1}}},           // not ascending
        {3, 9, 12, {{3, 1}, {9, 0}}},           // a count of 0
        {2, 9, 21, {{3, 1}, {9, 2}}},           // min elsewhere
        {3, 8, 21, {{3, 1}, {9, 2}}},           // max elsewhere
        {3, 9, 22, {{3, 1}, {9, 2}}},           // impossible sum
        {-3, 9, 21, {{3, 1}, {9, 2}}},          // negative
        {3, 9, 21, {{3, 1}, {60'000, 2}}},      // no such bucket
        {3, 9, 21, {{3, UINT64_MAX}, {9, 1}}},  // the count overflows
    };
    for (const auto& parts : bad) {
        CHECK(Histogram::flaw_of(parts).has_value());
        CHECK_THROWS_AS(Histogram::from(parts), InvariantBroken);
    }
}

TEST_CASE("a negative sample breaks an invariant and changes nothing") {
    Histogram histogram;
    histogram.record(1);
    const Histogram before = histogram;
    CHECK_THROWS_AS(histogram.record(-1), InvariantBroken);
    CHECK_THROWS_AS(histogram.record(INT64_MIN), InvariantBroken);
    CHECK(histogram == before);
}
