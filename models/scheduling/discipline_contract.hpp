/// Does a queue discipline keep its promises? A check that runs over any catalog row, one's own included.
///
/// What is checked, with 1, 2 and 5 cores, over random histories of arrivals, departures and changes of speed
/// - Every job that entered is completed once, or left, or was cleared; nobody else is. `jobs()` counts them.
/// - `next_completion` is never in the past; there is one whenever there is a job and the server is not paused.
/// - No job is done before the server has had the time for its cost: the integral of the speed since it
///   entered is at least the cost (to a millionth of a nanosecond).
/// - Work is conserved: min(cores, jobs) cores are busy unless paused, and between two changes the work
///   left shrinks by busy cores x speed x time. A job that enters adds its cost, one that leaves takes at
///   most that along. (To 3 ns, and what each core does in a nanosecond: completions are rounded up.)
/// - The same calls give the same answers in a twin, in a clone made half-way and after a `reset`; a clone
///   that goes another way moves nothing in the original.
/// - A pause in which nothing else happens delays each completion by the pause and changes no order.
/// - `leave` of a job that is not inside is false and changes nothing; `clear` gives all in order of entering.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/catalog.hpp"
#include "sim/base/queue_discipline.hpp"

namespace orrery::models {

/// The broken promises in words, each once, with how to see it; empty if all are kept. An exception of
/// the discipline's is a broken promise as well. Takes some 10 ms.
std::vector<std::string> check_discipline_contract(const Row<QueueDiscipline>& row, const Settings& settings,
                                                   std::uint64_t seed);

}  // namespace orrery::models
