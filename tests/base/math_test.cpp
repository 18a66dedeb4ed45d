#include "sim/base/math.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "sim/base/math_tables.hpp"
#include "sim/base/random.hpp"

using namespace orrery;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// |got - want| in units in the last place of `want`.
double error_in_ulps(double got, long double want) {
    const double magnitude = std::fabs(static_cast<double>(want));
    const double ulp = std::nextafter(magnitude, infinity) - magnitude;
    return static_cast<double>(std::fabs(static_cast<long double>(got) - want) / static_cast<long double>(ulp));
}

template <class Draw>
double largest_error(double (*function)(double), long double (*reference)(long double), Draw draw,
                     int points = 200'000) {
    RandomStream random(1);
    double largest = 0;
    for (int i = 0; i < points; ++i) {
        const double x = draw(random);
        largest = std::max(largest, error_in_ulps(function(x), reference(static_cast<long double>(x))));
    }
    return largest;
}

struct Interval {
    double low, high;
};
auto in(Interval interval) {
    return
        [interval](RandomStream& random) { return interval.low + (interval.high - interval.low) * random.uniform(); };
}
/// Magnitudes evenly spread over powers of two.
auto power_in(Interval exponents) {
    return [exponents](RandomStream& random) { return std::exp2(in(exponents)(random)); };
}
auto negative(Interval exponents) {
    return [exponents](RandomStream& random) { return -std::exp2(in(exponents)(random)); };
}

long double sin_of_turns(long double turns) {
    const long double quarters = std::floor(4 * turns + 0.5L);
    const long double rest = (turns - quarters / 4) * 6.283185307179586476925286766559L;
    const auto quarter = static_cast<unsigned>(static_cast<long long>(quarters) & 3);
    const long double sine = std::sin(rest), cosine = std::cos(rest);
    return quarter == 0 ? sine : quarter == 1 ? cosine : quarter == 2 ? -sine : -cosine;
}
long double cos_of_turns(long double turns) {
    return sin_of_turns(turns + 0.25L);
}

}  // namespace

// The bounds are the header's.
TEST_CASE("exp is within 0.51 units in the last place, and 0.76 where the result is subnormal") {
    CHECK(largest_error(portable_exp, std::exp, in({-708, 709.7})) < 0.51);
    CHECK(largest_error(portable_exp, std::exp, in({-1, 1})) < 0.51);
    CHECK(largest_error(portable_exp, std::exp, power_in({-60, 0})) < 0.51);
    CHECK(largest_error(portable_exp, std::exp, in({-745, -708.4})) < 0.76);
}

TEST_CASE("expm1 is within 0.51 units in the last place") {
    CHECK(largest_error(portable_expm1, std::expm1, in({-40, 40})) < 0.51);
    CHECK(largest_error(portable_expm1, std::expm1, in({-0.02, 0.02})) < 0.51);
    CHECK(largest_error(portable_expm1, std::expm1, power_in({-60, 1})) < 0.51);
    CHECK(largest_error(portable_expm1, std::expm1, negative({-60, 1})) < 0.51);
}

TEST_CASE("log and log1p are within 0.51 units in the last place") {
    CHECK(largest_error(portable_log, std::log, power_in({-1070, 1023.9})) < 0.51);
    CHECK(largest_error(portable_log, std::log, in({0.5, 2})) < 0.51);
    CHECK(largest_error(portable_log, std::log, in({0.99, 1.01})) < 0.51);
    CHECK(largest_error(portable_log1p, std::log1p, power_in({-60, 1000})) < 0.51);
    CHECK(largest_error(portable_log1p, std::log1p, negative({-60, -0.0001})) < 0.51);
    CHECK(largest_error(portable_log1p, std::log1p, in({-0.02, 0.02})) < 0.51);
}

