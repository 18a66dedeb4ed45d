#include "distribution_samples.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace orrery::testing {

namespace {

double normal_cdf(double x) {
    return 0.5 * std::erfc(-x / std::sqrt(2.0));
}
double normal_density(double x) {
    return std::exp(-0.5 * x * x) / std::sqrt(2 * std::acos(-1.0));
}

/// Regularised lower incomplete gamma function by its series (Abramowitz and Stegun 6.5.29): positive terms only.
double gamma_cdf(double shape, double x) {
    if (x <= 0) return 0;
    double term = 1 / shape, sum = term;
    for (double n = 1; term > sum * 1e-17; n += 1) sum += term *= x / (shape + n);
    return std::min(1.0, sum * std::exp(shape * std::log(x) - x - std::lgamma(shape)));
}

/// A bell with this mean and deviation, without its negative part: h = mean / deviation.
Sample truncated_normal(const std::string& name, double mean, double deviation) {
    const double h = mean / deviation, kept = normal_cdf(h), hazard = normal_density(h) / kept;
    return {name, Distribution::normal({mean, deviation}),
            [=](double x) { return (normal_cdf((x - mean) / deviation) - normal_cdf(-h)) / kept; },
            mean + deviation * hazard, deviation * deviation * (1 - h * hazard - hazard * hazard)};
}

Sample bounded_pareto(const std::string& name, double shape) {
    const double low = 2, high = 50, r = std::pow(low / high, shape);
    const auto moment = [=](double k) {
        if (shape == k) return shape * std::pow(low, shape) / (1 - r) * std::log(high / low);
        return shape * std::pow(low, shape) / (1 - r) * (std::pow(high, k - shape) - std::pow(low, k - shape)) /
               (k - shape);
    };
    return {name, Distribution::pareto({low, shape, high}),
            [=](double x) { return (1 - std::pow(low / x, shape)) / (1 - r); }, moment(1),
            moment(2) - moment(1) * moment(1)};
}

Sample hyperexponential(double mean, double cv) {
    const double p = 0.5 * (1 + std::sqrt((cv * cv - 1) / (cv * cv + 1)));
    return {"hyperexponential", Distribution::hyperexponential({mean, cv}),
            [=](double x) { return 1 - p * std::exp(-2 * p * x / mean) - (1 - p) * std::exp(-2 * (1 - p) * x / mean); },
            mean, mean * mean * cv * cv};
}

Sample gamma(const std::string& name, double mean, double shape) {
    return {name, Distribution::gamma({mean, shape}), [=](double x) { return gamma_cdf(shape, x * shape / mean); },
            mean, mean * mean / shape};
}

Sample weibull(const std::string& name, double scale, double shape) {
    const double first = std::tgamma(1 + 1 / shape), second = std::tgamma(1 + 2 / shape);
    return {name, Distribution::weibull({scale, shape}),
            [=](double x) { return -std::expm1(-std::pow(x / scale, shape)); }, scale * first,
            scale * scale * (second - first * first)};
}

Sample lognormal(const std::string& name, Distribution distribution, double median, double sigma) {
    const double s2 = sigma * sigma;
    return {name, std::move(distribution), [=](double x) { return normal_cdf(std::log(x / median) / sigma); },
            median * std::exp(s2 / 2), median * median * std::exp(s2) * std::expm1(s2)};
}

}  // namespace

std::vector<Sample> samples() {
    std::vector<Sample> out;
    out.push_back({"constant", Distribution::constant(250), {}, 250, 0});
    out.push_back(
        {"exponential", Distribution::exponential(250), [](double x) { return -std::expm1(-x / 250); }, 250, 62500});
    out.push_back({"uniform", Distribution::uniform({10, 30}), [](double x) { return (x - 10) / 20; }, 20, 400.0 / 12});
    out.push_back(truncated_normal("normal far from zero", 100, 10));
    out.push_back(truncated_normal("normal near zero", 5, 10));
    out.push_back(truncated_normal("normal at zero", 0, 1));
    out.push_back(lognormal("lognormal by median and sigma", Distribution::lognormal({{}, 40, {}, 0.5}), 40, 0.5));
    out.push_back(lognormal("lognormal by mean and cv", Distribution::lognormal({100, {}, 1, {}}), 100 / std::sqrt(2.0),
                            std::sqrt(std::log(2.0))));
    out.push_back({"pareto", Distribution::pareto({3, 5, {}}), [](double x) { return 1 - std::pow(3 / x, 5); }, 3.75,
                   9 * 5 / (16.0 * 3), Sample::Tail::heavy});
    out.push_back({"pareto without variance", Distribution::pareto({3, 1.5, {}}),
                   [](double x) { return 1 - std::pow(3 / x, 1.5); }, 9, -1, Sample::Tail::heavy});
    out.push_back(bounded_pareto("bounded pareto", 1.1));
    out.push_back(bounded_pareto("bounded pareto of shape 1", 1));
    out.push_back(bounded_pareto("bounded pareto of shape 2", 2));
    out.push_back(weibull("weibull that gets rarer", 100, 0.7));
    out.push_back(weibull("weibull that wears out", 100, 2));
    out.push_back(gamma("gamma", 100, 4));
    out.push_back(gamma("gamma of small shape", 100, 0.3));
    out.push_back({"bernoulli", Distribution::bernoulli({0.2, 10}), {}, 2, 16});
    out.push_back({"bimodal", Distribution::bimodal({1, 100, 0.1}), {}, 10.9, 0.09 * 99 * 99});
    out.push_back(hyperexponential(100, 3));
    out.push_back(
        {"discrete", Distribution::discrete({{1, 2, 10}, {5, 3, 2}}), {}, 3.1, 0.5 * 4.41 + 0.3 * 1.21 + 0.2 * 47.61});
    out.push_back({"empirical", Distribution::discrete({{4, 8, 6, 2}, {}}), {}, 5, 5});
    return out;
}

}  // namespace orrery::testing
