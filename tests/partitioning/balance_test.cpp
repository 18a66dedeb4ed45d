// How even the schemes are, against closed forms and published results.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "models/partitioning/flink_key_groups.hpp"
#include "sim/base/zipf.hpp"
#include "tests/partitioning/partitioning_helpers.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::models::test;

namespace {

/// Records of each partition, over keys drawn by Zipf's law.
std::vector<double> loads(Partitioner& partitioner, const BoundedZipf& zipf, int records, std::uint64_t seed) {
    RandomStream keys = chance(seed);
    RandomStream random = chance(seed + 1);
    std::vector<double> out(partitioner.partitions(), 0);
    for (int i = 0; i < records; ++i) {
        const NumberKey key(zipf.draw(keys));
        ++out[partitioner.pick(keyed(key), random).index()];
    }
    return out;
}

double total(const std::vector<double>& loads) {
    double sum = 0;
    for (const double load : loads) sum += load;
    return sum;
}

/// The paper's imbalance: largest less average, as a part of all.
double imbalance(const std::vector<double>& loads) {
    const double mean = total(loads) / static_cast<double>(loads.size());
    return (*std::max_element(loads.begin(), loads.end()) - mean) / total(loads);
}

}  // namespace

TEST_CASE("partial key grouping is orders of magnitude more even than hashing on a Zipf stream") {
    // Nasir et al. (ICDE 2015), figure 2 and table II: hashing's imbalance is about the hottest key's share and grows
    // with the stream, that of two choices is near constant, as long as the hottest key is below 2/n: here 9.5 % and 10
    // workers.
    const BoundedZipf zipf({100'000, 0.99});
    const double hashing = imbalance(loads(*partitioner("modulo", 10), zipf, 500'000, 1));
    CHECK(hashing > 0.01);
    for (const char* variant : {"murmur_13_17", "seeded_random"}) {
        const auto made = partitioner("storm_pkg", 10, {{"variant", variant}});
        const double grouping = imbalance(loads(*made, zipf, 500'000, 1));
        CHECK(grouping < hashing / 1000);
    }
}

TEST_CASE("two choices are not enough for a key of more than 2/n, d or all choices are") {
    // The hottest key's share over two workers is the bound: p1/2 - 1/n, however the others are placed (Nasir et al.,
    // ICDE 2016). D-Choices and W-Choices stay near epsilon, which is 10^-4 here; the records of the start, when
    // nothing is known of the head, weigh less than 10^-3.
    const BoundedZipf zipf({10'000, 1.4});
    double mass = 0;
    for (int rank = 10'000; rank >= 1; --rank) mass += 1 / std::pow(rank, 1.4);
    const double hottest = 1 / mass;
    const auto two = loads(*partitioner("storm_pkg", 50), zipf, 400'000, 2);
    // The share of the hottest in this stream is within 5 standard deviations of its probability.
    const double noise = 5 * std::sqrt(hottest * (1 - hottest) / 400'000);
    CHECK(imbalance(two) > hottest / 2 - 0.02 - noise);
    CHECK(imbalance(loads(*partitioner("d_choices", 50), zipf, 400'000, 2)) < 1e-3);
    CHECK(imbalance(loads(*partitioner("w_choices", 50), zipf, 400'000, 2)) < 1e-3);
}

TEST_CASE("key splitting meets the lower bound of what a hottest key does to d workers") {
    // (max - mean) / messages >= p1/d - 1/n: 0.0732, 0.0266 for p1 = 0.0932, n = 50, d = 1, 2 (closed form).
    const auto run = [](const char* ways) {
        const auto made = partitioner("key_splitting", 50, {{"hot_share", "5%"}, {"ways", ways}});
        RandomStream keys = chance(8), random = chance(9);
        std::vector<double> out(50, 0);
        for (int i = 0; i < 200'000; ++i) {
            const NumberKey key(keys.below(10'000) < 932 ? 0 : 1 + keys.below(1'000'000));
            ++out[made->pick(keyed(key), random).index()];
        }
        return imbalance(out);
    };
    // Others are spread evenly: a worker's share of them is 0.9068/50, give or take 5 sqrt(0.018/200000) = 0.0015; the
    // hottest key's own share +-0.0033. Both together are the interval, above the bound by the others' share of 1/n.
    CHECK(std::abs(run("1") - (0.0932 + 0.9068 / 50 - 0.02)) < 0.0048);
    CHECK(std::abs(run("2") - (0.0466 + 0.9068 / 50 - 0.02)) < 0.0048);
}

TEST_CASE("128 key groups at 127 operators cost Flink half of its capacity") {
    const auto most_over_mean = [](std::uint32_t groups, std::uint32_t parallelism) {
        std::uint32_t most = 0;
        for (std::uint32_t i = 0; i < parallelism; ++i) {
            const FlinkRange range = flink_range(i, groups, parallelism);
            most = std::max(most, range.last - range.first + 1);
        }
        return static_cast<double>(most) * parallelism / groups;
    };
    CHECK(most_over_mean(128, 127) == doctest::Approx(1.984375));
    // The default at 85, the most before it doubles the groups: 128 over 85, 2 against 1.506.
    CHECK(most_over_mean(flink_default_groups(85), 85) == doctest::Approx(1.328125));
    CHECK(most_over_mean(128, 128) == 1);
    // The same in records: 400 keys of each group's worth, so that sampling noise is 5 / sqrt(800) = 0.18 of the
    // fullest.
    const auto made = partitioner("flink_key_groups", 1);
    made->resize(127);
    std::vector<double> counts(127, 0);
    for (std::uint64_t key = 0; key < 51'200; ++key) ++counts[made->of_key(NumberKey(key)).index()];
    const double most = *std::max_element(counts.begin(), counts.end()) / (51'200.0 / 127);
    CHECK(most > 1.98 * (1 - 0.18));
    CHECK(most < 1.98 * (1 + 0.18));
}

TEST_CASE("hashing n keys to n partitions is balls into bins") {
    // P(max <= k) for n = 100, m = n (exact): 0.1262, 0.7016, 0.9476 at 3, 4, 5. 2000 runs: 5 sqrt(p (1-p) / 2000).
    const auto made = partitioner("modulo", 100);
    std::array<int, 3> within{};
    constexpr int runs = 2000;
    for (std::uint64_t run = 0; run < runs; ++run) {
        std::vector<int> counts(100, 0);
        for (std::uint64_t i = 0; i < 100; ++i) ++counts[made->of_key(NumberKey(run * 100 + i)).index()];
        const int most = *std::max_element(counts.begin(), counts.end());
        for (std::size_t k = 0; k < within.size(); ++k) within[k] += most <= 3 + static_cast<int>(k) ? 1 : 0;
    }
    const std::array<double, 3> exact{0.12615632397169885, 0.7016461437393287, 0.9475988546156117};
    for (std::size_t k = 0; k < exact.size(); ++k)
        CHECK(std::abs(within[k] / double{runs} - exact[k]) < 5 * std::sqrt(exact[k] * (1 - exact[k]) / runs));
}

TEST_CASE("one choice and two choices leave the bins that their differential equation says") {
    // Fraction of n = 100,000 bins with at least 1, 2, 3 of n balls (Mitzenmacher 2001; d = 1: Poisson). The limit is
    // off by O(1/n), the noise is below 5 sqrt(1/4 / n) = 0.008.
    constexpr std::uint32_t n = 100'000;
    const auto fractions = [](Partitioner& partitioner) {
        RandomStream random = chance(10);
        std::vector<int> counts(n, 0);
        for (std::uint64_t i = 0; i < n; ++i) ++counts[partitioner.pick(keyed(NumberKey(i)), random).index()];
        std::array<double, 3> out{};
        for (const int count : counts)
            for (int k = 0; k < 3; ++k) out[static_cast<std::size_t>(k)] += count > k ? 1.0 / n : 0;
        return out;
    };
    const auto one = fractions(*partitioner("modulo", n));
    const auto two = fractions(*partitioner("storm_pkg", n, {{"variant", "murmur_13_17"}}));
    const std::array<double, 3> one_expected{0.6321205588285576, 0.2642411176571169, 0.08030139707138986};
    const std::array<double, 3> two_expected{0.7615941559557532, 0.2295045384960683, 0.008895258291040369};
    for (std::size_t k = 0; k < 3; ++k) {
        CHECK(std::abs(one[k] - one_expected[k]) < 0.008);
        CHECK(std::abs(two[k] - two_expected[k]) < 0.008);
    }
}
