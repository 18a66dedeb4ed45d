/// Distribution: a random quantity as a copyable value.
///
/// Every draw is a finite double >= 0 in the base unit of whoever asks (nanoseconds, bytes, ...), the same bits
/// on every platform (see math.hpp). Draws come from the caller's stream and a distribution keeps no state, so a
/// draw is a pure function of (distribution, stream).
///
///     constant         every draw is the same; takes nothing from the stream
///     uniform          from low to high (high itself by rounding only)
///     exponential      by 256-layer ziggurat (see ziggurat.hpp), 3 to 5 ns
///     normal           truncated at 0: a negative draw is drawn again, so nothing piles up at 0. Its two
///                      parameters are those of the whole bell; mean() and variance() are the truth after truncation
///     lognormal        median * exp(sigma Z); given by mean or median, and by cv or sigma
///     pareto           minimum * U^(-1/shape); with a maximum, the bounded Pareto distribution
///     weibull          scale * E^(1/shape)
///     gamma            by Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26(3), 2000
///     bernoulli        value with the probability, else 0
///     bimodal          high with the probability, else low
///     hyperexponential two exponential phases with balanced means, for a coefficient of variation >= 1
///     discrete         given values with given weights, by alias table
///     empirical        discrete, with equal weights where none are given
///
/// Factories throw `ParameterError` that names the parameter and what is allowed. What turns out to have one value only
/// (a uniform with low = high, a probability of 1) becomes a constant.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/catalog.hpp"
#include "sim/base/parameter.hpp"
#include "sim/base/random.hpp"
#include "sim/base/time.hpp"
#include "sim/base/ziggurat.hpp"

namespace orrery {

class Distribution {
public:
    static constexpr std::string_view family = "distribution";

    /// Two numbers of one type in a signature are mixed up sooner or later: each factory takes its own spec.
    struct Uniform {
        double low, high;
    };
    struct Normal {
        double mean, deviation;
    };
    /// Exactly one of mean and median, exactly one of cv (deviation over mean) and sigma (deviation of the logarithm).
    struct Lognormal {
        std::optional<double> mean, median, cv, sigma;
    };
    struct Pareto {
        double minimum, shape;
        std::optional<double> maximum;
    };
    struct Weibull {
        double scale, shape;
    };
    struct Gamma {
        double mean, shape;
    };
    struct Bernoulli {
        double probability, value;
    };
    struct Bimodal {
        double low, high, probability;
    };
    struct Hyperexponential {
        double mean, cv;
    };
    struct Discrete {
        std::vector<double> values, weights;
    };

    static Distribution constant(double value);
    static Distribution exponential(double mean);
    static Distribution uniform(Uniform spec);
    static Distribution normal(Normal spec);
    static Distribution lognormal(Lognormal spec);
    static Distribution pareto(Pareto spec);
    static Distribution weibull(Weibull spec);
    static Distribution gamma(Gamma spec);
    static Distribution bernoulli(Bernoulli spec);
    static Distribution bimodal(Bimodal spec);
    static Distribution hyperexponential(Hyperexponential spec);
    /// As many weights as values, or no weights for equal ones.
    static Distribution discrete(Discrete spec);

    double draw(RandomStream& random) const {
        if (shape_ == Shape::exponential) [[likely]]
            return scale_ * draw_exponential(random);
        if (shape_ == Shape::constant) return scale_;
        return scale_ * draw_standard(random);
    }

    /// The draw read as nanoseconds, rounded half up, at most `Duration::max()`.
    Duration draw_duration(RandomStream& random) const { return rounded_nanoseconds(draw(random)); }

    /// `nanoseconds` rounded half up; 0 for what is not positive, `Duration::max()` for what is out of range.
    static Duration rounded_nanoseconds(double nanoseconds) {
        if (!(nanoseconds > 0)) return Duration(0);
        if (nanoseconds >= 0x1p63) return Duration::max();
        const auto whole = static_cast<std::int64_t>(nanoseconds);
        const bool is_upper_half = nanoseconds - static_cast<double>(whole) >= 0.5;
        return Duration(whole + static_cast<std::int64_t>(is_upper_half));  // no branch that nobody can predict
    }

    /// The exact mean; nothing where it is infinite (pareto without maximum, shape <= 1).
    std::optional<double> mean() const;
    /// The exact variance; nothing where it is infinite or the mean is.
    std::optional<double> variance() const;

    /// Every draw times `factor`, which must be finite and not negative.
    Distribution scaled(double factor) const;

    /// Whether it takes no chance: a scenario made of such is reported as exact.
    bool is_constant() const { return shape_ == Shape::constant; }

private:
    enum class Shape : std::uint8_t {
        constant,
        exponential,
        uniform,
        normal,
        lognormal,
        pareto,
        bounded_pareto,
        weibull,
        gamma,
        two_point,
        hyperexponential,
        discrete
    };
    struct Discretes;
    struct Moments {
        std::optional<double> mean, variance;
    };

    Distribution(Shape shape, double scale, double a = 0, double b = 0, double c = 0)
        : shape_(shape), scale_(scale), a_(a), b_(b), c_(c) {}
    double draw_standard(RandomStream& random) const;
    Moments standard_moments() const;

    // A draw is scale_ times the standard variate of the shape; distribution.cpp says what a_, b_, c_ are for each.
    Shape shape_;
    double scale_;
    double a_, b_, c_;
    std::shared_ptr<const Discretes> discretes_;
};

/// The rows of the family; `Kind::quantity` parameters carry the unit of the section they stand in.
std::vector<Row<Distribution>> distributions();

/// The distribution that `choice` names. `measures`, where given, is the unit that the items of a list of values must
/// have; else they must agree among themselves. Throws `ParameterError`. A name that is no row breaks an invariant.
Distribution make_distribution(const Choice& choice, std::optional<Kind> measures = {});

}  // namespace orrery
