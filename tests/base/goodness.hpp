/// Goodness of fit, with critical values derived and not tuned.
///
/// Every test here is at level 1e-4: with a fixed seed it passes or fails for good, and the chance that a right
/// generator was unlucky with its seed is 1e-4 a test.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace orrery::testing {

/// sqrt(n) times the largest distance between the samples' distribution function and `cdf`.
template <class Cdf>
double kolmogorov_smirnov(std::vector<double> samples, Cdf cdf) {
    std::sort(samples.begin(), samples.end());
    const auto n = static_cast<double>(samples.size());
    double distance = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const double expected = cdf(samples[i]);
        distance =
            std::max({distance, expected - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - expected});
    }
    return std::sqrt(n) * distance;
}

/// P(sqrt(n) D > x) tends to 2 exp(-2 x^2) (Kolmogorov): x = sqrt(log(2 / 1e-4) / 2).
inline double kolmogorov_smirnov_critical() {
    return std::sqrt(std::log(2e4) / 2);
}

/// Sum of (observed - expected)^2 / expected; `expected` are counts.
inline double chi_square(const std::vector<double>& observed, const std::vector<double>& expected) {
    double sum = 0;
    for (std::size_t i = 0; i < observed.size(); ++i)
        sum += (observed[i] - expected[i]) * (observed[i] - expected[i]) / expected[i];
    return sum;
}

/// The 1 - 1e-4 quantile of chi-square by Wilson and Hilferty (1931): (chi^2 / k)^(1/3) is nearly normal with mean
/// 1 - 2 / (9 k) and variance 2 / (9 k); the normal quantile is 3.719.
inline double chi_square_critical(std::size_t degrees) {
    const double spread = 2.0 / (9.0 * static_cast<double>(degrees));
    return static_cast<double>(degrees) * std::pow(1 - spread + 3.719 * std::sqrt(spread), 3);
}

/// The two-sided normal quantile at 1e-4.
inline constexpr double standard_errors_critical = 3.891;

}  // namespace orrery::testing
