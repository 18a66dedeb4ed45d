/// Distinct workers at random: the sampling step of the power-of-d policies.
#pragma once

#include <algorithm>
#include <vector>

#include "models/scheduling/candidates.hpp"

namespace orrery::models {

/// Draws distinct workers that are up, uniformly, in uniformly random order, by a partial Fisher-Yates
/// shuffle (Durstenfeld, 1964). Exactly `count` draws where there are more than `count` workers. Ties may
/// therefore go to the worker drawn first.
class Sampler {
public:
    void reset(const WorkerView& view) { live_.reset(view); }
    void update(WorkerIndex worker, const WorkerView& view) { live_.update(worker, view); }

    /// Puts up to `count` workers in front of `out` (fewer where fewer are up). O(count), or
    /// O(candidates) where candidates are given.
    void sample(std::size_t count, std::span<const WorkerIndex> candidates, const WorkerView& view,
                RandomStream& random, std::vector<WorkerIndex>& out) {
        out.clear();
        if (candidates.empty()) {
            count = std::min(count, live_.size());
            for (std::size_t i = 0; i < count; ++i) {
                live_.swap(i, i + choose(live_.size() - i, random));
                out.push_back(live_[i]);
            }
            return;
        }
        for (const WorkerIndex worker : candidates)
            if (view.up(worker)) out.push_back(worker);
        count = std::min(count, out.size());
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t other = i + choose(out.size() - i, random);
            std::swap(out[i], out[other]);
        }
        out.resize(count);
    }

private:
    LiveWorkers live_;
};

}  // namespace orrery::models
