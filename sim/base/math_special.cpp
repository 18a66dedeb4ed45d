#include <cmath>
#include <cstdint>
#include <limits>

#include "sim/base/math.hpp"

namespace orrery {

namespace {

/// turns = quarters / 4 + rest, with |rest| about 1/8 at most; exact.
struct Quarters {
    unsigned quarters;
    double rest;
};

Quarters reduce(double turns) {
    if (std::fabs(turns) >= 0x1p53) return {0, 0};  // an integer
    const double count = std::floor(4 * turns + 0.5);
    return {static_cast<unsigned>(static_cast<std::int64_t>(count) & 3), turns - count * 0.25};
}

/// 2 pi times `turns` as an unevaluated sum. 2 pi is split after 26 bits and again, `turns` after 26.
struct Angle {
    double head;
    double tail;
};

Angle angle(double turns) {
    constexpr double two_pi = 0x1.921fb54442d18p+2, two_pi_rest = 0x1.1a62633145c07p-52;
    constexpr double two_pi_head = 0x1.921fb54p+2, two_pi_tail = two_pi - two_pi_head;
    const double coarse = static_cast<double>(static_cast<float>(turns));
    const double fine = turns - coarse;
    const double head = two_pi * turns;
    const double tail =
        ((two_pi_head * coarse - head) + two_pi_head * fine + two_pi_tail * coarse) + two_pi_tail * fine;
    return {head, tail + two_pi_rest * turns};
}

// Taylor series, cut where the next term is below 2^-60 of the value for |x| <= pi / 4.
double sin_of_small(Angle x) {
    const double s = x.head * x.head;
    const double series =
        -1.0 / 6 +
        s * (1.0 / 120 +
             s * (-1.0 / 5040 + s * (1.0 / 362880 +
                                     s * (-1.0 / 39916800 + s * (1.0 / 6227020800.0 + s * (-1.0 / 1307674368000.0))))));
    return x.head + (x.tail * (1 - 0.5 * s) + x.head * s * series);
}

double cos_of_small(Angle x) {
    const double s = x.head * x.head;
    const double series =
        1.0 / 24 +
        s * (-1.0 / 720 +
             s * (1.0 / 40320 + s * (-1.0 / 3628800 + s * (1.0 / 479001600.0 + s * (-1.0 / 87178291200.0 +
                                                                                    s * (1.0 / 20922789888000.0))))));
    const double half = 0.5 * s;
    const double head = 1 - half;
    return head + (((1 - head) - half) + (s * s * series - x.head * x.tail));
}

double sin_of_quarters(unsigned quarters, double rest) {
    const Angle x = angle(rest);
    switch (quarters & 3) {
        case 0:
            return sin_of_small(x);
        case 1:
            return cos_of_small(x);
        case 2:
            return -sin_of_small(x);
        case 3:
            return -cos_of_small(x);
    }
    return 0;
}

}  // namespace

double portable_sin_turns(double turns) {
    if (!(std::fabs(turns) < std::numeric_limits<double>::infinity())) return std::numeric_limits<double>::quiet_NaN();
    const Quarters reduced = reduce(turns);
    return sin_of_quarters(reduced.quarters, reduced.rest);
}

double portable_cos_turns(double turns) {
    if (!(std::fabs(turns) < std::numeric_limits<double>::infinity())) return std::numeric_limits<double>::quiet_NaN();
    const Quarters reduced = reduce(turns);
    return sin_of_quarters(reduced.quarters + 1, reduced.rest);
}

// Stirling's series at x >= 16 (Abramowitz and Stegun 6.1.37), reached by gamma(x) = gamma(x + 1) / x.
double portable_gamma(double x) {
    if (!(x > 0 && x <= 171)) return std::numeric_limits<double>::quiet_NaN();
    double divisor = 1;
    while (x < 16) {
        divisor *= x;
        x += 1;
    }
    const double s = 1 / (x * x);
    const double series =
        (1.0 / 12 +
         s * (-1.0 / 360 + s * (1.0 / 1260 + s * (-1.0 / 1680 + s * (1.0 / 1188 + s * (-691.0 / 360360)))))) /
        x;
    constexpr double root_two_pi = 0x1.40d931ff62706p+1;
    // The power in two halves: x^(x - 0.5) alone would overflow near 171 though the result does not.
    const double half_power = portable_pow(x, 0.5 * x - 0.25);
    return root_two_pi * half_power * portable_exp(series - x) * half_power / divisor;
}

// Marsaglia, "Evaluating the normal distribution", Journal of Statistical Software 11(4), 2004: a series of positive
// terms, P = 1/2 + density(x) (x + x^3/3 + x^5/(3*5) + ...).
double portable_normal_cdf(double x) {
    if (x != x) return x;
    if (x < 0) return 1 - portable_normal_cdf(-x);
    if (x > 8.5) return 1;
    double term = x, sum = x;
    for (double odd = 3; term > sum * 0x1p-56; odd += 2) {
        term *= x * x / odd;
        sum += term;
    }
    constexpr double inverse_root_two_pi = 0x1.9884533d43651p-2;
    return 0.5 + inverse_root_two_pi * portable_exp(-0.5 * x * x) * sum;
}

}  // namespace orrery
