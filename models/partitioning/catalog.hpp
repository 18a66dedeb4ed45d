/// The partitioning rows that ship.
///
/// A new scheme is one file with a function that returns its row, and one line in catalog.cpp.
#pragma once

#include <vector>

#include "models/partitioning/assignor.hpp"
#include "models/partitioning/partitioner.hpp"
#include "models/partitioning/replica_placement.hpp"
#include "sim/base/catalog.hpp"

namespace orrery::models {

std::vector<Row<Partitioner>> partitioners();
std::vector<Row<Assignor>> assignors();
std::vector<Row<ReplicaPlacement>> replica_placements();

}  // namespace orrery::models
