// How evenly rings spread keys, against closed forms and published tables.
//
// Intervals are derived. Where a mean over rings (with other names of members) is held against an expectation, it is
// five standard errors of that mean, from the sample; a correct scheme fails one of these comparisons with a
// probability below 10^-5. Counts of keys add sampling noise: a share p of K keys has variance p (1 - p) / K, which is
// taken off estimated variances, and bounds how far the fullest of n is overestimated, by sqrt(2 log(n) p / K).
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/hashing/rings/jump.hpp"
#include "sim/base/random.hpp"
#include "tests/hashing/row_settings.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::testing;

namespace {

/// n members whose names no other ring has.
std::vector<Member> members_of(std::size_t n, std::size_t ring) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < n; ++i) names.push_back("r" + std::to_string(ring) + "-" + std::to_string(i));
    return named(names);
}

std::vector<double> counts_of(const Ring& ring, std::size_t keys, std::uint64_t stream) {
    std::vector<double> counts(ring.members().size(), 0);
    RandomStream random = stream_of(stream_key(5, "spread", stream));
    std::vector<std::uint64_t> some(1000);
    std::vector<MemberId> owners(some.size());
    for (std::size_t done = 0; done < keys; done += some.size()) {
        for (std::uint64_t& key : some) key = random.next();
        ring.owners(some, owners);
        for (const MemberId owner : owners) ++counts[owner.index()];
    }
    return counts;
}

struct Estimate {
    double mean = 0;
    double error = 0;  ///< standard error of the mean
};

Estimate estimate(const std::vector<double>& values) {
    const auto n = static_cast<double>(values.size());
    Estimate out;
    for (const double v : values) out.mean += v / n;
    double sum = 0;
    for (const double v : values) sum += (v - out.mean) * (v - out.mean);
    out.error = std::sqrt(sum / (n - 1) / n);
    return out;
}

struct Spread {
    Estimate variance;  ///< of shares over their mean, sampling noise taken off
    Estimate peak;      ///< fullest over mean
    double peak_bias = 0;
};

Spread spread(const std::string& scheme, const Given& given, std::size_t n, std::size_t rings, std::size_t keys) {
    std::vector<double> variances;
    std::vector<double> peaks;
    const double mean = static_cast<double>(keys) / static_cast<double>(n);
    for (std::size_t r = 0; r < rings; ++r) {
        const auto ring = make_ring(scheme, given);
        ring->reset(members_of(n, r));
        const auto counts = counts_of(*ring, keys, r);
        double sum = 0;
        for (const double c : counts) sum += (c / mean - 1) * (c / mean - 1);
        // Of n shares whose sum is fixed; what sampling adds is (1 - 1/n) / mean on average.
        variances.push_back(sum / static_cast<double>(n) - (1 - 1 / static_cast<double>(n)) / mean);
        peaks.push_back(*std::max_element(counts.begin(), counts.end()) / mean);
    }
    Spread out{estimate(variances), estimate(peaks), 0};
    out.peak_bias = std::sqrt(2 * std::log(static_cast<double>(n)) * out.peak.mean / mean);
    return out;
}

}  // namespace

