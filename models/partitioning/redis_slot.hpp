/// Redis Cluster's hash slots: CRC16-XMODEM of the key, or of its hash tag, mod 16384. (Cluster specification; 7.0.)
#pragma once

#include <cstdint>

#include "models/hashing/functions/crc16.hpp"
#include "models/hashing/key.hpp"

namespace orrery::models {

inline constexpr std::uint32_t redis_slots = 16384;

/// The part of the key that is hashed: between the first '{' and the first '}' after it, if that is not empty; else
/// the whole key.
constexpr Key redis_hash_tag(Key key) {
    const std::size_t open = key.find('{');
    if (open == Key::npos) return key;
    const std::size_t close = key.find('}', open + 1);
    if (close == Key::npos || close == open + 1) return key;
    return key.substr(open + 1, close - open - 1);
}

/// 0 to 16383.
inline std::uint32_t redis_slot(Key key) {
    return crc16_xmodem(redis_hash_tag(key)) % redis_slots;
}

/// redis_slot(NumberKey(number)), inline.
inline std::uint32_t redis_slot_number(std::uint64_t number) {
    // A tag needs a '{'; whether any byte is one is asked of all eight at once (Mycroft's zero byte test on the number
    // xor "{{{{{{{{").
    const std::uint64_t difference = number ^ 0x7b7b7b7b7b7b7b7bu;
    if (((difference - 0x0101010101010101u) & ~difference & 0x8080808080808080u) != 0) [[unlikely]]
        return redis_slot(NumberKey(number));
    return crc16_xmodem_number(number) % redis_slots;
}

}  // namespace orrery::models
