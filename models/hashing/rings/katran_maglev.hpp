/// Katran's Maglev, both versions (at 19f08fe, MaglevHash and MaglevHashV2).
///
/// An endpoint comes with a hash of its own, from which MurmurHash3 makes offset (with 42, seed 0) and skip (with
/// 2718281828, seed 2307). Positions are of 32 bits, so that offset + next * skip wraps around in large tables. One
/// endpoint takes everything. Weights are whole numbers:
/// - v1: an endpoint takes `weight` entries in its first turn and one in each later one, so that weights shift shares
/// by
///   a few entries and no more;
/// - v2: weights add up turn by turn, and an endpoint takes an entry when its sum has reached the largest weight.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/hashing/rings/maglev_table.hpp"

namespace orrery::models {

struct KatranEndpoint {
    std::uint64_t hash = 0;
    std::uint32_t weight = 1;
};

enum class KatranVersion : std::uint8_t { v1, v2 };

MaglevPermutation katran_permutation(std::uint64_t hash, std::uint32_t ring_size);

/// The table; its entries are indices of `endpoints`, which take turns in the order given (Katran sorts them by hash
/// before). Throws RingError: the size is not a prime, or there are no endpoints.
std::vector<std::uint32_t> katran_maglev_table(std::span<const KatranEndpoint> endpoints, std::uint32_t ring_size,
                                               KatranVersion version);

}  // namespace orrery::models
