/// Jenkins' one-at-a-time (Bob Jenkins, "Hash functions", Dr. Dobb's Journal, September 1997).
#pragma once

#include <cstdint>

#include "models/hashing/key.hpp"

namespace orrery::models {

/// With bytes as they were published: unsigned.
std::uint32_t jenkins_one_at_a_time(Key key);

/// With bytes as C's `char` on x86: signed. libmemcached's default hash.
std::uint32_t jenkins_one_at_a_time_signed(Key key);

}  // namespace orrery::models