TEST_CASE("pow is within 0.51 units in the last place") {
    RandomStream random(9);
    double largest = 0;
    int tried = 0;
    for (int i = 0; i < 400'000; ++i) {
        const double x = i % 2 == 0 ? power_in({-300, 300})(random) : in({0.5, 1.5})(random);
        const double y = i % 2 == 0 ? in({-3.3, 3.3})(random) : in({-900, 900})(random);
        const long double want = std::pow(static_cast<long double>(x), static_cast<long double>(y));
        if (!(want > 1e-307L && want < 1.7e308L)) continue;
        ++tried;
        largest = std::max(largest, error_in_ulps(portable_pow(x, y), want));
    }
    CHECK(tried > 200'000);
    CHECK(largest < 0.51);
}

TEST_CASE("sin and cos of turns are within 1.2 units in the last place") {
    CHECK(largest_error(portable_sin_turns, sin_of_turns, in({-2, 2})) < 1.2);
    CHECK(largest_error(portable_cos_turns, cos_of_turns, in({-2, 2})) < 1.2);
}

TEST_CASE("gamma is within 4e-14 and the normal distribution function within 3e-15 of the truth") {
    RandomStream random(2);
    double gamma_error = 0, normal_error = 0;
    for (int i = 0; i < 50'000; ++i) {
        const double x = in({0.1, 170})(random);
        const long double want = std::tgamma(static_cast<long double>(x));
        gamma_error = std::max(gamma_error,
                               static_cast<double>(std::fabs(static_cast<long double>(portable_gamma(x)) / want - 1)));
        const double z = in({-9, 9})(random);
        const long double normal = 0.5L * std::erfc(static_cast<long double>(-z) / std::sqrt(2.0L));
        normal_error = std::max(
            normal_error, static_cast<double>(std::fabs(static_cast<long double>(portable_normal_cdf(z)) - normal)));
    }
    CHECK(gamma_error < 4e-14);
    CHECK(normal_error < 3e-15);
    CHECK(std::isnan(portable_gamma(0)));
    CHECK(std::isnan(portable_gamma(172)));
}

namespace {

bool same_bits_or_nan(double a, double b) {
    return std::isnan(a) ? std::isnan(b) : std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

const std::vector<double> special{0.0,        -0.0,   1.0,        -1.0,     0.5,        -0.5,        2.0,    -2.0,
                                  3.0,        -3.0,   2.5,        -2.5,     1e308,      -1e308,      1e-308, 0x1p-1074,
                                  -0x1p-1074, 0x1p53, 0x1p53 + 2, -0x1p53,  0x1p52 + 1, 1023,        1024,   -1074,
                                  1e19,       -1e19,  1e-20,      infinity, -infinity,  not_a_number};

}  // namespace

TEST_CASE("special values are those of C") {
    for (const double x : special) {
        CAPTURE(x);
        // Results that are exact in any right implementation: zeros, infinities, nan.
        const auto exact = [](double value) { return value == 0 || !std::isfinite(value); };
        if (exact(std::exp(x))) CHECK(same_bits_or_nan(portable_exp(x), std::exp(x)));
        if (exact(std::expm1(x))) CHECK(same_bits_or_nan(portable_expm1(x), std::expm1(x)));
        if (exact(std::log(x))) CHECK(same_bits_or_nan(portable_log(x), std::log(x)));
        if (exact(std::log1p(x))) CHECK(same_bits_or_nan(portable_log1p(x), std::log1p(x)));
        for (const double y : special) {
            CAPTURE(y);
            const double want = std::pow(x, y);
            if (exact(want) || std::fabs(want) == 1) CHECK(same_bits_or_nan(portable_pow(x, y), want));
        }
    }
    CHECK(portable_exp(0) == 1);
    CHECK(portable_log(1) == 0);
    CHECK(portable_exp(710) == infinity);
    CHECK(portable_exp(-746) == 0);
    CHECK(portable_pow(-2, 3) == -8);
    CHECK(portable_pow(-2, 2) == 4);
    CHECK(std::isnan(portable_sin_turns(infinity)));
}

TEST_CASE("quarters of a turn are exact, also far away") {
    for (const double turns : {0.0, 3.0, -7.0, 1e6, 0x1p49}) {
        CHECK(portable_sin_turns(turns) == 0);
        CHECK(portable_cos_turns(turns) == 1);
        CHECK(portable_sin_turns(turns + 0.25) == 1);
        CHECK(portable_cos_turns(turns + 0.5) == -1);
        CHECK(portable_sin_turns(turns + 0.75) == -1);
    }
    CHECK(portable_sin_turns(10'000.125) == portable_sin_turns(0.125));
    CHECK(portable_cos_turns(1e300) == 1);
}

TEST_CASE("the tables follow from their definition") {
    for (std::size_t j = 0; j < 128; ++j) {
        const auto& entry = math_tables::exp_entries[j];
        const long double want = std::exp2(static_cast<long double>(j) / 128);
        CHECK(entry.value == static_cast<double>(want));
        CHECK(std::fabs(entry.tail) <= 0x1p-53);
        CHECK(static_cast<double>(std::fabs(
                  static_cast<long double>(entry.value) * (1 + static_cast<long double>(entry.tail)) - want)) <
              0x1p-62);
    }
    for (std::size_t i = 0; i < 128; ++i) {
        const auto& entry = math_tables::log_entries[i];
        const double centre = std::bit_cast<double>(math_tables::log_offset + (static_cast<std::uint64_t>(i) << 45) +
                                                    (std::uint64_t{1} << 44));
        CHECK(std::fabs(entry.inverse * centre - 1) < 0.003);
        CHECK(entry.inverse * 1024 == std::floor(entry.inverse * 1024));
        CHECK(entry.head * 0x1p42 == std::floor(entry.head * 0x1p42));
        CHECK(
            static_cast<double>(std::fabs(static_cast<long double>(entry.head) + static_cast<long double>(entry.tail) +
                                          std::log(static_cast<long double>(entry.inverse)))) < 0x1p-64);
    }
}

// Bits on every platform: computed once, on x86-64 with g++ 12 at -O2.
TEST_CASE("the functions have the same bits everywhere") {
    RandomStream random(42);
    std::uint64_t hash = 0;
    const auto fold = [&](double value) { hash = mix64(hash ^ std::bit_cast<std::uint64_t>(value)) + golden_step; };
    for (int i = 0; i < 20'000; ++i) {
        const double x = in({-700, 700})(random);
        const double y = power_in({-40, 40})(random);
        const double z = in({-5, 5})(random);
        fold(portable_exp(x));
        fold(portable_expm1(z));
        fold(portable_log(y));
        fold(portable_log1p(y));
        fold(portable_pow(y, z));
        fold(portable_sin_turns(x));
        fold(portable_cos_turns(z));
        fold(portable_gamma(1 + y * 0x1p-40));
        fold(portable_normal_cdf(z));
    }
    CHECK(hash == 1425587908110318256u);
}
