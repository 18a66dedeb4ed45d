/// One history of a group, run against one assignor's promise.
#pragma once

#include <optional>
#include <string>

#include "models/partitioning/assignors/contract_history.hpp"

namespace orrery::models {

/// The first promise that is broken, if any. An exception counts as one.
std::optional<std::string> broken_in(const Assignor& assignor, const GroupHistory& history, std::uint64_t seed);

}  // namespace orrery::models
