/// 128-bit integers, for exact sums of times and products of rates.
#pragma once

namespace orrery {

// `__extension__` tells -Wpedantic that this one is meant; g++ and clang++ both have it.
__extension__ using Wide = __int128;
__extension__ using UnsignedWide = unsigned __int128;

}  // namespace orrery
