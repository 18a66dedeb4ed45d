/// The candidates of a key, as many as are asked for: candidate i is mix64(h1 + i h2) mod n of one 128-bit hash.
///
/// Plain double hashing, (h1 + i h2) mod n, would do for prime n; with n = 50 and h2 a multiple of 25 it has two
/// candidates, however many are asked for. The mix makes them as good as independent; they may coincide.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/hashing/functions/murmur3.hpp"
#include "models/partitioning/partitioner.hpp"

namespace orrery::models {

class KeyChoices {
public:
    KeyChoices(Key key, std::uint32_t partitions) : hash_(murmur3_x64_128(key, 13)), partitions_(partitions) {}

    PartitionId operator[](std::uint32_t index) const {
        return PartitionId(static_cast<std::size_t>(mix64(hash_.h1 + index * hash_.h2) % partitions_));
    }

    /// Sets `out` to candidates 0 to count-1, in rising order, each once.
    void first(std::uint32_t count, std::vector<PartitionId>& out) const {
        out.clear();
        for (std::uint32_t i = 0; i < count; ++i) out.push_back((*this)[i]);
        std::sort(out.begin(), out.end());
        out.erase(std::unique(out.begin(), out.end()), out.end());
    }

private:
    Murmur128 hash_;
    std::uint32_t partitions_;
};

}  // namespace orrery::models
