#include "analysis/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "sim/base/check.hpp"

namespace orrery::analysis {

namespace {

/// The finite series has half as many terms as there are degrees. From here on the quantile is
/// within 0.02 % of the normal one, and taking it for more degrees errs to the wide side.
constexpr std::size_t degrees_limit = 10'000;

/// atan for x >= 0. The half-angle identity brings x below 1/16, where eight terms of the series do.
double portable_atan(double x) {
    if (x > 1) return std::numbers::pi / 2 - portable_atan(1 / x);
    double factor = 1;
    while (x > 0.0625) {
        x = x / (1 + std::sqrt(1 + x * x));
        factor *= 2;
    }
    const double square = x * x;
    double sum = 0;
    for (int k = 8; k >= 0; --k) sum = (k % 2 == 0 ? 1.0 : -1.0) / (2 * k + 1) + square * sum;
    return factor * x * sum;
}

/// 1 + r_1 c + r_1 r_2 c^2 + ... where r_k = (first + 2k) / (first + 2k + 1), `terms` terms.
double ratio_series(double c, double first, std::size_t terms) {
    double term = 1;
    double sum = 0;
    for (std::size_t k = 0; k < terms && term > 1e-18 * sum; ++k) {
        sum += term;
        const double numerator = first + 2 * static_cast<double>(k);
        term *= c * numerator / (numerator + 1);
    }
    return sum;
}

/// P(|T| <= t), t >= 0: A(t | degrees) of Abramowitz and Stegun, with theta = atan(t / sqrt(degrees)).
double student_inside(double t, std::size_t degrees) {
    const auto nu = static_cast<double>(degrees);
    const double tangent = t / std::sqrt(nu);
    const double cosine_squared = 1 / (1 + tangent * tangent);
    const double cosine = std::sqrt(cosine_squared);
    const double sine = tangent * cosine;
    if (degrees % 2 == 0) return sine * ratio_series(cosine_squared, 1, degrees / 2);
    const double sum = degrees == 1 ? 0 : sine * cosine * ratio_series(cosine_squared, 2, (degrees - 1) / 2);
    return 2 / std::numbers::pi * (portable_atan(tangent) + sum);
}

void check_finite(std::span<const double> values) {
    for (const double value : values)
        ORRERY_CHECK(std::isfinite(value), "a statistic needs finite values, got " + std::to_string(value));
}

void check_confidence(double confidence) {
    ORRERY_CHECK(confidence > 0 && confidence < 1,
                 "a confidence is between 0 and 1, got " + std::to_string(confidence));
}

}  // namespace

double student_cdf(double t, std::size_t degrees) {
    ORRERY_CHECK(degrees >= 1, "Student's distribution needs a degree of freedom");
    const double inside = student_inside(std::abs(t), degrees);
    return t < 0 ? (1 - inside) / 2 : (1 + inside) / 2;
}

double student_quantile(double probability, std::size_t degrees) {
    ORRERY_CHECK(probability > 0 && probability < 1, "a quantile needs a probability between 0 and 1");
    ORRERY_CHECK(degrees >= 1, "Student's distribution needs a degree of freedom");
    if (probability < 0.5) return -student_quantile(1 - probability, degrees);
    const double inside = 2 * probability - 1;
    double high = 1;
    while (high < 1e300 && student_inside(high, degrees) < inside) high *= 2;
    double low = 0;
    // Bisection until the ends are neighbours: slower than Newton, and no derivative to get wrong.
    for (double middle = high / 2; low < middle && middle < high; middle = low + (high - low) / 2)
        (student_inside(middle, degrees) < inside ? low : high) = middle;
    return high;
}

double mean_of(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

Estimate estimate(std::span<const double> values, double confidence) {
    check_finite(values);
    check_confidence(confidence);
    if (values.empty()) return {};
    // From the first value on: equal values give exactly that mean, and a half-width of exactly 0.
    std::vector<double> shifted(values.begin(), values.end());
    for (double& value : shifted) value -= values[0];
    const double mean = mean_of(shifted);
    const auto n = static_cast<double>(values.size());
    if (values.size() < 2) return {1, values[0], std::nullopt};
    double squares = 0;
    for (const double value : shifted) squares += (value - mean) * (value - mean);
    const double error = std::sqrt(squares / (n - 1) / n);
    const std::size_t degrees = std::min(values.size() - 1, degrees_limit);
    return {values.size(), values[0] + mean, error == 0 ? 0 : student_quantile((1 + confidence) / 2, degrees) * error};
}

Estimate paired_difference(std::span<const double> contender, std::span<const double> baseline, double confidence) {
    ORRERY_CHECK(contender.size() == baseline.size(), "paired differences need as many values on both sides");
    std::vector<double> differences;
    for (std::size_t i = 0; i < contender.size(); ++i) differences.push_back(contender[i] - baseline[i]);
    return estimate(differences, confidence);
}

std::optional<Interval> bootstrap_interval(std::span<const double> values, const Statistic& statistic,
                                           BootstrapSpec spec, RandomStream random) {
    check_finite(values);
    check_confidence(spec.confidence);
    ORRERY_CHECK(spec.resamples > 0, "a bootstrap needs resamples");
    if (values.size() < 2) return std::nullopt;
    std::vector<double> drawn(values.size());
    std::vector<double> statistics;
    statistics.reserve(spec.resamples);
    for (std::size_t i = 0; i < spec.resamples; ++i) {
        for (double& value : drawn) value = values[random.below(values.size())];
        statistics.push_back(statistic(drawn));
    }
    const double tail = (1 - spec.confidence) / 2;
    return Interval{sample_quantile(statistics, tail), sample_quantile(statistics, 1 - tail)};
}

double sample_quantile(std::span<const double> values, double quantile) {
    ORRERY_CHECK(!values.empty(), "a sample without values has no quantile");
    check_finite(values);
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    const double position = std::clamp(quantile, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    if (below + 1 >= sorted.size()) return sorted.back();
    return sorted[below] + (position - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

std::optional<std::size_t> mser5_cut(std::span<const double> values) {
    constexpr std::size_t batch = 5;
    check_finite(values);
    const std::size_t batches = values.size() / batch;
    if (batches < 2) return std::nullopt;

    // Backwards, one batch mean more at a time (Welford's update), so every cut costs constant time.
    double mean = 0;
    double squares = 0;
    std::size_t best = 0;
    std::optional<double> least;
    for (std::size_t kept = 1; kept <= batches; ++kept) {
        const std::size_t cut = batches - kept;
        const double value = mean_of(values.subspan(cut * batch, batch));
        const auto n = static_cast<double>(kept);
        const double deviation = value - mean;
        mean += deviation / n;
        squares += deviation * (value - mean);
        // Fewer than five batches left say nothing: one alone has variance 0 and would always win.
        if (kept < std::min<std::size_t>(batch, batches)) continue;
        const double score = squares / (n * n);
        if (!least || score <= *least) {
            least = score;
            best = cut;
        }
    }
    if (best > batches / 2) return std::nullopt;
    return best * batch;
}

}  // namespace orrery::analysis
