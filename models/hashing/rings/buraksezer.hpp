/// Bounded loads over partitions, as buraksezer/consistent has them (at 24361c3, hashed by XXH64).
///
/// A member has `replication` points XXH64("i:name"), i from 0. (Releases before that hashed name and number the other
/// way round.) Partitions 0, 1, ... in turn go clockwise from XXH64 of their number in eight bytes, least significant
/// first, to the first member whose partitions are below ceil(partitions / members * load). A key's partition is XXH64
/// mod `partitions`. Nothing depends on what was placed before: at a change all partitions are placed anew.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "models/hashing/key.hpp"

namespace orrery::models {

struct BuraksezerSpec {
    std::uint64_t partitions = 271;
    std::uint32_t replication = 20;
    double load = 1.25;
};

/// The largest number of partitions of a member, in doubles as the library computes it.
double buraksezer_cap(const BuraksezerSpec& spec, std::size_t members);

/// The owner of each partition, an index of `names`; empty without members. Throws RingError: no room, for load is
/// below 1.
std::vector<std::uint32_t> buraksezer_owners(std::span<const std::string_view> names, const BuraksezerSpec& spec);

std::uint64_t buraksezer_partition(Key key, const BuraksezerSpec& spec);

}  // namespace orrery::models
