/// The two candidates of a key in Storm's partial key grouping, in both of its versions. The order matters: the second
/// is taken only if it has had fewer records. `tasks` is positive.
#pragma once

#include <array>
#include <cstdint>

#include "models/hashing/key.hpp"

namespace orrery::models {

/// Storm 0.10 to 1.x, and the authors' own code: two seeds (13, 17) of murmur3_128. The candidates may be the same.
std::array<std::uint32_t, 2> storm_choices_murmur(Key key, std::uint32_t tasks);

/// Storm 2.0 and later: java.util.Random seeded with the hash of the bytes. Distinct if there are two tasks.
std::array<std::uint32_t, 2> storm_choices_random(Key key, std::uint32_t tasks);

}  // namespace orrery::models
