/// Maglev as in the paper (Eisenbud et al., NSDI 2016, section 3.4), with the hashes of dgryski/go-maglev 8961b9b.
///
/// One SipHash-2-4 of a backend's name, secret (0xdeadbeefcafebabe, 0), gives both numbers: offset from its upper half,
/// skip from its lower. Backends take turns in order of the list; weights are ignored.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "models/hashing/rings/maglev_table.hpp"

namespace orrery::models {

MaglevPermutation go_maglev_permutation(std::string_view name, std::uint32_t table_size);

/// The table over `names`, without those at indices `dead`: their turns are skipped, so that they have no entry and the
/// others keep most of theirs. Throws RingError: the size is not a prime, or nobody is alive.
std::vector<std::uint32_t> go_maglev_table(std::span<const std::string_view> names, std::uint32_t table_size,
                                           std::span<const std::uint32_t> dead = {});

}  // namespace orrery::models
