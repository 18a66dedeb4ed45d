/// The partitions that can be written to, in rising order: all of them until `observe` says more, and all of them again
/// when none is up. Takes no memory while all are up.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/partitioning/partitioner.hpp"

namespace orrery::models {

class AvailablePartitions {
public:
    void reset(std::uint32_t partitions) {
        partitions_ = partitions;
        some_.clear();
    }
    void observe(std::span<const PartitionLoad> loads) {
        some_.clear();
        for (std::size_t i = 0; i < loads.size(); ++i)
            if (loads[i].state != PartitionLoad::State::down) some_.emplace_back(i);
        if (some_.size() == partitions_) some_.clear();
    }

    /// Of all partitions, up or not.
    std::uint32_t partitions() const { return partitions_; }
    /// Of those that can be written to; never zero.
    std::uint32_t size() const { return some_.empty() ? partitions_ : static_cast<std::uint32_t>(some_.size()); }
    PartitionId operator[](std::uint32_t index) const { return some_.empty() ? PartitionId(index) : some_[index]; }
    std::size_t memory_bytes() const { return some_.capacity() * sizeof(PartitionId); }

private:
    std::uint32_t partitions_ = 0;
    std::vector<PartitionId> some_;  ///< empty: all
};

}  // namespace orrery::models
