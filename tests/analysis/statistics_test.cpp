#include "analysis/statistics.hpp"

#include <doctest/doctest.h>

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/random.hpp"

using namespace orrery;
using namespace orrery::analysis;
using doctest::Approx;

namespace {

/// Standard normal: Box-Muller is good enough for a test and needs nothing of what is tested.
double normal(RandomStream& random) {
    const double radius = std::sqrt(-2 * std::log(random.uniform_open()));
    const double turns = random.uniform();
    return radius * std::cos(6.283185307179586 * turns);
}

}  // namespace

TEST_CASE("Student's distribution and its quantile agree with Boost's for whole degrees of freedom") {
    for (const std::size_t degrees : {1u, 2u, 3u, 4u, 5u, 9u, 10u, 29u, 100u, 999u, 10'000u}) {
        const boost::math::students_t reference(static_cast<double>(degrees));
        for (double t = -40; t <= 40; t += 0.37)
            CHECK(std::abs(student_cdf(t, degrees) - boost::math::cdf(reference, t)) < 1e-13);
        for (const double probability : {1e-4, 0.01, 0.025, 0.3, 0.5, 0.9, 0.95, 0.975, 0.995, 0.9999})
            CHECK(student_quantile(probability, degrees) ==
                  Approx(boost::math::quantile(reference, probability)).epsilon(1e-10));
    }
}

TEST_CASE("quantiles of the printed table: 12.706, 4.303, 2.776, 2.262") {
    CHECK(student_quantile(0.975, 1) == Approx(12.7062047364));
    CHECK(student_quantile(0.975, 2) == Approx(4.3026527297));
    CHECK(student_quantile(0.975, 4) == Approx(2.7764451052));
    CHECK(student_quantile(0.975, 9) == Approx(2.2621571628));
    CHECK(student_quantile(0.025, 4) == -student_quantile(0.975, 4));
    CHECK_THROWS_AS(student_quantile(1, 4), InvariantBroken);
    CHECK_THROWS_AS(student_quantile(0.5, 0), InvariantBroken);
}

TEST_CASE("an estimate worked out by hand, and what too few values give") {
    // Mean 3, standard deviation sqrt(2.5), error sqrt(2.5 / 5) = 0.7071, t(4) = 2.7764.
    const Estimate of_five = estimate(std::vector<double>{1, 2, 3, 4, 5}, 0.95);
    CHECK(of_five.n == 5);
    CHECK(of_five.mean == 3);
    CHECK(*of_five.half_width == Approx(2.7764451052 * std::sqrt(0.5)));
    CHECK(of_five.high() == Approx(4.9632431614));

    CHECK(estimate(std::vector<double>{7}, 0.95) == Estimate{1, 7, std::nullopt});
    CHECK(estimate(std::vector<double>{}, 0.95) == Estimate{});
    CHECK(estimate(std::vector<double>(5, 0.1), 0.95) == Estimate{5, 0.1, 0.0});
    CHECK_THROWS_AS(estimate(std::vector<double>{1, INFINITY}, 0.95), InvariantBroken);
    CHECK_THROWS_AS(estimate(std::vector<double>{1, 2}, 1), InvariantBroken);
}

TEST_CASE("the Student interval covers the true mean as often as it says") {
    // Coverage of 4,000 intervals at 90 % is binomial: 3600 with a standard deviation of sqrt(4000 * .9 * .1) = 19;
    // four of them are 76.
    RandomStream random(12);
    for (const std::size_t n : {2u, 3u, 5u, 10u}) {
        int covered = 0;
        for (int round = 0; round < 4000; ++round) {
            std::vector<double> values;
            for (std::size_t i = 0; i < n; ++i) values.push_back(10 + 3 * normal(random));
            const Estimate found = estimate(values, 0.9);
            covered += found.low() <= 10 && 10 <= found.high() ? 1 : 0;
        }
        CHECK(std::abs(covered - 3600) <= 76);
    }
}

TEST_CASE("a paired difference is free of the noise that both sides share") {
    std::vector<double> baseline, contender;
    RandomStream random(13);
    for (int i = 0; i < 10; ++i) {
        const double shared = 100 * random.uniform();
        baseline.push_back(shared);
        contender.push_back(shared - 1 + 0.01 * random.uniform());
    }
    const Estimate difference = paired_difference(contender, baseline, 0.95);
    CHECK(difference.high() < -0.9);
    CHECK(difference.low() > -1.1);
    CHECK(*estimate(baseline, 0.95).half_width > 5);
    CHECK_THROWS_AS(paired_difference(contender, std::vector<double>{1}, 0.95), InvariantBroken);
}

TEST_CASE("the bootstrap interval is a function of its stream and covers roughly what it says") {
    const std::vector<double> values = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3};
    const auto mean = [](std::span<const double> sample) { return mean_of(sample); };
    const auto one = bootstrap_interval(values, mean, {}, RandomStream(1));
    CHECK(one == bootstrap_interval(values, mean, {}, RandomStream(1)));
    CHECK_FALSE(one == bootstrap_interval(values, mean, {}, RandomStream(2)));
    CHECK_FALSE(bootstrap_interval(std::vector<double>{1}, mean, {}, RandomStream(1)).has_value());
    // The bootstrap distribution of the mean has standard deviation s_n / sqrt(n) = 2.343 / 3.162 = 0.741 and is
    // near normal, so its 2.5 % and 97.5 % points are near 3.9 -+ 1.96 * 0.741 = 2.45, 5.35. A simulated
    // 2.5 % point has a standard error of sqrt(.025 * .975 / 2000) / density(.0789) * .741 = 0.044; skewness
    // (0.7 / sqrt(10)) moves the points by 0.741 * 0.22 / 6 * (1.96^2 - 1) = 0.08. Four errors and the shift: 0.26.
    CHECK(std::abs(one->low - 2.45) < 0.26);
    CHECK(std::abs(one->high - 5.35) < 0.26);
    const auto largest = bootstrap_interval(
        values, [](std::span<const double> s) { return sample_quantile(s, 1); }, {}, RandomStream(3));
    CHECK(largest->high == 9);
}

