/// The part of the dispatcher contract that is about shares in the long run; see dispatcher_contract.hpp.
#pragma once

#include <cstdint>
#include <vector>

#include "models/scheduling/dispatcher.hpp"
#include "sim/base/catalog.hpp"
#include "sim/base/contract_findings.hpp"

namespace orrery::models {

/// Workers to check with: up, idle, of four cores, with weights 1 to 5 in turn.
std::vector<WorkerView::Worker> idle_workers(std::size_t count);

/// Adds what is wrong with the shares of equally loaded workers, and of one that was down, to `findings`.
void check_long_run_shares(const Row<Dispatcher>& row, const Settings& settings, std::uint64_t seed,
                           ContractFindings& findings);

}  // namespace orrery::models
