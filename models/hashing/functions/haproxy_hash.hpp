/// The hash functions that HAProxy names in `hash-type` (2.6), all of 32 bits over unsigned bytes. Its `crc32` is
/// crc32.
#pragma once

#include <cstdint>

#include "models/hashing/key.hpp"

namespace orrery::models {

/// Of the database library sdbm: h = c + h * 65599, from 0.
std::uint32_t sdbm(Key key);

/// Bernstein's: h = c + h * 33, from 5381.
std::uint32_t djb2(Key key);

/// HAProxy's own: two words that are rotated by amounts taken from themselves.
std::uint32_t wt6(Key key);

/// HAProxy's `full_hash`, the avalanche of `hash-type ... avalanche` and the place of a server's node in the tree: Bob
/// Jenkins' integer hash in six steps, then a multiplication by 3221225473.
std::uint32_t haproxy_full_hash(std::uint32_t word);

}  // namespace orrery::models
