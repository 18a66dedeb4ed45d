#include "sim/base/zipf.hpp"

#include <string>

#include "sim/base/math.hpp"
#include "sim/base/parameter.hpp"
#include "sim/base/units.hpp"

namespace orrery {

namespace {

constexpr std::uint64_t count_max = std::uint64_t{1} << 52;

}  // namespace

BoundedZipf::BoundedZipf(Spec spec) : spec_(spec) {
    if (spec.count < 1 || spec.count > count_max)
        throw ParameterError("count", "found " + std::to_string(spec.count) + "; 1 to 2^52 is allowed");
    if (!(spec.exponent >= 0 && spec.exponent <= 100))
        throw ParameterError("exponent", "found " + print_real(spec.exponent) + "; 0 to 100 is allowed");
    one_less_exponent_ = 1 - spec.exponent;
    inverse_ = spec.exponent == 1 ? 0 : 1 / one_less_exponent_;
    first_ = h_integral(1.5) - 1;
    last_ = h_integral(static_cast<double>(spec.count) + 0.5);
    shortcut_ = 2 - h_integral_inverse(h_integral(2.5) - h(2));
}

double BoundedZipf::h(double x) const {
    return portable_exp(-spec_.exponent * portable_log(x));
}

// (x^(1-q) - 1) / (1-q), which tends to log x as q tends to 1; written with expm1 it is exact on both sides.
double BoundedZipf::h_integral(double x) const {
    const double log = portable_log(x);
    return spec_.exponent == 1 ? log : portable_expm1(one_less_exponent_ * log) * inverse_;
}

double BoundedZipf::h_integral_inverse(double y) const {
    if (spec_.exponent == 1) return portable_exp(y);
    const double power = one_less_exponent_ * y;
    // Below -1 only by rounding, where the inverse is infinite; the caller clamps.
    return portable_exp(portable_log1p(power < -1 ? -1 : power) * inverse_);
}

std::uint64_t BoundedZipf::draw(RandomStream& random) const {
    const double count = static_cast<double>(spec_.count);
    while (true) {
        // The uniform is 0 at most where rank n ends and 1 where rank 1 begins.
        const double y = last_ + random.uniform() * (first_ - last_);
        const double x = h_integral_inverse(y);
        // Clamped before the conversion: x may be infinite by rounding.
        const double bounded = x < 1 ? 1 : x > count ? count : x;
        const auto rank = static_cast<std::uint64_t>(bounded + 0.5);
        const auto real_rank = static_cast<double>(rank);
        if (real_rank - x <= shortcut_ || y >= h_integral(real_rank + 0.5) - h(real_rank)) return rank;
    }
}

}  // namespace orrery
