/// Does a dispatcher keep its promises? A check that runs over any catalog row, one's own included:
///
///     for (const std::string& broken : check_dispatcher_contract(row, settings, 7)) std::cerr << broken;
///
/// What is checked, with 1, 2 and 1000 workers
/// - It picks a worker that is up, among the candidates where there are some; nothing only if all of
///   them are down; and again the one that is up again.
/// - The same calls give the same answers and the same draws, in a twin, in a clone made half-way, and
///   after a `reset` half-way; a clone that goes another way moves nothing in the original.
/// - Notifications may come in any order, repeated, and with jumps; workers may say that they are idle at any time.
/// - In the long run equally loaded workers get what `long_run_share()` says, among all and among
///   candidates (where two lists take turns, too), and a worker that was down gets its share again.
///
/// Shares are judged by Pearson's statistic X over k + 1 workers. Independent picks make it chi-squared
/// with k degrees of freedom, for which P(X >= k + 2 sqrt(k x) + 2 x) <= e^-x (Laurent, Massart, Annals of
/// Statistics 2000, lemma 1); x = 25 makes a false alarm rarer than 1 in 10^10. Picks more even than
/// independent ones only make X smaller.
///
/// Takes some 100 ms for a policy with constant-time picks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/scheduling/dispatcher.hpp"
#include "sim/base/catalog.hpp"

namespace orrery::models {

/// The broken promises in words, each once, with how to see it; empty if all are kept. An exception of
/// the policy's is a broken promise as well.
std::vector<std::string> check_dispatcher_contract(const Row<Dispatcher>& row, const Settings& settings,
                                                   std::uint64_t seed);

}  // namespace orrery::models
