/// FNV-1a (Fowler, Noll, Vo; RFC 9923). Weak in the high bits for short keys that differ in the last byte.
#pragma once

#include <cstdint>

#include "models/hashing/key.hpp"

namespace orrery::models {

constexpr std::uint32_t fnv1a_32(Key key) {
    std::uint32_t hash = 0x811c9dc5u;
    for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193u;
    return hash;
}

constexpr std::uint64_t fnv1a_64(Key key) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return hash;
}

}  // namespace orrery::models
