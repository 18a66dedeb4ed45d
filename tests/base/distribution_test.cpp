#include "sim/base/distribution.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "distribution_samples.hpp"
#include "goodness.hpp"
#include "sim/base/check.hpp"

using namespace orrery;
using namespace orrery::testing;

namespace {

std::vector<double> draw_many(const Distribution& distribution, std::uint64_t seed, std::size_t count = 200'000) {
    RandomStream random(seed);
    std::vector<double> out(count);
    for (double& x : out) x = distribution.draw(random);
    return out;
}

struct SampleMoments {
    double mean = 0, variance = 0, fourth = 0;
};

SampleMoments moments_of(const std::vector<double>& draws) {
    const auto n = static_cast<double>(draws.size());
    SampleMoments out;
    out.mean = std::accumulate(draws.begin(), draws.end(), 0.0) / n;
    for (const double x : draws) {
        const double squared = (x - out.mean) * (x - out.mean);
        out.variance += squared / n;
        out.fourth += squared * squared / n;
    }
    return out;
}

}  // namespace

TEST_CASE("draws follow their distribution function") {
    for (const Sample& sample : samples()) {
        if (!sample.cdf) continue;
        CAPTURE(sample.name);
        CHECK(kolmogorov_smirnov(draw_many(sample.distribution, 1), sample.cdf) < kolmogorov_smirnov_critical());
    }
}

