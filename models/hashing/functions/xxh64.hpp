/// XXH64 (Yann Collet, 2014), by libxxhash.
#pragma once

#include <bit>
#include <cstdint>

#include "models/hashing/key.hpp"

namespace orrery::models {

std::uint64_t xxh64(Key key, std::uint64_t seed = 0);

/// xxh64 of NumberKey(number), inline: the definition for a message of eight bytes.
constexpr std::uint64_t xxh64_number(std::uint64_t number, std::uint64_t seed = 0) {
    constexpr std::uint64_t p1 = 0x9e3779b185ebca87u;
    constexpr std::uint64_t p2 = 0xc2b2ae3d27d4eb4fu;
    constexpr std::uint64_t p3 = 0x165667b19e3779f9u;
    constexpr std::uint64_t p4 = 0x85ebca77c2b2ae63u;
    constexpr std::uint64_t p5 = 0x27d4eb2f165667c5u;
    // The key is the number most significant byte first, and XXH64 reads words least significant byte first.
    std::uint64_t hash = seed + p5 + 8;
    hash ^= std::rotl(__builtin_bswap64(number) * p2, 31) * p1;
    hash = std::rotl(hash, 27) * p1 + p4;
    hash = (hash ^ (hash >> 33)) * p2;
    hash = (hash ^ (hash >> 29)) * p3;
    return hash ^ (hash >> 32);
}

}  // namespace orrery::models
