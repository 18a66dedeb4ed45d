/// Elementary functions that give the same bits everywhere.
///
/// libm's exp, log and pow differ between versions, and glibc picks variants by processor. These use
/// IEEE 754 double +, -, *, / and sqrt in a fixed order, no fused multiply-add (the build has
/// -ffp-contract=off), tables that are constants in the source: the same result on every compiler,
/// optimisation level and platform with IEEE doubles in round-to-nearest.
///
/// Special values are those of C (Annex F): exp(-inf) = 0, log(0) = -inf, log(-1) = nan, pow(0, 0) = 1, and so
/// on; the floating-point environment (errno, exception flags) is not part of the contract.
///
/// Largest errors in units in the last place, against long double (64 bits) over 4 million points each, evenly spread
/// over the range and over its powers of two (tests/base/math_test.cpp repeats it with 200,000):
///     exp 0.505 (0.751 where the result is subnormal), expm1 0.504, log 0.500, log1p 0.500, pow 0.505,
///     sin_turns and cos_turns 1.11
/// gamma is within 4e-14 of its value, normal_cdf within 3e-15 absolutely. exp takes 7 ns, log 13, log1p 15,
/// pow 32 (one busy core of a cloud machine).
#pragma once

namespace orrery {

double portable_exp(double x);
double portable_expm1(double x);  ///< exp(x) - 1 without cancellation
double portable_log(double x);
double portable_log1p(double x);  ///< log(1 + x) without cancellation
double portable_pow(double x, double y);

/// sin and cos of a full turn times `turns`: sin(2 pi turns), cos(2 pi turns). In turns the reduction of the
/// argument is exact, so a daily wave is as exact on day 10,000 as on day 1.
double portable_sin_turns(double turns);
double portable_cos_turns(double turns);

/// The gamma function for 0 < x <= 171 (factorial(n) = gamma(n + 1)); nan outside.
double portable_gamma(double x);

/// The standard normal distribution function, P(Z <= x).
double portable_normal_cdf(double x);

}  // namespace orrery