TEST_CASE("every draw is finite and not negative") {
    for (const Sample& sample : samples())
        for (const double x : draw_many(sample.distribution, 2, 20'000)) {
            REQUIRE(std::isfinite(x));
            REQUIRE(x >= 0);
        }
}

TEST_CASE("the mean and the variance are those of the textbook") {
    for (const Sample& sample : samples()) {
        CAPTURE(sample.name);
        REQUIRE(sample.distribution.mean().has_value());
        CHECK(*sample.distribution.mean() == doctest::Approx(sample.mean).epsilon(1e-12));
        CHECK(sample.distribution.variance().has_value() == (sample.variance >= 0));
        if (sample.variance >= 0)
            CHECK(*sample.distribution.variance() == doctest::Approx(sample.variance).epsilon(1e-10));
    }
}

TEST_CASE("the draws have the mean and the variance that the distribution states") {
    for (const Sample& sample : samples()) {
        if (sample.distribution.is_constant() || sample.variance < 0) continue;
        const auto draws = draw_many(sample.distribution, 3);
        const auto n = static_cast<double>(draws.size());
        const SampleMoments moments = moments_of(draws);
        CAPTURE(sample.name);
        const double mean_error = std::sqrt(*sample.distribution.variance() / n);
        CHECK(std::fabs(moments.mean - *sample.distribution.mean()) < standard_errors_critical * mean_error);
        if (sample.tail == Sample::Tail::heavy) continue;
        // The variance of the sample variance is (fourth central moment - variance^2) / n.
        const double variance_error = std::sqrt((moments.fourth - moments.variance * moments.variance) / n);
        CHECK(std::fabs(moments.variance - *sample.distribution.variance()) <
              standard_errors_critical * variance_error);
    }
}

TEST_CASE("a mean or a variance that is infinite is nothing") {
    CHECK_FALSE(Distribution::pareto({1, 1, {}}).mean().has_value());
    CHECK_FALSE(Distribution::pareto({1, 0.5, {}}).variance().has_value());
    CHECK(Distribution::pareto({1, 2, {}}).mean().has_value());
    CHECK_FALSE(Distribution::pareto({1, 2, {}}).variance().has_value());
    CHECK(Distribution::pareto({1, 0.5, 100}).variance().has_value());
}

TEST_CASE("discrete values come as often as their weights say") {
    const auto check = [](const Distribution& distribution, const std::map<double, double>& probabilities) {
        std::map<double, double> counts;
        const auto draws = draw_many(distribution, 4);
        for (const double x : draws) counts[x] += 1;
        std::vector<double> observed, expected;
        for (const auto& [value, probability] : probabilities) {
            observed.push_back(counts[value]);
            expected.push_back(probability * static_cast<double>(draws.size()));
        }
        CHECK(counts.size() == probabilities.size());
        CHECK(chi_square(observed, expected) < chi_square_critical(expected.size() - 1));
    };
    check(Distribution::discrete({{1, 2, 10}, {5, 3, 2}}), {{1, 0.5}, {2, 0.3}, {10, 0.2}});
    check(Distribution::discrete({{4, 8, 8, 2}, {}}), {{2, 0.25}, {4, 0.25}, {8, 0.5}});
    check(Distribution::bernoulli({0.2, 10}), {{0, 0.8}, {10, 0.2}});
    check(Distribution::bimodal({1, 100, 0.01}), {{1, 0.99}, {100, 0.01}});
}

TEST_CASE("a bounded pareto stays inside its bounds") {
    for (const double x : draw_many(Distribution::pareto({2, 0.1, 3}), 5)) {
        REQUIRE(x >= 2);
        REQUIRE(x <= 3);
    }
}

TEST_CASE("a uniform stays inside its bounds") {
    for (const double x : draw_many(Distribution::uniform({2, 3}), 5)) {
        REQUIRE(x >= 2);
        REQUIRE(x <= 3);
    }
}

TEST_CASE("a scaled distribution is the same draws times the factor") {
    for (const Sample& sample : samples()) {
        const Distribution doubled = sample.distribution.scaled(2);
        CAPTURE(sample.name);
        const auto before = draw_many(sample.distribution, 6, 100), after = draw_many(doubled, 6, 100);
        for (std::size_t i = 0; i < before.size(); ++i) CHECK(after[i] == 2 * before[i]);
        CHECK(*doubled.mean() == doctest::Approx(2 * *sample.distribution.mean()));
        if (sample.variance >= 0) CHECK(*doubled.variance() == doctest::Approx(4 * *sample.distribution.variance()));
        CHECK(sample.distribution.scaled(0).is_constant());
    }
    CHECK_THROWS_AS(Distribution::constant(1).scaled(-1), InvariantBroken);
    CHECK_THROWS_AS(Distribution::constant(1).scaled(std::numeric_limits<double>::infinity()), InvariantBroken);
}

TEST_CASE("a constant takes nothing from the stream, everything else does") {
    for (const Sample& sample : samples()) {
        RandomStream random(1);
        sample.distribution.draw(random);
        CAPTURE(sample.name);
        CHECK(sample.distribution.is_constant() == (random == RandomStream(1)));
    }
}

TEST_CASE("what can have one value only is a constant") {
    for (const Distribution& distribution :
         {Distribution::uniform({5, 5}), Distribution::normal({5, 0}), Distribution::lognormal({5, {}, 0, {}}),
          Distribution::lognormal({{}, 5, {}, 0}), Distribution::pareto({5, 2, 5}), Distribution::bernoulli({1, 5}),
          Distribution::bimodal({5, 9, 0}), Distribution::bimodal({1, 5, 1}), Distribution::bimodal({5, 5, 0.5}),
          Distribution::discrete({{5}, {}}), Distribution::discrete({{1, 5, 9}, {0, 3, 0}}),
          Distribution::discrete({{5, 5, 5}, {0.1, 0.2, 0.3}})}) {
        RandomStream random(1);
        CHECK(distribution.is_constant());
        CHECK(distribution.draw(random) == 5);
    }
    CHECK(Distribution::exponential(0).is_constant());
    CHECK(Distribution::bernoulli({0, 5}).is_constant());
}

TEST_CASE("a hyperexponential with coefficient of variation 1 is exponential") {
    CHECK(draw_many(Distribution::hyperexponential({7, 1}), 1, 100) == draw_many(Distribution::exponential(7), 1, 100));
}

TEST_CASE("a duration is drawn to the nearest nanosecond, half up, and never out of range") {
    CHECK(Distribution::rounded_nanoseconds(2.4) == Duration(2));
    CHECK(Distribution::rounded_nanoseconds(2.5) == Duration(3));
    CHECK(Distribution::rounded_nanoseconds(0.49999999999999994) == Duration(0));
    CHECK(Distribution::rounded_nanoseconds(0x1p52 + 1) == Duration((std::int64_t{1} << 52) + 1));
    CHECK(Distribution::rounded_nanoseconds(-3) == Duration(0));
    CHECK(Distribution::rounded_nanoseconds(1e19) == Duration::max());
    CHECK(Distribution::rounded_nanoseconds(0x1p63) == Duration::max());
    CHECK(Distribution::rounded_nanoseconds(std::numeric_limits<double>::infinity()) == Duration::max());
    CHECK(Distribution::rounded_nanoseconds(std::numeric_limits<double>::quiet_NaN()) == Duration(0));
    RandomStream random(1), same(1);
    const Distribution exponential = Distribution::exponential(1000);
    for (int i = 0; i < 1000; ++i)
        CHECK(exponential.draw_duration(random) == Distribution::rounded_nanoseconds(exponential.draw(same)));
}

TEST_CASE("impossible parameters are errors that name the parameter") {
    const double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
    const auto fails = [](const char* parameter, auto make) {
        CAPTURE(parameter);
        try {
            make();
            FAIL("no error");
        } catch (const ParameterError& error) {
            CHECK(error.parameter() == parameter);
            CHECK_FALSE(error.message().empty());
        }
    };
    fails("value", [] { Distribution::constant(-1); });
    fails("value", [=] { Distribution::constant(nan); });
    fails("mean", [=] { Distribution::exponential(infinity); });
    fails("mean", [] { Distribution::exponential(-1); });
    fails("high", [] { Distribution::uniform({3, 2}); });
    fails("low", [] { Distribution::uniform({-3, 2}); });
    fails("mean", [] { Distribution::normal({-1, 1}); });
    fails("deviation", [] { Distribution::normal({1, -1}); });
    fails("mean", [] { Distribution::lognormal({{}, {}, 1, {}}); });
    fails("median", [] { Distribution::lognormal({1, 1, 1, {}}); });
    fails("cv", [] { Distribution::lognormal({1, {}, {}, {}}); });
    fails("sigma", [] { Distribution::lognormal({1, {}, 1, 1}); });
    fails("sigma", [] { Distribution::lognormal({1, {}, {}, 11}); });
    fails("cv", [=] { Distribution::lognormal({1, {}, nan, {}}); });
    fails("minimum", [] { Distribution::pareto({0, 1, {}}); });
    fails("minimum", [] { Distribution::pareto({0, 1, 5}); });
    fails("shape", [] { Distribution::pareto({1, 0, {}}); });
    fails("maximum", [] { Distribution::pareto({2, 1, 1}); });
    fails("shape", [] { Distribution::weibull({1, 0.01}); });
    fails("scale", [] { Distribution::weibull({-1, 1}); });
    fails("shape", [] { Distribution::gamma({1, 0}); });
    fails("mean", [] { Distribution::gamma({-1, 1}); });
    fails("probability", [] { Distribution::bernoulli({1.1, 1}); });
    fails("probability", [=] { Distribution::bernoulli({nan, 1}); });
    fails("high", [] { Distribution::bimodal({2, 1, 0.5}); });
    fails("cv", [] { Distribution::hyperexponential({1, 0.5}); });
    fails("values", [] { Distribution::discrete({{}, {}}); });
    fails("values", [=] { Distribution::discrete({{1, infinity}, {}}); });
    fails("weights", [] { Distribution::discrete({{1, 2}, {1}}); });
    fails("weights", [] { Distribution::discrete({{1, 2}, {0, 0}}); });
    fails("weights", [] { Distribution::discrete({{1, 2}, {1, -1}}); });
}
