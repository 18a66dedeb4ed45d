#include "sim/base/zipf.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "goodness.hpp"
#include "sim/base/parameter.hpp"

using namespace orrery;
using namespace orrery::testing;

namespace {

/// Sum of rank^-exponent over first..last. Beyond the first million by Euler and Maclaurin: integral plus half the
/// ends.
double weight_of(double first, double last, double exponent) {
    double sum = 0;
    double rank = first;
    for (; rank <= last && rank < 1e6; rank += 1) sum += std::pow(rank, -exponent);
    if (rank > last) return sum;
    const double integral = exponent == 1
                                ? std::log(last / rank)
                                : (std::pow(last, 1 - exponent) - std::pow(rank, 1 - exponent)) / (1 - exponent);
    return sum + integral + 0.5 * (std::pow(rank, -exponent) + std::pow(last, -exponent));
}

/// Chi-square of draws against bins that end at `ends` (the last is the count).
void check_bins(BoundedZipf::Spec spec, const std::vector<double>& ends) {
    const BoundedZipf zipf(spec);
    RandomStream random(7);
    const int draws = 200'000;
    std::vector<double> observed(ends.size()), weights;
    double begin = 1, sum = 0;
    for (const double end : ends) {
        weights.push_back(weight_of(begin, end, spec.exponent));
        sum += weights.back();
        begin = end + 1;
    }
    for (int i = 0; i < draws; ++i) {
        const std::uint64_t rank = zipf.draw(random);
        REQUIRE(rank >= 1);
        REQUIRE(rank <= spec.count);
        const auto bin = std::lower_bound(ends.begin(), ends.end(), static_cast<double>(rank));
        observed[static_cast<std::size_t>(bin - ends.begin())] += 1;
    }
    // Bins that expect fewer than 10 join their neighbour, as the approximation needs.
    std::vector<double> seen, expected;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        const double expects = draws * weights[i] / sum;
        if (!expected.empty() && (expects < 10 || expected.back() < 10)) {
            expected.back() += expects;
            seen.back() += observed[i];
        } else {
            expected.push_back(expects);
            seen.push_back(observed[i]);
        }
    }
    CAPTURE(spec.count);
    CAPTURE(spec.exponent);
    REQUIRE(expected.size() >= 2);
    CHECK(chi_square(seen, expected) < chi_square_critical(expected.size() - 1));
}

}  // namespace

TEST_CASE("every rank of a small Zipf distribution has its exact probability") {
    for (const double exponent : {0.0, 0.3, 0.99, 1.0, 1.000001, 1.5, 2.0, 3.5}) {
        std::vector<double> ends;
        for (double rank = 1; rank <= 30; ++rank) ends.push_back(rank);
        check_bins({30, exponent}, ends);
    }
    check_bins({2, 1}, {1, 2});
}

TEST_CASE("a billion ranks follow the same law from the head to the tail") {
    for (const double exponent : {0.0, 0.5, 0.99, 1.0, 1.2, 2.0})
        check_bins({1'000'000'000, exponent},
                   {1, 2, 3, 4, 5, 10, 30, 100, 1000, 1e4, 1e5, 1e6, 1e7, 1e8, 3e8, 6e8, 1e9});
}

TEST_CASE("exponents on both sides of one are continuous with it") {
    const BoundedZipf below({1'000'000, 1 - 1e-13}), harmonic({1'000'000, 1}), above({1'000'000, 1 + 1e-13});
    RandomStream first(5), second(5), third(5);
    for (int i = 0; i < 10'000; ++i) {
        const std::uint64_t rank = harmonic.draw(second);
        const std::uint64_t low = below.draw(first), high = above.draw(third);
        CHECK(std::fabs(static_cast<double>(low) - static_cast<double>(rank)) <= 1 + 1e-9 * static_cast<double>(rank));
        CHECK(std::fabs(static_cast<double>(high) - static_cast<double>(rank)) <= 1 + 1e-9 * static_cast<double>(rank));
    }
}

TEST_CASE("few trials are rejected, whatever the count and the exponent") {
    for (const std::uint64_t count :
         {std::uint64_t{1}, std::uint64_t{10}, std::uint64_t{1'000'000}, std::uint64_t{1} << 52})
        for (const double exponent : {0.0, 0.5, 0.99, 1.0, 1.1, 2.0, 10.0, 100.0}) {
            const BoundedZipf zipf({count, exponent});
            RandomStream random(1);
            const std::uint64_t before = random.state();
            const std::uint64_t draws = 10'000;
            for (std::uint64_t i = 0; i < draws; ++i) {
                const std::uint64_t rank = zipf.draw(random);
                REQUIRE(rank >= 1);
                REQUIRE(rank <= count);
            }
            // The stream's state counts its draws in golden steps; invert by multiplication with the step's inverse mod
            // 2^64.
            std::uint64_t inverse = 1;
            for (int i = 0; i < 6; ++i) inverse *= 2 - golden_step * inverse;
            const std::uint64_t used = (random.state() - before) * inverse;
            CAPTURE(count);
            CAPTURE(exponent);
            CHECK(static_cast<double>(used) < 1.3 * static_cast<double>(draws));
        }
}

TEST_CASE("one rank is always drawn") {
    const BoundedZipf zipf({1, 0.99});
    RandomStream random(1);
    for (int i = 0; i < 1000; ++i) CHECK(zipf.draw(random) == 1);
}

TEST_CASE("a Zipf distribution that cannot be is an error that names the parameter") {
    CHECK_THROWS_WITH_AS(BoundedZipf({0, 1}), doctest::Contains("count"), ParameterError);
    CHECK_THROWS_WITH_AS(BoundedZipf({(std::uint64_t{1} << 52) + 1, 1}), doctest::Contains("count"), ParameterError);
    for (const double exponent :
         {-0.1, 101.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
        CHECK_THROWS_WITH_AS(BoundedZipf({10, exponent}), doctest::Contains("exponent"), ParameterError);
}

// Computed once, on x86-64 with g++ 12 at -O2.
TEST_CASE("a Zipf distribution has the same ranks everywhere") {
    std::uint64_t hash = 0;
    for (const double exponent : {0.0, 0.8, 0.99, 1.0, 1.3, 2.5}) {
        const BoundedZipf zipf({1'000'000'000, exponent});
        RandomStream random(99);
        for (int i = 0; i < 5000; ++i) hash = mix64(hash ^ zipf.draw(random)) + golden_step;
    }
    CHECK(hash == 12867574035468074346u);
}
