#include "models/hashing/rings/jump.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace orrery::models {

namespace {

constexpr std::uint64_t multiplier = 2862933555777941757u;

/// Where the key jumps next from bucket `from`; `state` is the generator's, already advanced.
std::int64_t next_jump(std::int64_t from, std::uint64_t state) {
    const auto draw = static_cast<double>(static_cast<std::int64_t>((state >> 33) + 1));
    return static_cast<std::int64_t>(static_cast<double>(from + 1) * (0x1p31 / draw));
}

}  // namespace

std::int32_t jump_hash(std::uint64_t key, std::int32_t buckets) {
    std::int64_t bucket = 0;
    std::int64_t next = 0;
    while (next < buckets) {
        bucket = next;
        key = key * multiplier + 1;
        next = next_jump(bucket, key);
    }
    return static_cast<std::int32_t>(bucket);
}

void jump_hash(std::span<const std::uint64_t> keys, std::int32_t buckets, std::span<std::int32_t> out) {
    constexpr std::size_t lanes = 8;
    std::size_t first = 0;
    for (; first + lanes <= keys.size(); first += lanes) {
        std::array<std::uint64_t, lanes> state{};
        std::array<std::int64_t, lanes> bucket{};
        std::array<std::int64_t, lanes> next{};
        std::copy_n(keys.begin() + static_cast<std::ptrdiff_t>(first), lanes, state.begin());
        for (bool on = true; on;) {
            on = false;
            for (std::size_t i = 0; i < lanes; ++i) {
                const bool jumps = next[i] < buckets;
                bucket[i] = jumps ? next[i] : bucket[i];
                state[i] = state[i] * multiplier + 1;
                // A lane that has arrived must not start again: what lies beyond stays beyond.
                const std::int64_t there = next_jump(next[i], state[i]);
                next[i] = jumps ? there : next[i];
                on |= next[i] < buckets;
            }
        }
        for (std::size_t i = 0; i < lanes; ++i) out[first + i] = static_cast<std::int32_t>(bucket[i]);
    }
    for (; first < keys.size(); ++first) out[first] = jump_hash(keys[first], buckets);
}

std::int32_t guava_consistent_hash(std::uint64_t key, std::int32_t buckets) {
    std::int32_t candidate = 0;
    while (true) {
        key = key * multiplier + 1;
        // Java's `int` wraps at 2^31, so the largest draw is -1 instead of 1.
        const auto draw = static_cast<std::int32_t>(static_cast<std::uint32_t>(key >> 33) + 1);
        const double next = (candidate + 1.0) / (static_cast<double>(draw) / 0x1p31);
        // A cast to `int` in Java stops at its limits.
        if (!(next >= 0) || next >= static_cast<double>(buckets)) return candidate;
        candidate = static_cast<std::int32_t>(next);
    }
}

}  // namespace orrery::models
