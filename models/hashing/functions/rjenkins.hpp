/// Robert Jenkins' mixing of 1996 ("Hash functions for hash table lookup", burtleburtle.net/bob/hash/evahash.html) as
/// Ceph uses it: of one to five numbers (CRUSH's rjenkins1), and of an object's name (the pool's object_hash rjenkins).
#pragma once

#include <cstdint>

#include "models/hashing/key.hpp"

namespace orrery::models {

std::uint32_t rjenkins1(std::uint32_t a);
std::uint32_t rjenkins1(std::uint32_t a, std::uint32_t b);
std::uint32_t rjenkins1(std::uint32_t a, std::uint32_t b, std::uint32_t c);
std::uint32_t rjenkins1(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d);
std::uint32_t rjenkins1(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d, std::uint32_t e);

/// Twelve bytes a step; the length goes into the last one.
std::uint32_t rjenkins_string(Key key);

}  // namespace orrery::models
