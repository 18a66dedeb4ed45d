/// Does an assignor keep its promises? A check that runs over any catalog row, one's own included:
///
///     for (const std::string& broken : check_assignor_contract(row, settings, 7)) std::cerr << broken;
///
/// What is checked, over random groups (up to eight members, up to four topics, equal subscriptions or not, static
/// members, racks) and random histories of them (a member joins, leaves or subscribes to something else; a topic
/// grows; members bring stale claims of an older generation)
/// - In every round a partition has at most one owner, and that one is a member of the group and subscribes to it. With
///   handover `at_once` every partition has one. With `revoked_first` none goes from one member to another directly.
/// - The group settles: `at_once` and `revoked_first` with equal subscriptions within three rounds, `step_by_step`
///   within as many as there are partitions, and two more; then every partition has an owner.
/// - Settled, it is balanced as promised, and has moved no more than promised.
/// - A clone, and the same call again with the same random stream, give the same answer and the same draws.
/// - Where what members own plays no part, removing a member and adding it back gives the old assignment.
/// - Malformed groups are refused with an AssignorError; an empty group, and one without topics, give nothing.
///
/// A history that breaks a promise is shrunk before it is reported.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/partitioning/assignor.hpp"
#include "sim/base/catalog.hpp"

namespace orrery::models {

/// The broken promises in words, each once, with the history that shows it; empty if all are kept. An exception of the
/// assignor's is a broken promise as well.
std::vector<std::string> check_assignor_contract(const Row<Assignor>& row, const Settings& settings,
                                                 std::uint64_t seed);

}  // namespace orrery::models
