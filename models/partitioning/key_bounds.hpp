/// Where ranges of keys begin: cut evenly, or given.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/partitioning/partitioner.hpp"
#include "sim/base/parameter.hpp"

namespace orrery::models {

/// n ranges of equally many numbered keys (see NumberKey): of the first `key_count`, or of all 2^64. The first begins
/// at the empty key. Throws PartitionError for more ranges than keys.
std::vector<std::string> even_key_bounds(std::uint32_t partitions, std::optional<std::uint64_t> key_count);

/// The empty key, then `splits`, which rise. Throws ParameterError ("splits").
std::vector<std::string> given_key_bounds(const std::vector<std::string>& splits);

}  // namespace orrery::models
