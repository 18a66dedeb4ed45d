/// Flink's key groups (KeyGroupRangeAssignment, MathUtils; 2.0): the unit in which keyed state moves.
///
/// A key belongs to one of `groups` (the maximum parallelism, 1 to 32768), for good; groups are dealt to `parallelism`
/// operators (1 to `groups`) in contiguous ranges that differ by one at most. 128 groups over 127 operators leave one
/// operator with two groups: max/mean = 1.98.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

namespace orrery::models {

inline constexpr std::uint32_t flink_groups_max = 32768;

/// MathUtils.murmurHash: murmur3's round and finaliser over one int; negative results are negated, the least one is 0.
constexpr std::int32_t flink_murmur(std::int32_t code) {
    auto hash = static_cast<std::uint32_t>(code);
    hash *= 0xcc9e2d51u;
    hash = std::rotl(hash, 15);
    hash *= 0x1b873593u;
    hash = std::rotl(hash, 13);
    hash = hash * 5 + 0xe6546b64u;
    hash ^= 4;
    hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
    hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
    hash ^= hash >> 16;
    if (hash == 0x80000000u) return 0;
    return static_cast<std::int32_t>(hash >> 31 == 0 ? hash : 0u - hash);
}

/// The group of a key with that hashCode.
constexpr std::uint32_t flink_group(std::int32_t hash_code, std::uint32_t groups) {
    return static_cast<std::uint32_t>(flink_murmur(hash_code)) % groups;
}

/// The operator that has `group`.
constexpr std::uint32_t flink_operator(std::uint32_t group, std::uint32_t groups, std::uint32_t parallelism) {
    return group * parallelism / groups;
}

/// First and last group of an operator.
struct FlinkRange {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    friend constexpr bool operator==(const FlinkRange&, const FlinkRange&) = default;
};
constexpr FlinkRange flink_range(std::uint32_t index, std::uint32_t groups, std::uint32_t parallelism) {
    return {(index * groups + parallelism - 1) / parallelism, ((index + 1) * groups - 1) / parallelism};
}

/// The maximum parallelism of an operator that does not set one: 1.5 times its parallelism, rounded up to a power of
/// two, at least 128 and at most 32768.
constexpr std::uint32_t flink_default_groups(std::uint32_t parallelism) {
    const std::uint32_t wanted = std::bit_ceil(std::min(parallelism, flink_groups_max) * 3 / 2);
    return std::clamp(wanted, 128u, flink_groups_max);
}

}  // namespace orrery::models
