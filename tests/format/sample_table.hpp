/// A table like the real one, for the tests of the format: every kind, every shape of child, a family that
/// nests in itself. It is a table of its own so that these tests say nothing about the simulator.
#pragma once

#include "sim/base/catalog.hpp"

namespace orrery::sample {

Table top();
Catalog catalog();

}  // namespace orrery::sample
