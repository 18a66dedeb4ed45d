/// CRUSH's logarithm in fixed point: crush_ln of Ceph, on which straw2 buckets depend bit by bit.
#pragma once

#include <cstdint>

namespace orrery::models {

/// About 2^44 log2(u + 1), for u in [0, 65535]: a table of 128 steps, and one of 256 for what is left. From 0 for u = 0
/// to 2^48 - 2^28 for u = 65535.
std::int64_t crush_log(std::uint32_t u);

}  // namespace orrery::models
