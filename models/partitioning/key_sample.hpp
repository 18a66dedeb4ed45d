/// A uniform sample of the keys that went by: reservoir sampling (Vitter, "Random sampling with a reservoir", ACM TOMS
/// 1985, algorithm R). For the point at which a hot range is split into halves of equal traffic.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "models/hashing/key.hpp"
#include "sim/base/random.hpp"

namespace orrery::models {

class KeySample {
public:
    static constexpr std::size_t keys_max = 64;

    void see(Key key, RandomStream& random) {
        ++seen_;
        if (keys_.size() < keys_max) {
            keys_.emplace_back(key);
            return;
        }
        const std::uint64_t place = random.below(seen_);
        if (place < keys_max) keys_[static_cast<std::size_t>(place)] = key;
    }

    /// The key above `start` below which nearest to half of the sampled keys lie; nothing if there is none, that is, if
    /// all traffic goes to the first key of the range: a split cannot cool that.
    std::optional<std::string> middle(Key start) const {
        std::vector<std::string> sorted = keys_;
        std::sort(sorted.begin(), sorted.end());
        std::optional<std::size_t> best;
        std::size_t best_uneven = 0;
        for (std::size_t below = 0; below < sorted.size(); ++below) {
            if (sorted[below] <= start || (below > 0 && sorted[below - 1] == sorted[below])) continue;
            const std::size_t above = sorted.size() - below;
            const std::size_t uneven = std::max(below, above) - std::min(below, above);
            if (best && uneven >= best_uneven) continue;
            best = below;
            best_uneven = uneven;
        }
        if (!best) return std::nullopt;
        return sorted[*best];
    }

    /// Those of the sample from `from` on move to the result: what a split does.
    KeySample split_off(Key from) {
        KeySample right;
        const auto cut = std::stable_partition(keys_.begin(), keys_.end(), [&](const auto& key) { return key < from; });
        right.keys_.assign(cut, keys_.end());
        keys_.erase(cut, keys_.end());
        right.seen_ = right.keys_.size();
        seen_ = keys_.size();
        return right;
    }
    /// Takes over the other's keys: what a merge does. Each of the two is thinned alike.
    void take(const KeySample& other) {
        keys_.insert(keys_.end(), other.keys_.begin(), other.keys_.end());
        if (keys_.size() > keys_max) {
            for (std::size_t i = 0; 2 * i < keys_.size(); ++i) keys_[i] = keys_[2 * i];
            keys_.resize((keys_.size() + 1) / 2);
        }
        seen_ = keys_.size();
    }
    /// Forgets how many there were, so that newer keys count for more.
    void age() { seen_ = keys_.size(); }

private:
    std::vector<std::string> keys_;
    std::uint64_t seen_ = 0;
};

}  // namespace orrery::models
