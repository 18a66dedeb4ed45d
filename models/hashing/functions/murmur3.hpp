/// MurmurHash3 (Austin Appleby, 2011).
#pragma once

#include <cstdint>

#include "models/hashing/key.hpp"

namespace orrery::models {

/// MurmurHash3_x86_32.
std::uint32_t murmur3_x86_32(Key key, std::uint32_t seed);

struct Murmur128 {
    std::uint64_t h1 = 0;
    std::uint64_t h2 = 0;
    friend bool operator==(const Murmur128&, const Murmur128&) = default;
};

/// MurmurHash3_x64_128. The published function takes one seed of 32 bits for both halves.
Murmur128 murmur3_x64_128(Key key, std::uint64_t seed_1, std::uint64_t seed_2);
inline Murmur128 murmur3_x64_128(Key key, std::uint64_t seed) {
    return murmur3_x64_128(key, seed, seed);
}

/// Apache Cassandra's MurmurHash.hash3_x64_128 (2.0 to 5.1): the bytes of the tail (length mod 16) are sign-extended
/// before they are shifted, so that keys with a tail byte of 0x80 or more hash otherwise than above. The token rule
/// of Murmur3Partitioner is not applied.
Murmur128 murmur3_cassandra(Key key, std::uint64_t seed = 0);

}  // namespace orrery::models
