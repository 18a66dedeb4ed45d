/// The head of a stream: the keys that occur in at least a share `theta` of it, by SpaceSaving over hashes of keys. The
/// first 1/theta items have no head: each that occurs once would be in it.
#pragma once

#include <cstdint>
#include <vector>

#include "models/hashing/functions/xxh64.hpp"
#include "models/partitioning/hot_keys/space_saving.hpp"

namespace orrery::models {

class StreamHead {
public:
    /// With 2 / theta counters an estimate is at most half of theta too large.
    StreamHead(double theta, std::uint32_t counters) : theta_(theta), counts_(counters) {}

    /// One more of `key`; whether it is in the head now. Constant time.
    bool add(Key key) {
        const SpaceSaving::Count count = counts_.add(xxh64(key));
        return is_head(count);
    }

    /// Whether it is in the head, without counting it.
    bool contains(Key key) const {
        const auto count = counts_.find(xxh64(key));
        return count && is_head(*count);
    }

    /// Estimated shares of the head's keys, the largest first. O(counters log counters).
    std::vector<double> shares() const {
        std::vector<double> out;
        for (const SpaceSaving::Count& count : counts_.counts()) {
            if (!is_head(count)) break;
            out.push_back(static_cast<double>(count.count) / static_cast<double>(counts_.items()));
        }
        return out;
    }

    void clear() { counts_.clear(); }
    std::uint64_t items() const { return counts_.items(); }
    std::size_t memory_bytes() const { return counts_.memory_bytes(); }

private:
    bool is_head(const SpaceSaving::Count& count) const {
        const double needed = theta_ * static_cast<double>(counts_.items());
        return needed >= 1 && static_cast<double>(count.count) >= needed;
    }

    double theta_;
    SpaceSaving counts_;
};

}  // namespace orrery::models
