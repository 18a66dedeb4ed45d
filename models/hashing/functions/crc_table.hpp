/// Tables for cyclic redundancy checks, eight bytes a step ("slicing by eight": Kounavis, Berry, "A Systematic Approach
/// to Building High Performance Software-Based CRC Generators", ISCC 2005). Boost.CRC goes byte by byte, which is too
/// slow for 50 million slots a second; the tests hold these against it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace orrery::models {

/// slice[k][b]: the register after byte b and then k zero bytes, from a register of zero.
template <class Word>
using CrcTable = std::array<std::array<Word, 256>, 8>;

/// Most significant bit first; `polynomial` without its leading one.
template <class Word>
constexpr CrcTable<Word> crc_table(Word polynomial) {
    constexpr unsigned width = 8 * sizeof(Word);
    CrcTable<Word> slice{};
    for (unsigned byte = 0; byte < 256; ++byte) {
        auto word = static_cast<Word>(Word(byte) << (width - 8));
        for (int bit = 0; bit < 8; ++bit)
            word = static_cast<Word>((word << 1) ^ ((word >> (width - 1)) != 0 ? polynomial : 0));
        slice[0][byte] = word;
    }
    for (unsigned byte = 0; byte < 256; ++byte)
        for (std::size_t k = 1; k < 8; ++k) {
            const Word before = slice[k - 1][byte];
            slice[k][byte] = static_cast<Word>((before << 8) ^ slice[0][before >> (width - 8)]);
        }
    return slice;
}

/// Least significant bit first ("reflected"); `polynomial` with its bits reversed.
template <class Word>
constexpr CrcTable<Word> reflected_crc_table(Word polynomial) {
    CrcTable<Word> slice{};
    for (unsigned byte = 0; byte < 256; ++byte) {
        Word word = byte;
        for (int bit = 0; bit < 8; ++bit) word = (word >> 1) ^ ((word & 1) != 0 ? polynomial : 0);
        slice[0][byte] = word;
    }
    for (unsigned byte = 0; byte < 256; ++byte)
        for (std::size_t k = 1; k < 8; ++k) {
            const Word before = slice[k - 1][byte];
            slice[k][byte] = (before >> 8) ^ slice[0][before & 0xff];
        }
    return slice;
}

/// The register of a reflected 32-bit check after the eight bytes of `word`, least significant first.
constexpr std::uint32_t reflected_crc_step(const CrcTable<std::uint32_t>& slice, std::uint32_t crc,
                                           std::uint64_t word) {
    word ^= crc;
    std::uint32_t out = 0;
    for (std::size_t k = 0; k < 8; ++k) out ^= slice[7 - k][(word >> (8 * k)) & 0xff];
    return out;
}

constexpr std::uint32_t reflected_crc_byte(const CrcTable<std::uint32_t>& slice, std::uint32_t crc,
                                           unsigned char byte) {
    return (crc >> 8) ^ slice[0][(crc ^ byte) & 0xff];
}

}  // namespace orrery::models
