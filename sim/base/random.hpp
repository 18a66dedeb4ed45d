/// Named random streams.
///
/// A stream is addressed, never handed around: (seed, purpose, entity) names a `StreamKey`, and
/// - what belongs to an item (its gap, key, size, demand, the jitter of message k) comes from
///   `stream_of(key, item)`, a pure function of (seed, purpose, entity, item), so that no policy's
///   choice shifts it and two policies face the same work (common random numbers);
/// - what a process draws for itself comes from one `RandomStream` that it owns.
///
/// The generator is SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators",
/// OOPSLA 2014): 64 bits of state, a counter through a mixing function, 1 to 2 ns a draw, equal on
/// every platform. Never draw twice inside one call's arguments: their order is the compiler's.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/base/ids.hpp"
#include "sim/base/wide.hpp"

namespace orrery {

/// The 64-bit finaliser of SplitMix64 ("variant 13" of Stafford): a bijection with full avalanche.
constexpr std::uint64_t mix64(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/// 2^64 over the golden ratio, odd: the step of SplitMix64's counter.
inline constexpr std::uint64_t golden_step = 0x9e3779b97f4a7c15u;

class RandomStream {
public:
    constexpr explicit RandomStream(std::uint64_t state) : state_(state) {}

    /// 64 uniform bits.
    constexpr std::uint64_t next() { return mix64(state_ += golden_step); }

    /// Uniform in [0, bound), without bias (Lemire, "Fast Random Integer Generation in an
    /// Interval", TOMACS 2019). `bound` must be positive.
    constexpr std::uint64_t below(std::uint64_t bound) {
        UnsignedWide product = static_cast<UnsignedWide>(next()) * bound;
        auto low = static_cast<std::uint64_t>(product);
        if (low < bound) [[unlikely]] {
            const std::uint64_t threshold = (0 - bound) % bound;
            while (low < threshold) {
                product = static_cast<UnsignedWide>(next()) * bound;
                low = static_cast<std::uint64_t>(product);
            }
        }
        return static_cast<std::uint64_t>(product >> 64);
    }

    /// Uniform in [0, 1) on a grid of 2^-53.
    constexpr double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

    /// Uniform in (0, 1): a safe argument of a logarithm.
    constexpr double uniform_open() { return (static_cast<double>(next() >> 12) + 0.5) * 0x1p-52; }

    /// The whole state: what a fingerprint folds in to notice a draw too many.
    constexpr std::uint64_t state() const { return state_; }

    friend constexpr bool operator==(RandomStream, RandomStream) = default;

private:
    std::uint64_t state_;
};

/// Names a family of item streams.
struct StreamKey {
    std::uint64_t value = 0;
};

/// FNV-1a of a purpose's name: purposes are words ("arrival", "demand"), so that adding one moves no other.
constexpr std::uint64_t purpose_code(std::string_view purpose) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char c : purpose) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return hash;
}

constexpr StreamKey stream_key(std::uint64_t seed, std::string_view purpose, std::uint64_t entity) {
    return {mix64(mix64(mix64(seed + golden_step) ^ purpose_code(purpose)) + entity * golden_step)};
}

/// The stream of one item; independent of every other item's. One multiplication and one mix.
constexpr RandomStream stream_of(StreamKey key, std::uint64_t item) {
    return RandomStream(mix64(key.value + item * 0xd1342543de82ef95u));
}

/// The stream of one owner's own draws.
constexpr RandomStream stream_of(StreamKey key) {
    return RandomStream(key.value);
}

}  // namespace orrery
