/// The kinds of system that ship.
#pragma once

#include <vector>

#include "scenarios/systems/system.hpp"
#include "sim/base/catalog.hpp"

namespace orrery {

std::vector<Row<SystemKind>> system_kinds();

}  // namespace orrery
