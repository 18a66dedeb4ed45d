/// The rows of system kinds, each from its own file; catalog.cpp lists them.
#pragma once

#include "scenarios/systems/system.hpp"
#include "sim/base/catalog.hpp"

namespace orrery {

Row<SystemKind> service_row();
Row<SystemKind> shuffle_row();
Row<SystemKind> consensus_row();
Row<SystemKind> store_row();

}  // namespace orrery
