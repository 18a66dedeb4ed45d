/// MurmurHash2 (Austin Appleby, 2008).
#pragma once

#include <cstdint>

#include "models/hashing/key.hpp"

namespace orrery::models {

/// The 32-bit function.
std::uint32_t murmur2_32(Key key, std::uint32_t seed);

/// What Kafka's producers and Utils.murmur2 compute (4.0): seed 0x9747b28c. Java's `int` is the same bits, signed;
/// a partition is (h & 0x7fffffff) mod partitions.
std::uint32_t murmur2_kafka(Key key);

/// MurmurHash64A, the 64-bit function for 64-bit machines. With seed 0xc70f6907 it is what std::hash of libstdc++ and
/// Envoy's MURMUR_HASH_2 compute.
std::uint64_t murmur2_64a(Key key, std::uint64_t seed);
inline constexpr std::uint64_t murmur2_64a_libstdcxx_seed = 0xc70f6907u;

}  // namespace orrery::models
