/// What the policies for hot keys share: which keys are hot, and the partitions that a hot key is spread over.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/hashing/functions/xxh64.hpp"
#include "models/partitioning/partitioner.hpp"
#include "sim/base/parameter.hpp"

namespace orrery::models {

struct HotKeySpec {
    double hot_share = 0.01;
    std::uint32_t ways = 4;
    std::uint32_t counters = 200;
};

std::vector<Parameter> hot_key_parameters();
HotKeySpec hot_key_spec(const Settings& settings);

/// Partition `way` of a key: its home, xxh64 mod n, and others evenly around; distinct for way < min(ways, n).
class HotKeyWays {
public:
    HotKeyWays() = default;
    HotKeyWays(std::uint32_t partitions, std::uint32_t ways)
        : partitions_(partitions), ways_(std::min(partitions, ways)) {}

    std::uint32_t ways() const { return ways_; }
    std::uint32_t partitions() const { return partitions_; }
    PartitionId home(Key key) const { return PartitionId(static_cast<std::size_t>(xxh64(key) % partitions_)); }
    PartitionId way(Key key, std::uint64_t way) const {
        return PartitionId(static_cast<std::size_t>((home(key).value + way * (partitions_ / ways_)) % partitions_));
    }
    /// In rising order.
    void all(Key key, std::vector<PartitionId>& out) const {
        out.clear();
        for (std::uint32_t i = 0; i < ways_; ++i) out.push_back(way(key, i));
        std::sort(out.begin(), out.end());
    }

private:
    std::uint32_t partitions_ = 1;
    std::uint32_t ways_ = 1;
};

}  // namespace orrery::models
