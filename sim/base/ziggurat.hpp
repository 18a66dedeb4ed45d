/// Standard exponential and normal variates by the ziggurat method.
///
/// Marsaglia and Tsang, "The ziggurat method for generating random variables", Journal of Statistical
/// Software 5(8), 2000: the area under the density is covered by 256 layers of equal area; a point in a layer's
/// inner rectangle (98.9 % of the draws) costs one random number, one multiplication and one comparison. Layer and
/// position come from disjoint bits of one 64-bit number, as Doornik ("An improved ziggurat method", 2005) asks.
/// Positions lie on a grid of 2^-53 of the layer's width.
///
/// Tables are constants in ziggurat_tables.cpp; a test holds them against their definition.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "sim/base/random.hpp"

namespace orrery {

/// `edge[i]` is the right end of layer i, falling to edge[256] = 0; edge[1] is where the tail begins, and layer 0 is
/// the base strip: as wide as a rectangle of its area, edge[0] = area / density(edge[1]). `height[i]` is
/// density(edge[i]), with the density scaled to 1 at 0, for i >= 1.
struct Ziggurat {
    static constexpr std::size_t layers = 256;
    std::array<double, layers + 1> edge;
    std::array<double, layers + 1> height;
};

extern const Ziggurat exponential_ziggurat;  ///< density exp(-x)
extern const Ziggurat normal_ziggurat;       ///< density exp(-x^2 / 2), right half

/// What a draw does outside the inner rectangle: the wedge and the tail. `bits` is the number drawn.
double exponential_outside(RandomStream& random, std::uint64_t bits);
double normal_outside(RandomStream& random, std::uint64_t bits);

/// Exponential with mean 1.
inline double draw_exponential(RandomStream& random) {
    const std::uint64_t bits = random.next();
    const std::size_t layer = bits & 0xff;
    const double x = static_cast<double>(bits >> 11) * 0x1p-53 * exponential_ziggurat.edge[layer];
    if (x < exponential_ziggurat.edge[layer + 1]) [[likely]]
        return x;
    return exponential_outside(random, bits);
}

/// Normal with mean 0 and deviation 1. Bit 8 is the sign.
inline double draw_normal(RandomStream& random) {
    const std::uint64_t bits = random.next();
    const std::size_t layer = bits & 0xff;
    const double x = static_cast<double>(bits >> 11) * 0x1p-53 * normal_ziggurat.edge[layer];
    // The sign without a branch: half of the branches would be mispredicted.
    if (x < normal_ziggurat.edge[layer + 1]) [[likely]]
        return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) ^ ((bits & 0x100) << 55));
    return normal_outside(random, bits);
}

}  // namespace orrery
