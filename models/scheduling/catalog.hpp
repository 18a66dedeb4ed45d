/// The scheduling rows that ship: which worker takes a request, and in which order a worker serves.
///
/// A new policy is one file with a function that returns its row, and one line in catalog.cpp.
#pragma once

#include <vector>

#include "models/scheduling/dispatcher.hpp"
#include "sim/base/catalog.hpp"
#include "sim/base/queue_discipline.hpp"

namespace orrery::models {

std::vector<Row<Dispatcher>> dispatchers();
std::vector<Row<QueueDiscipline>> disciplines();

}  // namespace orrery::models
