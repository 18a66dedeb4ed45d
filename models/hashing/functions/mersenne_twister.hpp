/// MT19937 (Matsumoto, Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudorandom number
/// generator", TOMACS 1998), seeded as in 2002 by one word. Not a source of chance: it is here because production code
/// permutes servers with it, seeded by the hash of a key.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace orrery::models {

class MersenneTwister {
public:
    explicit MersenneTwister(std::uint32_t seed) {
        state_[0] = seed;
        for (std::size_t i = 1; i < size; ++i)
            state_[i] = 1812433253u * (state_[i - 1] ^ (state_[i - 1] >> 30)) + static_cast<std::uint32_t>(i);
    }

    std::uint32_t next() {
        if (at_ == size) twist();
        std::uint32_t word = state_[at_++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c5680u;
        word ^= (word << 15) & 0xefc60000u;
        return word ^ (word >> 18);
    }

private:
    static constexpr std::size_t size = 624;

    void twist() {
        for (std::size_t i = 0; i < size; ++i) {
            const std::uint32_t word = (state_[i] & 0x80000000u) | (state_[(i + 1) % size] & 0x7fffffffu);
            state_[i] = state_[(i + 397) % size] ^ (word >> 1) ^ ((word & 1u) != 0 ? 0x9908b0dfu : 0u);
        }
        at_ = 0;
    }

    std::array<std::uint32_t, size> state_{};
    std::size_t at_ = size;
};

}  // namespace orrery::models
