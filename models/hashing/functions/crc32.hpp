/// CRC-32 and CRC-32C.
#pragma once

#include <cstdint>

#include "models/hashing/functions/crc_table.hpp"
#include "models/hashing/key.hpp"

namespace orrery::models {

/// CRC-32 of Ethernet, zlib and nginx: polynomial 0x04c11db7 reflected, inverted before and after.
std::uint32_t crc32(Key key);

/// CRC-32C (Castagnoli): polynomial 0x1edc6f41 reflected, inverted before and after (RFC 3720).
std::uint32_t crc32c(Key key);

inline constexpr CrcTable<std::uint32_t> crc32c_table = reflected_crc_table<std::uint32_t>(0x82f63b78u);

/// What the instruction crc32q of SSE4.2 does: the register `crc` after the eight bytes of `value`, least significant
/// first, nothing inverted. The same on machines without the instruction.
constexpr std::uint32_t crc32c_u64(std::uint32_t crc, std::uint64_t value) {
    return reflected_crc_step(crc32c_table, crc, value);
}

}  // namespace orrery::models
