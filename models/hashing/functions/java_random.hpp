/// java.util.Random (OpenJDK 17): the 48-bit linear congruential generator of Knuth, TAOCP 2, section 3.2.1, and what
/// the class makes of it. For schemes whose definition draws from it; nothing else should.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "sim/base/check.hpp"

namespace orrery::models {

class JavaRandom {
public:
    constexpr explicit JavaRandom(std::int64_t seed)
        : state_((static_cast<std::uint64_t>(seed) ^ multiplier) & state_mask) {}

    /// The high `bits` of the next state as a signed number; 1 to 32.
    constexpr std::int32_t next(unsigned bits) {
        state_ = (state_ * multiplier + 0xb) & state_mask;
        return static_cast<std::int32_t>(static_cast<std::uint32_t>(state_ >> (48 - bits)));
    }

    constexpr std::int32_t next_int() { return next(32); }

    /// In [0, bound). `bound` must be positive.
    constexpr std::int32_t next_int(std::int32_t bound) {
        ORRERY_CHECK(bound > 0, "java.util.Random.nextInt needs a positive bound");
        const std::int64_t wide = bound;
        if ((bound & (bound - 1)) == 0) return static_cast<std::int32_t>((wide * next(31)) >> 31);
        // Draws above the largest multiple of `bound` would favour small numbers; Java finds them by overflow of `int`.
        while (true) {
            const std::int64_t drawn = next(31);
            const std::int64_t remainder = drawn % wide;
            if (drawn - remainder + (wide - 1) < (std::int64_t{1} << 31)) return static_cast<std::int32_t>(remainder);
        }
    }

    constexpr std::int64_t next_long() {
        const auto high = static_cast<std::uint64_t>(std::int64_t{next(32)}) << 32;
        const auto low = static_cast<std::uint64_t>(std::int64_t{next(32)});  // signed: borrows from the high half
        return static_cast<std::int64_t>(high + low);
    }

    /// In [0, 1), on a grid of 2^-53.
    constexpr double next_double() {
        const std::int64_t high = next(26);
        const std::int64_t low = next(27);
        return static_cast<double>((high << 27) + low) * 0x1p-53;
    }

    constexpr bool next_boolean() { return next(1) != 0; }

    friend constexpr bool operator==(const JavaRandom&, const JavaRandom&) = default;

private:
    static constexpr std::uint64_t multiplier = 0x5deece66du;
    static constexpr std::uint64_t state_mask = (std::uint64_t{1} << 48) - 1;
    std::uint64_t state_;
};

/// Collections.shuffle(list, random): from the last place down, each changes places with one not behind it.
template <class T>
constexpr void java_shuffle(std::span<T> list, JavaRandom& random) {
    for (std::size_t i = list.size(); i > 1; --i) {
        const auto other = static_cast<std::size_t>(random.next_int(static_cast<std::int32_t>(i)));
        std::swap(list[i - 1], list[other]);
    }
}

}  // namespace orrery::models
