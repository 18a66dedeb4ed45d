/// A dispatcher from outside the house, as a catalog row.
#pragma once

#include "models/scheduling/dispatcher.hpp"
#include "sim/base/catalog.hpp"

/// Of two workers drawn at random, the one with fewer requests for its weight.
orrery::Row<orrery::models::Dispatcher> lighter_of_two();