TEST_CASE("shares of a ring deviate as Lamping and Veach's table says: 0.998, 0.315, 0.0997, 0.0316") {
    // n members of v points each: shares are Dirichlet, with relative variance (n - 1) / (n v + 1).
    struct Published {
        const char* virtual_nodes;
        double deviation;
        double rounding;
    };
    const std::size_t n = 1000;
    for (const auto& row : {Published{"1", 0.998, 0.0005}, Published{"10", 0.315, 0.0005},
                            Published{"100", 0.0997, 0.00005}, Published{"1000", 0.0316, 0.00005}}) {
        const double v = std::stod(row.virtual_nodes);
        const Spread found = spread("ring", {{"virtual_nodes", row.virtual_nodes}}, n, 12, 500'000);
        CAPTURE(v);
        CAPTURE(std::sqrt(found.variance.mean));
        const double exact = (n - 1) / (n * v + 1);
        CHECK(std::fabs(found.variance.mean - exact) <= 5 * found.variance.error);
        // The table itself is a measurement, of one ring: its variance has the relative error sqrt((2 + 6 / v) / n).
        const double published = row.deviation * row.deviation;
        const double table = 5 * exact * std::sqrt((2 + 6 / v) / n) + 2 * row.deviation * row.rounding;
        CHECK(std::fabs(found.variance.mean - published) <= 5 * found.variance.error + table);
    }
}

TEST_CASE("with one point each the fullest of n members has H(n) times the mean") {
    const std::size_t n = 100;
    double harmonic = 0;
    for (std::size_t i = 1; i <= n; ++i) harmonic += 1 / static_cast<double>(i);
    const Spread found = spread("ring", {{"virtual_nodes", "1"}}, n, 300, 50'000);
    CHECK(found.peak.mean >= harmonic - 5 * found.peak.error);
    CHECK(found.peak.mean <= harmonic + 5 * found.peak.error + found.peak_bias);
    CHECK(std::fabs(found.variance.mean - (n - 1.0) / (n + 1.0)) <= 5 * found.variance.error);
}

TEST_CASE("schemes without points are even to sampling noise: 1 / sqrt(keys per bucket)") {
    const std::size_t n = 1000;
    const double per_bucket = 500;
    for (const char* scheme : {"jump", "guava", "rendezvous", "rendezvous_skeleton", "anchor"}) {
        CAPTURE(scheme);
        const auto ring = make_ring(scheme);
        ring->reset(members_of(n, 1));
        const auto counts = counts_of(*ring, static_cast<std::size_t>(per_bucket) * n, 1);
        double pearson = 0;
        for (const double c : counts) pearson += (c - per_bucket) * (c - per_bucket) / per_bucket;
        // Chi-squared with k degrees of freedom: within 2 sqrt(k x) + 2 x above and 2 sqrt(k x) below with probability
        // 1 - e^-x each (Laurent, Massart 2000, lemma 1); the deviation of a count is sqrt(pearson / k) / sqrt(500).
        const double k = n - 1;
        const double x = 15;
        CHECK(pearson <= k + 2 * std::sqrt(k * x) + 2 * x);
        CHECK(pearson >= k - 2 * std::sqrt(k * x));
    }
}

TEST_CASE("jump hash is even over neighbouring keys, too") {
    std::vector<double> counts(100, 0);
    for (std::uint64_t key = 0; key < 100'000; ++key) ++counts[static_cast<std::size_t>(jump_hash(key, 100))];
    double pearson = 0;
    for (const double c : counts) pearson += (c - 1000) * (c - 1000) / 1000;
    CHECK(pearson <= 99 + 2 * std::sqrt(99 * 15.0) + 2 * 15.0);
}

TEST_CASE("multi-probe: 21 probes keep the fullest near 1.05 of the mean") {
    // 100 members, independent probes: exact shares of random rings have a mean peak of 1.0506 and a mean relative
    // deviation of 0.1544, both with a standard error below 0.3 %; for many members the peak is k / (k - 1) = 1.05. The
    // mean variance is the square of the mean deviation and its variance from ring to ring, which is estimated with it.
    const Spread found = spread("multi_probe", {{"probing", "independent"}}, 100, 16, 400'000);
    CHECK(found.peak.mean >= 1.0506 * 0.991 - 5 * found.peak.error);
    CHECK(found.peak.mean <= 1.0506 * 1.009 + 5 * found.peak.error + found.peak_bias);
    CHECK(std::fabs(found.variance.mean - 0.1544 * 0.1544) <= 5 * found.variance.error + 0.02 * 0.1544 * 0.1544);
}

TEST_CASE("probes in arithmetic progression, as in production, make the fullest fuller") {
    const Spread independent = spread("multi_probe", {{"probing", "independent"}}, 100, 16, 400'000);
    const Spread progression = spread("multi_probe", {}, 100, 16, 400'000);
    CHECK(progression.peak.mean > independent.peak.mean);
}

TEST_CASE("one bucket more takes one key in n + 1, from everybody") {
    for (const char* scheme : {"jump", "guava", "rendezvous", "anchor"})
        for (const std::size_t n : {std::size_t{10}, std::size_t{100}}) {
            CAPTURE(scheme);
            CAPTURE(n);
            const auto ring = make_ring(scheme);
            auto members = members_of(n + 1, 3);
            const Member last = members.back();
            members.pop_back();
            ring->reset(members);
            const auto after = ring->clone();
            after->add(last);
            const std::size_t keys = 100'000;
            RandomStream random = stream_of(stream_key(6, "moves", n));
            double moved = 0;
            for (std::size_t i = 0; i < keys; ++i) {
                const NumberKey key(random.next());
                if (ring->owner(key) != after->owner(key)) ++moved;
            }
            const double p = 1 / static_cast<double>(n + 1);
            CHECK(std::fabs(moved - p * keys) <= 5 * std::sqrt(p * (1 - p) * keys));
        }
}
