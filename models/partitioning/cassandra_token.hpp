/// Cassandra's tokens (5.1): where a partition key stands on the ring.
#pragma once

#include <cstdint>
#include <optional>

#include "models/hashing/key.hpp"
#include "sim/base/wide.hpp"

namespace orrery::models {

/// Murmur3Partitioner: the first half of Cassandra's own variant of murmur3 as a signed number; the least number is
/// kept for the empty key, and a hash that equals it becomes the greatest.
std::int64_t cassandra_murmur3_token(Key key);

/// RandomPartitioner: the absolute value of the MD5 as a signed big-endian number, 0 to 2^127; nothing for the empty
/// key, whose token is -1.
std::optional<UnsignedWide> cassandra_random_token(Key key);

}  // namespace orrery::models
