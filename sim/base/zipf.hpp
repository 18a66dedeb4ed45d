/// BoundedZipf: ranks 1..n with probability proportional to rank^-exponent.
///
/// Rejection-inversion: Hoermann and Derflinger, "Rejection-inversion to generate variates from monotone
/// discrete distributions", ACM TOMACS 6(3), 1996. The tail is inverted as if it were continuous and the
/// few misfits are rejected: constant memory and constant expected time (fewer than 1.3 trials whatever
/// n and the exponent), where a table of cumulative sums needs 8 n bytes. Any exponent >= 0: 0 is uniform, 1 is
/// the harmonic case, and both sides near 1 are continuous.
#pragma once

#include <cstdint>

#include "sim/base/random.hpp"

namespace orrery {

class BoundedZipf {
public:
    struct Spec {
        std::uint64_t count = 1;  ///< n: 1 to 2^52
        double exponent = 1;      ///< 0 to 100
    };

    /// Throws `ParameterError` ("count", "exponent") outside those ranges.
    explicit BoundedZipf(Spec spec);

    /// A rank in 1..count; 1 is the most frequent.
    std::uint64_t draw(RandomStream& random) const;

    const Spec& spec() const { return spec_; }

private:
    // The paper's H (antiderivative of h(x) = x^-exponent) and its inverse.
    double h(double x) const;
    double h_integral(double x) const;
    double h_integral_inverse(double y) const;

    Spec spec_;
    double one_less_exponent_ = 0;  ///< 1 - exponent
    double inverse_ = 0;            ///< 1 / (1 - exponent), unused at exponent 1
    double first_ = 0;              ///< H(3/2) - h(1): where rank 1 begins
    double last_ = 0;               ///< H(n + 1/2)
    double shortcut_ = 0;           ///< the paper's s: this far below the rank needs no test
};

}  // namespace orrery
