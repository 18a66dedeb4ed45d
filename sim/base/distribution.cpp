#include "sim/base/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "sim/base/check.hpp"
#include "sim/base/distribution_discretes.hpp"
#include "sim/base/math.hpp"
#include "sim/base/units.hpp"

namespace orrery {

namespace {

// Largest spreads and smallest shapes for which no draw overflows a double, whatever the stream gives.
constexpr double quantity_max = 1e18, shape_min = 0.1, shape_max = 1000, sigma_max = 10, cv_max = 1000;

struct Range {
    double least, most;
};

double in_range(const char* name, double value, Range range) {
    if (!(value >= range.least && value <= range.most))
        throw ParameterError(name, "found " + print_real(value) + "; " + print_real(range.least) + " to " +
                                       print_real(range.most) + " is allowed");
    return value;
}

double quantity(const char* name, double value) {
    return in_range(name, value, {0, quantity_max});
}

double square(double x) {
    return x * x;
}

/// Marsaglia and Tsang (2000), for shape >= 1. Mean = shape.
double draw_gamma(double shape, RandomStream& random) {
    const double d = shape - 1.0 / 3;
    const double c = 1 / std::sqrt(9 * d);
    while (true) {
        const double x = draw_normal(random);
        const double t = 1 + c * x;
        if (t <= 0) continue;
        const double v = t * t * t;
        const double u = random.uniform_open();
        // The paper's squeeze first: it spares both logarithms nearly always.
        if (u < 1 - 0.0331 * square(x * x)) return d * v;
        if (portable_log(u) < 0.5 * x * x + d * (1 - v + portable_log(v))) return d * v;
    }
}

}  // namespace

Distribution Distribution::constant(double value) {
    return {Shape::constant, quantity("value", value)};
}

Distribution Distribution::exponential(double mean) {
    if (quantity("mean", mean) == 0) return constant(0);
    return {Shape::exponential, mean};
}

// a = low, b = high - low
Distribution Distribution::uniform(Uniform spec) {
    quantity("low", spec.low);
    quantity("high", spec.high);
    if (spec.low > spec.high)
        throw ParameterError(
            "high", "found " + print_real(spec.high) + "; at least low (" + print_real(spec.low) + ") is allowed");
    if (spec.low == spec.high) return constant(spec.low);
    return {Shape::uniform, 1, spec.low, spec.high - spec.low};
}

// a = mean, b = deviation of the untruncated bell
Distribution Distribution::normal(Normal spec) {
    quantity("mean", spec.mean);
    if (quantity("deviation", spec.deviation) == 0) return constant(spec.mean);
    return {Shape::normal, 1, spec.mean, spec.deviation};
}

// scale = median, a = sigma
Distribution Distribution::lognormal(Lognormal spec) {
    if (spec.mean.has_value() == spec.median.has_value())
        throw ParameterError(spec.mean ? "median" : "mean", "exactly one of mean and median is allowed");
    if (spec.cv.has_value() == spec.sigma.has_value())
        throw ParameterError(spec.cv ? "sigma" : "cv", "exactly one of cv and sigma is allowed");
    const double sigma = spec.sigma ? in_range("sigma", *spec.sigma, {0, sigma_max})
                                    : std::sqrt(portable_log1p(square(in_range("cv", *spec.cv, {0, cv_max}))));
    const double median = spec.median ? quantity("median", *spec.median)
                                      : quantity("mean", *spec.mean) * portable_exp(-0.5 * sigma * sigma);
    if (sigma == 0 || median == 0) return constant(median);
    return {Shape::lognormal, median, sigma};
}

// scale = minimum, a = shape, b = 1 / shape; bounded: b = maximum / minimum, c = (minimum / maximum)^shape - 1
Distribution Distribution::pareto(Pareto spec) {
    quantity("minimum", spec.minimum);
    in_range("shape", spec.shape, {shape_min, shape_max});
    if (spec.maximum) {
        quantity("maximum", *spec.maximum);
        if (*spec.maximum < spec.minimum)
            throw ParameterError("maximum", "found " + print_real(*spec.maximum) + "; at least minimum (" +
                                                print_real(spec.minimum) + ") is allowed");
        if (spec.minimum == *spec.maximum) return constant(spec.minimum);
        if (spec.minimum == 0) throw ParameterError("minimum", "found 0; a positive value is allowed");
        const double ratio = *spec.maximum / spec.minimum;
        return {Shape::bounded_pareto, spec.minimum, spec.shape, ratio,
                portable_expm1(-spec.shape * portable_log(ratio))};
    }
    if (spec.minimum == 0) throw ParameterError("minimum", "found 0; a positive value is allowed");
    return {Shape::pareto, spec.minimum, spec.shape, 1 / spec.shape};
}

// a = shape, b = 1 / shape
Distribution Distribution::weibull(Weibull spec) {
    in_range("shape", spec.shape, {shape_min, shape_max});
    if (quantity("scale", spec.scale) == 0) return constant(0);
    return {Shape::weibull, spec.scale, spec.shape, 1 / spec.shape};
}

// scale = mean / shape, a = shape, b = 1 / shape
Distribution Distribution::gamma(Gamma spec) {
    in_range("shape", spec.shape, {0.01, 1e6});
    if (quantity("mean", spec.mean) == 0) return constant(0);
    return {Shape::gamma, spec.mean / spec.shape, spec.shape, 1 / spec.shape};
}

Distribution Distribution::bernoulli(Bernoulli spec) {
    quantity("value", spec.value);
    return bimodal({0, spec.value, spec.probability});
}

// a = low, b = high, c = probability of high
Distribution Distribution::bimodal(Bimodal spec) {
    quantity("low", spec.low);
    quantity("high", spec.high);
    in_range("probability", spec.probability, {0, 1});
    if (spec.low > spec.high)
        throw ParameterError(
            "high", "found " + print_real(spec.high) + "; at least low (" + print_real(spec.low) + ") is allowed");
    if (spec.probability == 0 || spec.low == spec.high) return constant(spec.low);
    if (spec.probability == 1) return constant(spec.high);
    return {Shape::two_point, 1, spec.low, spec.high, spec.probability};
}

// Two phases that carry half of the mean each: probability p and mean 1 / (2 p), probability 1 - p and mean 1 / (2 (1 -
// p)), with p = (1 + sqrt((cv^2 - 1) / (cv^2 + 1))) / 2 (Allen, "Probability, Statistics, and Queueing Theory", 2nd
// ed., section 3.2.9). scale = mean, a = p, b and c = the phases' means
Distribution Distribution::hyperexponential(Hyperexponential spec) {
    quantity("mean", spec.mean);
    in_range("cv", spec.cv, {1, cv_max});
    if (spec.cv == 1 || spec.mean == 0) return exponential(spec.mean);
    const double squared = square(spec.cv);
    const double likely = 0.5 * (1 + std::sqrt((squared - 1) / (squared + 1)));
    // 1 - p without cancellation: p (1 - p) = 1 / (2 (cv^2 + 1)).
    const double rare = 1 / (2 * (squared + 1) * likely);
    return {Shape::hyperexponential, spec.mean, likely, 0.5 / likely, 0.5 / rare};
}

Distribution Distribution::discrete(Discrete spec) {
    if (spec.values.empty()) throw ParameterError("values", "there are none; at least one is needed");
    for (const double value : spec.values) quantity("values", value);
    if (spec.weights.empty()) spec.weights.assign(spec.values.size(), 1);
    if (spec.weights.size() != spec.values.size())
        throw ParameterError("weights", "found " + std::to_string(spec.weights.size()) + " for " +
                                            std::to_string(spec.values.size()) + " values; one each is allowed");
    auto discretes = std::make_shared<const Discretes>(std::move(spec.values), spec.weights);
    if (discretes->variance == 0) return constant(discretes->mean);
    Distribution out(Shape::discrete, 1);
    out.discretes_ = std::move(discretes);
    return out;
}

Distribution Distribution::scaled(double factor) const {
    ORRERY_CHECK(factor >= 0 && factor <= std::numeric_limits<double>::max(),
                 "a distribution is scaled by a factor that is negative or not finite");
    if (factor == 0) return {Shape::constant, 0};
    Distribution out = *this;
    out.scale_ *= factor;
    return out;
}

double Distribution::draw_standard(RandomStream& random) const {
    switch (shape_) {
        case Shape::constant:
            return 1;
        case Shape::exponential:
            return draw_exponential(random);
        case Shape::uniform:
            return a_ + b_ * random.uniform();
        case Shape::normal:
            // The mean is not negative, so that a draw is accepted with probability 1/2 at least.
            while (true)
                if (const double x = a_ + b_ * draw_normal(random); x >= 0) return x;
        case Shape::lognormal:
            return portable_exp(a_ * draw_normal(random));
        // U^(-1/shape) = exp(E / shape): the ziggurat spares the logarithm.
        // The bound has probability e^-60 at most and keeps every draw finite.
        case Shape::pareto:
            return portable_exp(std::min(draw_exponential(random) * b_, 600.0));
        case Shape::bounded_pareto:
            return std::min(portable_exp(-portable_log1p(random.uniform() * c_) / a_), b_);
        case Shape::weibull:
            return portable_exp(portable_log(draw_exponential(random)) * b_);
        case Shape::gamma: {
            if (a_ >= 1) return draw_gamma(a_, random);
            // gamma(shape) = gamma(shape + 1) * U^(1/shape), the paper's section 6.
            const double boosted = draw_gamma(a_ + 1, random);
            return boosted * portable_exp(-draw_exponential(random) * b_);
        }
        case Shape::two_point:
            return random.uniform() < c_ ? b_ : a_;
        case Shape::hyperexponential: {
            const double phase_mean = random.uniform() < a_ ? b_ : c_;
            return phase_mean * draw_exponential(random);
        }
        case Shape::discrete:
            return discretes_->values[discretes_->table.draw(random)];
    }
    return 0;
}

}  // namespace orrery
