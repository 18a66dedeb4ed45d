#include "sim/base/ziggurat.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "goodness.hpp"

using namespace orrery;
using namespace orrery::testing;

namespace {

double exponential_density(double x) {
    return static_cast<double>(std::exp(-static_cast<long double>(x)));
}
double normal_density(double x) {
    return static_cast<double>(std::exp(-0.5L * static_cast<long double>(x) * static_cast<long double>(x)));
}

void check_table(const Ziggurat& table, double (*density)(double), double tail_area) {
    const double area = table.edge[1] * table.height[1] + tail_area;
    CHECK(table.edge[0] == doctest::Approx(area / table.height[1]).epsilon(1e-14));
    CHECK(table.edge[256] == 0);
    CHECK(table.height[256] == 1);
    for (std::size_t i = 1; i < 256; ++i) {
        CAPTURE(i);
        CHECK(table.edge[i] > table.edge[i + 1]);
        CHECK(table.height[i] == doctest::Approx(density(table.edge[i])).epsilon(1e-14));
        // Layer i lies between the heights of its own edge and of the next.
        CHECK(std::fabs(table.edge[i] * (table.height[i + 1] - table.height[i]) - area) < 4e-15);
    }
}

}  // namespace

TEST_CASE("the layers of the exponential ziggurat have equal areas that end at the top") {
    const double edge = exponential_ziggurat.edge[1];
    check_table(exponential_ziggurat, exponential_density, exponential_density(edge));
    CHECK(edge == doctest::Approx(7.69711747013104972).epsilon(1e-15));  // Marsaglia and Tsang (2000)
}

TEST_CASE("the layers of the normal ziggurat have equal areas that end at the top") {
    const double edge = normal_ziggurat.edge[1];
    const double tail = static_cast<double>(std::sqrt(std::acos(-1.0L) / 2) *
                                            std::erfc(static_cast<long double>(edge) / std::sqrt(2.0L)));
    check_table(normal_ziggurat, normal_density, tail);
    CHECK(edge == doctest::Approx(3.6541528853610088).epsilon(1e-15));
}

TEST_CASE("exponential variates follow their distribution, one million of them") {
    RandomStream random(1);
    std::vector<double> samples(1'000'000);
    for (double& sample : samples) sample = draw_exponential(random);
    CHECK(kolmogorov_smirnov(samples, [](double x) { return -std::expm1(-x); }) < kolmogorov_smirnov_critical());
}

TEST_CASE("normal variates follow their distribution, one million of them") {
    RandomStream random(2);
    std::vector<double> samples(1'000'000);
    for (double& sample : samples) sample = draw_normal(random);
    CHECK(kolmogorov_smirnov(samples, [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }) <
          kolmogorov_smirnov_critical());
}

TEST_CASE("the tails beyond the last layer have their right weight and shape") {
    RandomStream random(3);
    const double exponential_edge = exponential_ziggurat.edge[1], normal_edge = normal_ziggurat.edge[1];
    std::vector<double> exponential_tail, normal_tail;
    const int draws = 3'000'000;
    for (int i = 0; i < draws; ++i) {
        const double x = draw_exponential(random);
        if (x > exponential_edge) exponential_tail.push_back(x - exponential_edge);
        const double z = draw_normal(random);
        if (std::fabs(z) > normal_edge) normal_tail.push_back(std::fabs(z));
    }
    const auto near = [&](std::size_t count, double probability) {
        const double expected = draws * probability;
        return std::fabs(static_cast<double>(count) - expected) <
               standard_errors_critical * std::sqrt(expected * (1 - probability));
    };
    CHECK(near(exponential_tail.size(), std::exp(-exponential_edge)));
    const double normal_tail_weight = std::erfc(normal_edge / std::sqrt(2.0));
    CHECK(near(normal_tail.size(), normal_tail_weight));
    CHECK(kolmogorov_smirnov(exponential_tail, [](double x) { return -std::expm1(-x); }) <
          kolmogorov_smirnov_critical());
    CHECK(kolmogorov_smirnov(normal_tail, [&](double x) {
              return 1 - std::erfc(x / std::sqrt(2.0)) / normal_tail_weight;
          }) < kolmogorov_smirnov_critical());
}

namespace {

/// Standard errors between the accepted points of the wedges and the probability that each has of lying under the
/// density. Wedges are a hundredth of all draws, so that tests of whole samples hardly see them.
double wedge_deviation(const Ziggurat& table, double (*density)(double),
                       double (*outside)(RandomStream&, std::uint64_t)) {
    RandomStream points(4), random(5);
    double accepted = 0, expected = 0, variance = 0;
    for (int i = 0; i < 4'000'000; ++i) {
        const std::uint64_t bits = points.next();
        const std::size_t layer = bits & 0xff;
        const double x = static_cast<double>(bits >> 11) * 0x1p-53 * table.edge[layer];
        if (layer == 0 || x < table.edge[layer + 1]) continue;
        const double share = (density(x) - table.height[layer]) / (table.height[layer + 1] - table.height[layer]);
        expected += share;
        variance += share * (1 - share);
        // A rejected point is replaced by another one.
        if (std::fabs(outside(random, bits)) == x) accepted += 1;
    }
    return std::fabs(accepted - expected) / std::sqrt(variance);
}

}  // namespace

TEST_CASE("a point in a wedge is accepted as often as it lies under the density") {
    CHECK(wedge_deviation(exponential_ziggurat, exponential_density, exponential_outside) < standard_errors_critical);
    CHECK(wedge_deviation(normal_ziggurat, normal_density, normal_outside) < standard_errors_critical);
}
