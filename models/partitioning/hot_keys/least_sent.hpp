/// Counts of what was sent to each partition, and the partition that was sent least: a tree over the partitions, O(log
/// n) an update, O(1) the least. Ties go to the lower number.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

#include "models/partitioning/partitioner.hpp"

namespace orrery::models {

class LeastSent {
public:
    /// New partitions begin at zero.
    void resize(std::uint32_t partitions) {
        sent_.resize(partitions, 0);
        const std::size_t leaves = std::bit_ceil(std::size_t{partitions});
        best_.assign(2 * leaves, nobody);
        for (std::uint32_t i = 0; i < partitions; ++i) best_[leaves + i] = i;
        for (std::size_t node = leaves; node-- > 1;) best_[node] = better(best_[2 * node], best_[2 * node + 1]);
    }
    void clear() { sent_.clear(); }

    void add(PartitionId partition) {
        ++sent_[partition.index()];
        for (std::size_t node = (best_.size() / 2 + partition.index()) / 2; node >= 1; node /= 2)
            best_[node] = better(best_[2 * node], best_[2 * node + 1]);
    }
    PartitionId least() const { return PartitionId(std::size_t{best_.size() > 2 ? best_[1] : 0}); }
    std::uint64_t operator[](PartitionId partition) const { return sent_[partition.index()]; }
    std::uint32_t partitions() const { return static_cast<std::uint32_t>(sent_.size()); }
    std::size_t memory_bytes() const {
        return sent_.capacity() * sizeof(std::uint64_t) + best_.capacity() * sizeof(std::uint32_t);
    }

private:
    static constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();

    std::uint32_t better(std::uint32_t left, std::uint32_t right) const {
        if (right == nobody) return left;
        return sent_[right] < sent_[left] ? right : left;
    }

    std::vector<std::uint64_t> sent_;
    std::vector<std::uint32_t> best_;  ///< the root is 1, the children of k are 2k and 2k + 1
};

}  // namespace orrery::models
