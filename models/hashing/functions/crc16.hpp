/// CRC16-XMODEM: polynomial 0x1021, register 0 at first, nothing reflected or inverted. What Redis Cluster hashes with.
#pragma once

#include <cstdint>

#include "models/hashing/functions/crc_table.hpp"
#include "models/hashing/key.hpp"

namespace orrery::models {

std::uint16_t crc16_xmodem(Key key);

inline constexpr CrcTable<std::uint16_t> crc16_xmodem_table = crc_table<std::uint16_t>(0x1021);

/// crc16_xmodem of NumberKey(number), inline.
constexpr std::uint16_t crc16_xmodem_number(std::uint64_t number) {
    unsigned out = 0;
    for (std::size_t k = 0; k < 8; ++k) out ^= crc16_xmodem_table[k][(number >> (8 * k)) & 0xff];
    return static_cast<std::uint16_t>(out);
}

}  // namespace orrery::models
