/// The search behind CRUSH's rules; see crush_map.hpp.
#pragma once

#include <optional>

#include "models/hashing/crush/crush_map.hpp"

namespace orrery::models {

/// The item of `bucket` for input x and attempt r. The bucket must not be empty.
std::int32_t crush_pick(const CrushBucket& bucket, std::uint32_t x, std::uint32_t r);
/// The r-th item of the bucket's pseudo-random permutation for x.
std::int32_t crush_pick_permuted(const CrushBucket& bucket, std::uint32_t x, std::uint32_t r);

/// What one choose step of a rule asks for.
struct CrushChoice {
    const CrushMap& map;
    std::span<const std::uint32_t> reweights;
    std::uint32_t x = 0;
    std::int32_t type = 0;
    std::uint32_t tries = 1;       ///< descents for one replica
    std::uint32_t leaf_tries = 1;  ///< descents for the device under a chosen bucket
    std::uint32_t local_tries = 0;
    std::uint32_t local_fallback_tries = 0;
    std::uint32_t vary_r = 1;
    std::uint32_t stable = 1;
    enum class To : std::uint8_t { item, leaf } to = To::item;
};

/// Items chosen, and with To::leaf the device under each.
struct CrushChosen {
    std::vector<std::int32_t> items = {};
    std::vector<std::int32_t> leaves = {};
};

/// Up to `replicas` items, no more than `room`; what cannot be placed is left out.
CrushChosen crush_choose_firstn(const CrushChoice& choice, const CrushBucket& bucket, std::size_t replicas,
                                std::size_t room);
/// `places` items of `replicas`; what cannot be placed is crush_none.
CrushChosen crush_choose_indep(const CrushChoice& choice, const CrushBucket& bucket, std::size_t places,
                               std::size_t replicas);

}  // namespace orrery::models
