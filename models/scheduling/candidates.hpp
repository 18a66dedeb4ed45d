/// What dispatchers share: the workers that are up, and picking among a few named candidates.
///
/// None of this draws where there is nothing to choose: one worker left costs no random number.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "models/scheduling/dispatcher.hpp"

namespace orrery::models {

/// Uniform in [0, count); `count` must be positive. Draws once, or not at all if count is 1.
inline std::size_t choose(std::size_t count, RandomStream& random) {
    return count == 1 ? 0 : static_cast<std::size_t>(random.below(count));
}

/// The workers that are up, densely, in an order that depends on history and means nothing. Each
/// operation is constant time; `reset` is linear.
class LiveWorkers {
public:
    void reset(const WorkerView& view) {
        dense_.clear();
        dense_.reserve(view.size());
        place_.assign(view.size(), 0);
        // All are entered and those that are down taken out, so that a worker that is down has a place too.
        for (std::size_t i = 0; i < view.size(); ++i) {
            place_[i] = static_cast<std::uint32_t>(i);
            dense_.push_back(WorkerIndex(i));
        }
        live_ = dense_.size();
        for (std::size_t i = 0; i < view.size(); ++i)
            if (!view.up(WorkerIndex(i))) update(WorkerIndex(i), view);
    }

    /// Takes over what the view says of `worker`; nothing happens if that is known.
    void update(WorkerIndex worker, const WorkerView& view) {
        const std::size_t place = place_[worker.index()];
        const bool known_up = place < live_;
        if (known_up == view.up(worker)) return;
        if (known_up) {
            swap(place, --live_);
        } else {
            swap(place, live_++);
        }
    }

    std::size_t size() const { return live_; }
    bool contains(WorkerIndex worker) const { return place_[worker.index()] < live_; }
    WorkerIndex operator[](std::size_t place) const { return dense_[place]; }

    /// Exchanges two workers: what a partial Fisher-Yates shuffle needs. Any order is as good as another.
    void swap(std::size_t a, std::size_t b) {
        std::swap(dense_[a], dense_[b]);
        place_[dense_[a].index()] = static_cast<std::uint32_t>(a);
        place_[dense_[b].index()] = static_cast<std::uint32_t>(b);
    }

private:
    std::vector<WorkerIndex> dense_;  ///< the first `live_` are up, the others down
    std::vector<std::uint32_t> place_;
    std::size_t live_ = 0;
};

/// A uniformly chosen candidate that is up. O(candidates), one draw.
inline std::optional<WorkerIndex> choose_up(std::span<const WorkerIndex> candidates, const WorkerView& view,
                                            RandomStream& random) {
    std::size_t up = 0;
    for (const WorkerIndex worker : candidates) up += view.up(worker) ? 1 : 0;
    if (up == 0) return std::nullopt;
    std::size_t skip = choose(up, random);
    for (const WorkerIndex worker : candidates)
        if (view.up(worker) && skip-- == 0) return worker;
    return std::nullopt;
}

/// The candidate that is up and has the least `key(load)`; ties uniformly at random. O(candidates), one draw.
template <class KeyOf>
std::optional<WorkerIndex> least_of(std::span<const WorkerIndex> candidates, const WorkerView& view,
                                    RandomStream& random, KeyOf key_of) {
    std::optional<WorkerIndex> best;
    std::size_t ties = 0;
    for (const WorkerIndex worker : candidates) {
        if (!view.up(worker)) continue;
        const auto key = key_of(view.load(worker));
        if (!best || key < key_of(view.load(*best))) {
            best = worker;
            ties = 1;
        } else if (!(key_of(view.load(*best)) < key)) {
            ++ties;
        }
    }
    if (ties <= 1) return best;
    const auto least = key_of(view.load(*best));
    std::size_t skip = choose(ties, random);
    for (const WorkerIndex worker : candidates)
        if (view.up(worker) && !(least < key_of(view.load(worker))) && skip-- == 0) return worker;
    return best;
}

}  // namespace orrery::models
