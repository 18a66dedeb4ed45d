#include "sim/base/ziggurat.hpp"

#include "sim/base/math.hpp"

namespace orrery {

namespace {

/// Where in a layer's height a second random number falls.
double height_in(const Ziggurat& table, std::size_t layer, RandomStream& random) {
    const double low = table.height[layer];
    return low + (table.height[layer + 1] - low) * random.uniform();
}

double position_in(const Ziggurat& table, std::uint64_t bits) {
    return static_cast<double>(bits >> 11) * 0x1p-53 * table.edge[bits & 0xff];
}

/// The normal tail beyond `edge` (Marsaglia, "Generating a variable from the tail of the normal distribution",
/// Technometrics 6, 1964).
double normal_tail(RandomStream& random, double edge) {
    while (true) {
        const double x = draw_exponential(random) / edge;
        const double y = draw_exponential(random);
        if (2 * y > x * x) return edge + x;
    }
}

}  // namespace

double exponential_outside(RandomStream& random, std::uint64_t bits) {
    const Ziggurat& table = exponential_ziggurat;
    // Nothing is remembered: what lies beyond the edge is the edge plus a fresh variate. Each pass adds.
    double base = 0;
    while (true) {
        const std::size_t layer = bits & 0xff;
        const double x = position_in(table, bits);
        if (x < table.edge[layer + 1]) return base + x;
        if (layer == 0) {
            base += table.edge[1];
        } else if (height_in(table, layer, random) < portable_exp(-x)) {
            return base + x;
        }
        bits = random.next();
    }
}

double normal_outside(RandomStream& random, std::uint64_t bits) {
    const Ziggurat& table = normal_ziggurat;
    while (true) {
        const std::size_t layer = bits & 0xff;
        const bool is_negative = (bits & 0x100) != 0;
        double x = position_in(table, bits);
        bool inside = x < table.edge[layer + 1];
        if (!inside && layer == 0) {
            x = normal_tail(random, table.edge[1]);
            inside = true;
        }
        if (inside || height_in(table, layer, random) < portable_exp(-0.5 * x * x)) return is_negative ? -x : x;
        bits = random.next();
    }
}

}  // namespace orrery
