/// Words from bytes, the same on every machine.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace orrery::models {

/// Little-endian words; `bytes` need not be aligned.
inline std::uint32_t load_le32(const char* bytes) {
    std::uint32_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap32(word);
    return word;
}

inline std::uint64_t load_le64(const char* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    return word;
}

/// The first eight bytes as a big-endian number.
inline std::uint64_t load_be64(const char* bytes) {
    return __builtin_bswap64(load_le64(bytes));
}

/// The first `count` < 8 bytes as a little-endian number.
inline std::uint64_t load_le(const char* bytes, std::size_t count) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < count; ++i) word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    return word;
}

}  // namespace orrery::models
