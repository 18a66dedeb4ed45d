/// Bounded loads as lafikl/consistent has them (at bdd3606): GetLeast.
///
/// A host has ten points, "name0" to "name9", hashed like keys: the first eight bytes of BLAKE2b-512, least significant
/// first. A key goes clockwise to the first host whose load + 1 is at most ceil(1.25 * max(1, floor((total + 1) /
/// hosts))). That floor makes the cap tighter than the paper's most of the time; it still leaves room for everyone.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "models/hashing/rings/circle.hpp"

namespace orrery::models {

/// Places are indices of `names`.
Circle<std::uint64_t> lafikl_circle(std::span<const std::string_view> names);

/// The largest load of a host once one more key is placed besides `total`.
std::uint64_t lafikl_cap(std::uint64_t total, std::size_t hosts);

/// Get: the host without regard to loads.
std::uint32_t lafikl_get(const Circle<std::uint64_t>& circle, Key key);

/// GetLeast: the host for one more key, with loads by place and their sum. There are hosts.
std::uint32_t lafikl_get_least(const Circle<std::uint64_t>& circle, Key key, std::span<const std::uint32_t> loads,
                               std::uint64_t total);

}  // namespace orrery::models
