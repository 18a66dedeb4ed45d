#include <algorithm>
#include <cmath>

#include "sim/base/distribution.hpp"
#include "sim/base/distribution_discretes.hpp"
#include "sim/base/math.hpp"

namespace orrery {

namespace {

struct Bell {
    double mean, deviation;
};

/// The normal distribution truncated at 0 from below (Johnson, Kotz, Balakrishnan, "Continuous Univariate
/// Distributions", volume 1, section 13.10): with h = mean / deviation and hazard = density(h) / P(Z <= h).
Bell truncated(Bell bell) {
    constexpr double inverse_root_two_pi = 0x1.9884533d43651p-2;
    const double h = bell.mean / bell.deviation;
    const double hazard = inverse_root_two_pi * portable_exp(-0.5 * h * h) / portable_normal_cdf(h);
    const double correction = h > 40 ? 0 : hazard * (h + hazard);
    return {bell.mean + bell.deviation * hazard, bell.deviation * std::sqrt(1 - correction)};
}

/// E[X^k] of the Pareto distribution on [1, ratio]: shape (ratio^(k - shape) - 1) / ((k - shape) (1 - ratio^-shape)).
double bounded_pareto_moment(double shape, double ratio, double k) {
    const double log_ratio = portable_log(ratio);
    const double gap = (k - shape) * log_ratio;
    // expm1(gap) / (k - shape), which tends to log(ratio) as shape tends to k.
    const double integral = gap == 0 ? log_ratio : log_ratio * (portable_expm1(gap) / gap);
    return shape * integral / -portable_expm1(-shape * log_ratio);
}

}  // namespace

Distribution::Moments Distribution::standard_moments() const {
    switch (shape_) {
        case Shape::constant:
            return {1, 0};
        case Shape::exponential:
            return {1, 1};
        case Shape::uniform:
            return {a_ + 0.5 * b_, b_ * b_ / 12};
        case Shape::normal: {
            const Bell bell = truncated({a_, b_});
            return {bell.mean, bell.deviation * bell.deviation};
        }
        case Shape::lognormal: {
            const double squared = a_ * a_;
            return {portable_exp(0.5 * squared), portable_exp(squared) * portable_expm1(squared)};
        }
        case Shape::pareto: {
            if (a_ <= 1) return {};
            const double mean = a_ / (a_ - 1);
            if (a_ <= 2) return {mean, {}};
            return {mean, a_ / ((a_ - 1) * (a_ - 1) * (a_ - 2))};
        }
        case Shape::bounded_pareto: {
            const double mean = bounded_pareto_moment(a_, b_, 1);
            return {mean, std::max(0.0, bounded_pareto_moment(a_, b_, 2) - mean * mean)};
        }
        case Shape::weibull: {
            const double mean = portable_gamma(1 + b_);
            return {mean, portable_gamma(1 + 2 * b_) - mean * mean};
        }
        case Shape::gamma:
            return {a_, a_};
        case Shape::two_point:
            return {a_ + c_ * (b_ - a_), c_ * (1 - c_) * ((b_ - a_) * (b_ - a_))};
        case Shape::hyperexponential: {
            // Balanced phases: the mean is 1 by construction, E[X^2] = 2 (p b^2 + (1 - p) c^2) = b + c.
            return {1, b_ + c_ - 1};
        }
        case Shape::discrete:
            return {discretes_->mean, discretes_->variance};
    }
    return {};
}

std::optional<double> Distribution::mean() const {
    const Moments moments = standard_moments();
    if (!moments.mean) return {};
    return scale_ * *moments.mean;
}

std::optional<double> Distribution::variance() const {
    const Moments moments = standard_moments();
    if (!moments.variance) return {};
    return scale_ * scale_ * *moments.variance;
}

}  // namespace orrery
