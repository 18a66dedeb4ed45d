/// MD5 (RFC 1321), by libmd.
#pragma once

#include <array>
#include <cstdint>

#include "models/hashing/key.hpp"

namespace orrery::models {

using Md5Digest = std::array<std::uint8_t, 16>;

/// The digest in the order in which it is written out.
Md5Digest md5(Key key);

/// Word `index` (0 to 3) of a digest, little-endian: the points of Ketama.
constexpr std::uint32_t md5_word(const Md5Digest& digest, std::size_t index) {
    std::uint32_t word = 0;
    for (std::size_t i = 4; i-- > 0;) word = (word << 8) | digest[4 * index + i];
    return word;
}

}  // namespace orrery::models