TEST_CASE("quantiles of small samples interpolate between neighbours") {
    const std::vector<double> values = {40, 10, 30, 20};
    CHECK(sample_quantile(values, 0) == 10);
    CHECK(sample_quantile(values, 1) == 40);
    CHECK(sample_quantile(values, 0.5) == 25);
    CHECK(sample_quantile(values, 0.1) == Approx(13));
    CHECK(sample_quantile(std::vector<double>{5}, 0.3) == 5);
    CHECK_THROWS_AS(sample_quantile(std::vector<double>{}, 0.5), InvariantBroken);
}

TEST_CASE("MSER-5 cuts a transient off, leaves a stationary run whole, and says when the run is too short") {
    RandomStream random(14);
    std::vector<double> stationary, with_transient, only_drift;
    for (int i = 0; i < 1000; ++i) {
        const double noise = normal(random);
        stationary.push_back(noise);
        with_transient.push_back(i < 100 ? 50 - 0.5 * i + noise : noise);
        only_drift.push_back(i + noise);
    }
    // The transient falls below one standard deviation at 98; a cut inside it costs more than it saves.
    const auto cut = mser5_cut(with_transient);
    REQUIRE(cut.has_value());
    CHECK(*cut >= 85);
    CHECK(*cut <= 200);
    CHECK(*cut % 5 == 0);
    CHECK_FALSE(mser5_cut(only_drift).has_value());
    CHECK_FALSE(mser5_cut(std::vector<double>(9, 1.0)).has_value());
    CHECK(mser5_cut(std::vector<double>(100, 1.0)) == 0);

    // Two batches of 5: keeping both, variance 0.25 * 2 / 4; there is nothing shorter to compare with.
    CHECK(mser5_cut(std::vector<double>{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}) == 0);
}

TEST_CASE("MSER-5 finds the cut that the formula gives when it is worked out cut by cut") {
    RandomStream random(15);
    for (int round = 0; round < 20; ++round) {
        std::vector<double> values;
        for (int i = 0; i < 200; ++i) values.push_back(random.uniform() + (i < 40 ? 0.3 : 0));
        std::size_t best = 0;
        double least = 1e300;
        for (std::size_t cut = 0; cut + 5 <= 40; ++cut) {
            std::vector<double> batches;
            for (std::size_t b = cut; b < 40; ++b) batches.push_back(mean_of(std::span(values).subspan(b * 5, 5)));
            const double mean = mean_of(batches);
            double squares = 0;
            for (const double batch : batches) squares += (batch - mean) * (batch - mean);
            const double score = squares / static_cast<double>(batches.size() * batches.size());
            if (score < least - 1e-15) {
                least = score;
                best = cut;
            }
        }
        const auto found = mser5_cut(values);
        if (best > 20)
            CHECK_FALSE(found.has_value());
        else
            CHECK(found == best * 5);
    }
}
