/// Jump consistent hash, and Guava's relative: from a 64-bit key to a bucket, without a table.
#pragma once

#include <cstdint>
#include <span>

namespace orrery::models {

/// Lamping, Veach, "A Fast, Minimal Memory, Consistent Hash Algorithm", arXiv:1406.2294 (2014), the function of page 2.
/// `buckets` is positive. O(log buckets).
std::int32_t jump_hash(std::uint64_t key, std::int32_t buckets);
/// Many at once, eight in step, so that their divisions overlap.
void jump_hash(std::span<const std::uint64_t> keys, std::int32_t buckets, std::span<std::int32_t> out);

/// com.google.common.hash.Hashing.consistentHash(long, int) of Guava 31.1. The same generator; it divides once where
/// jump hash divides and multiplies, so a few keys in a million fall elsewhere. `buckets` is positive.
std::int32_t guava_consistent_hash(std::uint64_t key, std::int32_t buckets);

}  // namespace orrery::models
