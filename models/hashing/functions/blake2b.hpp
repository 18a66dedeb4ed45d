/// BLAKE2b-512 without a key (RFC 7693), by libb2.
#pragma once

#include <array>
#include <cstdint>

#include "models/hashing/key.hpp"

namespace orrery::models {

using Blake2bDigest = std::array<std::uint8_t, 64>;

Blake2bDigest blake2b_512(Key key);

/// The first eight bytes of the digest, little-endian.
std::uint64_t blake2b_512_u64(Key key);

}  // namespace orrery::models
