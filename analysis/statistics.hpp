/// Statistics over replications, and of one replication's warm-up.
///
/// Intervals are over replications, which are independent; never over the correlated samples inside
/// a run. Everything here is sums, products, quotients and square roots in a fixed order, so the same
/// values give the same bits on every platform: that is why the Student quantile is our own.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>

#include "sim/base/random.hpp"

namespace orrery::analysis {

/// A mean over `n` replications and half the width of its interval. One replication has no interval.
struct Estimate {
    std::size_t n = 0;
    double mean = 0;
    std::optional<double> half_width;

    /// The ends of the interval; both are the mean where there is none.
    double low() const { return mean - half_width.value_or(0); }
    double high() const { return mean + half_width.value_or(0); }
    friend bool operator==(const Estimate&, const Estimate&) = default;
};

struct Interval {
    double low = 0;
    double high = 0;
    friend bool operator==(const Interval&, const Interval&) = default;
};

/// P(T <= t) of Student's distribution with `degrees` >= 1 degrees of freedom, by the finite series for
/// whole degrees: Abramowitz and Stegun, 26.7.3 and 26.7.4. Absolute error below 1e-13.
double student_cdf(double t, std::size_t degrees);

/// The t with student_cdf(t, degrees) = `probability`, in (0, 1). Relative error below 1e-10 for
/// probabilities between 1e-4 and 1 - 1e-4.
double student_quantile(double probability, std::size_t degrees);

/// Mean and half-width of the two-sided Student interval at `confidence` (0.95): t(n-1) * s / sqrt(n)
/// (from 10,001 replications on with the t of 10,000 degrees, which is wider by less than 0.02 %).
/// n = 0 for no values. A value that is not finite, or a confidence outside (0, 1), breaks an invariant.
Estimate estimate(std::span<const double> values, double confidence);

/// Estimate of the mean of contender - baseline, replication by replication: under common random
/// numbers the noise that both share cancels. As many values on both sides, or an invariant breaks.
Estimate paired_difference(std::span<const double> contender, std::span<const double> baseline, double confidence);

/// Number of values, and their order, are the caller's; it may be called with repeated values.
using Statistic = std::function<double(std::span<const double>)>;

struct BootstrapSpec {
    double confidence = 0.95;
    std::size_t resamples = 2000;
};

/// The percentile bootstrap interval of `statistic` over `values` (Efron and Tibshirani, "An
/// Introduction to the Bootstrap", 1993, section 13.3). Nothing for fewer than two values. All chance is
/// from `random`. For few (< 10) replications it is too narrow: prefer `estimate`.
std::optional<Interval> bootstrap_interval(std::span<const double> values, const Statistic& statistic,
                                           BootstrapSpec spec, RandomStream random);

/// The quantile of a small sample by linear interpolation between order statistics (type 7 of Hyndman
/// and Fan, "Sample Quantiles in Statistical Packages", 1996). `values` in any order and not empty.
double sample_quantile(std::span<const double> values, double quantile);

/// Arithmetic mean; 0 for no values.
double mean_of(std::span<const double> values);

/// How many of the first `values` (in order of time) to cut as warm-up, by MSER-5: batches of 5, and the
/// cut after which the squared standard error of the rest is least (White, Cobb, Spratt, "A Comparison of
/// Five Steady-State Truncation Heuristics for Simulation", WSC 2000). A multiple of 5. Nothing when the
/// least is in the second half, or there are fewer than 10 values: the run is too short to tell.
std::optional<std::size_t> mser5_cut(std::span<const double> values);

}  // namespace orrery::analysis
