/// Does a partitioner keep its promises? A check that runs over any catalog row, one's own included:
///
///     for (const std::string& broken : check_partitioner_contract(row, settings, 7)) std::cerr << broken;
///
/// What is checked, with those of 1, 2, 3, 16 and 1000 partitions that the scheme takes (one of them at least), along
/// random scripts of picks, resizes, resets, reported loads, splits, merges and calls that must be refused
/// - It picks partitions that exist and are open: one, several or every one as `promise()` says; those that `reach`
/// names;
///   for one key no more of them than promised. `of` and `of_numbers` say what `pick` says, or refuse.
/// - Keys may be empty, of any bytes, or a megabyte long; a record without one is refused where one is needed.
/// - The same calls give the same answers and draws in a twin, a clone, and one that was reset; a clone that goes
/// another
///   way moves nothing in the original; a refused call changes nothing.
/// - A split or merge moves the keys of its parents into its children and no other; split, then merge is the identity;
///   the history tells all of it.
/// - Over many keys the fullest partition is as full as `max_over_mean` says, and the part of the keys that moves from
/// 16
///   to 17 partitions is what `growth` says, up to 0.08: slots and key groups are coarse, and a token ring gives the
///   range behind its last token to partition 0.
///
/// A broken promise comes with the shortest script that was found to show it. Takes some 100 ms.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/partitioning/partitioner.hpp"
#include "sim/base/catalog.hpp"

namespace orrery::models {

/// The broken promises in words, each once, with how to see it; empty if all are kept.
std::vector<std::string> check_partitioner_contract(const Row<Partitioner>& row, const Settings& settings,
                                                    std::uint64_t seed);

}  // namespace orrery::models
