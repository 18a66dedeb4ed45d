/// CRUSH maps as crushtool writes them: tunables, devices, types, buckets, rules.
///
/// Weights become fixed point as crushtool compiles them: the number as a float, times 65536, cut off. Device classes
/// of devices are skipped; a rule that takes a class, and buckets that are neither straw2 nor uniform, are refused, and
/// so is what this does not know.
#pragma once

#include <string_view>

#include "models/hashing/crush/crush_map.hpp"

namespace orrery::models {

/// Throws CrushError with the line.
CrushMap read_crush_map(std::string_view text);

}  // namespace orrery::models
