#include "sim/base/math.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "sim/base/math_tables.hpp"

// exp and log follow the table-driven scheme of Tang ("Table-driven implementation of the exponential function in
// IEEE floating-point arithmetic", ACM TOMS 15(2), 1989, and "... of the logarithm function", TOMS 16(4), 1990): reduce
// by a table entry, a short polynomial on what is left. Sums that matter are unevaluated pairs (Dekker, 1971).
namespace orrery {

namespace {

using math_tables::exp_entries;
using math_tables::log_entries;
using math_tables::log_offset;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
/// Adding and subtracting it rounds to an integer.
constexpr double rounder = 0x1.8p52;

std::uint64_t bits_of(double x) {
    return std::bit_cast<std::uint64_t>(x);
}
double of_bits(std::uint64_t bits) {
    return std::bit_cast<double>(bits);
}
bool is_nan(double x) {
    return x != x;
}
double power_of_two(std::int64_t exponent) {
    return of_bits(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

/// A number as an unevaluated sum, |tail| at most half a unit in the last place of head.
struct Pair {
    double head;
    double tail;
};

/// Exact, for any a and b (Knuth).
Pair two_sum(double a, double b) {
    const double sum = a + b;
    const double b_part = sum - a;
    return {sum, (a - (sum - b_part)) + (b - b_part)};
}

/// Exact where |a| >= |b| (Dekker).
Pair fast_two_sum(double a, double b) {
    const double sum = a + b;
    return {sum, b - (sum - a)};
}

/// The leading 26 bits: products of two such are exact.
double leading(double x) {
    return of_bits(bits_of(x) & 0xfffffffff8000000u);
}

/// Exact unless something underflows.
Pair two_product(double a, double b) {
    const double a_head = leading(a), b_head = leading(b);
    const double a_tail = a - a_head, b_tail = b - b_head;
    const double product = a * b;
    // a_tail may have 27 bits, so this last product may round, 2^-53 below its own size.
    return {product, ((a_head * b_head - product) + a_head * b_tail + a_tail * b_head) + a_tail * b_tail};
}

/// x = (128 k + j) ln2 / 128 + r with |r| <= ln2 / 256; r as a pair.
struct ExpReduction {
    std::int64_t k;
    std::size_t j;
    Pair r;
};

ExpReduction reduce(double x, double x_tail) {
    const double steps = (x * 0x1.71547652b82fep+7 + rounder) - rounder;
    const auto count = static_cast<std::int64_t>(steps);
    // ln2 / 128 in two parts; the first has 35 bits, so that its product with `steps` is exact.
    const double head = x - steps * 0x1.62e42fef80000p-8;
    const Pair r = two_sum(head, x_tail - steps * 0x1.1cf79abc9e3b4p-43);
    return {count >> 7, static_cast<std::size_t>(count & 127), r};
}

/// exp(r) - 1 - r for |r| <= ln2 / 256.
double exp_rest(double r) {
    const double square = r * r;
    return square * ((0.5 + r * (1.0 / 6)) + square * ((1.0 / 24 + r * (1.0 / 120)) + square * (1.0 / 720)));
}

/// exp(x + x_tail), |x_tail| small beside x.
double exp_of_pair(double x, double x_tail) {
    if (!(x < 1024)) return is_nan(x) ? x : infinity;
    if (x < -1024) return 0;
    const ExpReduction reduction = reduce(x, x_tail);
    const auto& entry = exp_entries[reduction.j];
    const double r = reduction.r.head;
    const double rest = entry.tail + reduction.r.tail + exp_rest(r) + r;
    const double value = entry.value + entry.value * rest;
    if (reduction.k >= -1021 && reduction.k <= 1022) [[likely]]
        return value * power_of_two(reduction.k);
    // Two factors, as one would overflow or be subnormal itself; the second product is the only one that rounds.
    if (reduction.k > 0) return value * power_of_two(1022) * power_of_two(reduction.k - 1022);
    if (reduction.k < -1100) return 0;
    return value * power_of_two(-1000) * power_of_two(reduction.k + 1000);
}

/// log(1 + r + r_tail) for |r| < 2^-7.8, to about 2^-65 of itself.
Pair log1p_of_small(double r, double r_tail) {
    const double r_head = leading(r);
    const double half_square = -0.5 * r_head * r_head;
    const double half_square_tail = -0.5 * (r - r_head) * (r + r_head);
    const Pair sum = fast_two_sum(r, half_square);
    const double square = r * r, fourth = square * square;
    // Estrin's order: half the chain of Horner's.
    const double cubic = ((1.0 / 3 + r * -0.25) + square * (0.2 + r * (-1.0 / 6))) +
                         fourth * ((1.0 / 7 + r * -0.125) + square * (1.0 / 9 + r * -0.1));
    const double tail = sum.tail + (half_square_tail + (r_tail - r * r_tail) + r * square * cubic);
    return fast_two_sum(sum.head, tail);
}

/// log(x) for finite x > 0, to about 2^-65 of itself.
Pair log_of(double x) {
    std::uint64_t bits = bits_of(x);
    std::int64_t k = 0;
    if (bits < 0x0010000000000000u) {  // subnormal
        bits = bits_of(x * 0x1p52);
        k = -52;
    }
    const std::uint64_t offset = bits - log_offset;
    k += static_cast<std::int64_t>(offset) >> 52;
    const auto& entry = log_entries[(offset >> 45) & 127];
    const double z = of_bits(bits - (offset & 0xfff0000000000000u));
    // r = z * inverse - 1 exactly: the factors' halves are short enough.
    const double z_head = of_bits(bits_of(z) & 0xffffffff00000000u);
    const Pair r = two_sum(z_head * entry.inverse - 1, (z - z_head) * entry.inverse);
    const Pair small = log1p_of_small(r.head, r.tail);
    const double steps = static_cast<double>(k);
    const Pair sum = two_sum(steps * 0x1.62e42fefa3800p-1 + entry.head, small.head);
    return fast_two_sum(sum.head, sum.tail + (small.tail + (entry.tail + steps * 0x1.ef35793c76730p-45)));
}

enum class Integrality { fraction, odd, even };

Integrality integrality(double y) {
    const double magnitude = std::fabs(y);
    if (magnitude >= 0x1p53) return Integrality::even;
    if (std::floor(magnitude) != magnitude) return Integrality::fraction;
    return (static_cast<std::uint64_t>(magnitude) & 1) != 0 ? Integrality::odd : Integrality::even;
}

}  // namespace

double portable_exp(double x) {
    // Also keeps subnormal arguments out of the reduction.
    if (std::fabs(x) < 0x1p-54) return 1 + x;
    return exp_of_pair(x, 0);
}

double portable_expm1(double x) {
    if (std::fabs(x) < 0x1p-54 || is_nan(x)) return x;
    if (x > 40) return exp_of_pair(x, 0);
    if (x < -40) return -1;
    const ExpReduction reduction = reduce(x, 0);
    const auto& entry = exp_entries[reduction.j];
    const double r = reduction.r.head;
    const double scale = power_of_two(reduction.k);
    // exp(r) = 1 + r + rest; the table's entry times that, minus 1, with the two large terms as exact pairs.
    const Pair linear = two_product(entry.value * scale, r);
    const Pair first = two_sum(entry.value * scale, -1);
    const Pair sum = two_sum(first.head, linear.head);
    const double rest = entry.tail + reduction.r.tail + (exp_rest(r) + entry.tail * r);
    return sum.head + (sum.tail + (first.tail + (linear.tail + entry.value * scale * rest)));
}

double portable_log(double x) {
    if (!(x > 0)) return x == 0 ? -infinity : not_a_number;
    if (x == infinity) return x;
    const Pair log = log_of(x);
    return log.head + log.tail;
}

double portable_log1p(double x) {
    if (std::fabs(x) < 0x1p-54 || is_nan(x)) return x;
    if (!(x > -1)) return x == -1 ? -infinity : not_a_number;
    if (x == infinity) return x;
    if (std::fabs(x) < 0x1p-8) {
        const Pair log = log1p_of_small(x, 0);
        return log.head + log.tail;
    }
    const Pair sum = two_sum(1, x);
    const Pair log = log_of(sum.head);
    return log.head + (log.tail + sum.tail / sum.head);
}

double portable_pow(double x, double y) {
    if (y == 0 || x == 1) return 1;
    if (is_nan(x) || is_nan(y)) return x + y;
    const double magnitude = std::fabs(x);
    if (std::fabs(y) == infinity) return magnitude == 1 ? 1 : (magnitude > 1) == (y > 0) ? infinity : 0;
    const bool is_negative = (bits_of(x) >> 63) != 0;
    const Integrality kind = is_negative ? integrality(y) : Integrality::even;
    const double sign = kind == Integrality::odd ? -1 : 1;
    if (magnitude == 0 || magnitude == infinity) return sign * ((magnitude == 0) == (y > 0) ? 0 : infinity);
    if (kind == Integrality::fraction) return not_a_number;
    if (magnitude == 1) return sign;
    // |log x| >= 2^-53, and beyond these bounds the products below would not be exact.
    if (std::fabs(y) > 0x1p64) return sign * ((magnitude > 1) == (y > 0) ? infinity : 0);
    if (std::fabs(y) < 0x1p-65) return 1;
    const Pair log = log_of(magnitude);
    const Pair product = two_product(y, log.head);
    return sign * exp_of_pair(product.head, product.tail + y * log.tail);
}

}  // namespace orrery
