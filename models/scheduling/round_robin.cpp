/// round_robin: one worker after the other.
///
/// Without candidates: the next worker in index order that is up, O(log64 n). Among candidates: the one
/// whose last turn is longest ago, ties by place in the list, O(candidates). For one fixed list that is
/// round robin; for lists that alternate a common cursor would serve some members never.
/// Loads, weights and chance are ignored.
#include "models/scheduling/bit_tree.hpp"
#include "models/scheduling/catalog.hpp"

namespace orrery::models {

namespace {

class RoundRobin final : public Dispatcher {
public:
    std::unique_ptr<Dispatcher> clone() const override { return std::make_unique<RoundRobin>(*this); }

    void reset(const WorkerView& view) override {
        up_.reset(view.size());
        for (std::size_t i = 0; i < view.size(); ++i)
            if (view.up(WorkerIndex(i))) up_.insert(i);
        last_turn_.assign(view.size(), 0);
        turn_ = 0;
        cursor_ = 0;
    }

    std::optional<WorkerIndex> pick(const DispatchItem&, std::span<const WorkerIndex> candidates,
                                    const WorkerView& view, RandomStream&) override {
        const auto picked = candidates.empty() ? next_in_order() : longest_ago(candidates, view);
        if (picked) last_turn_[picked->index()] = ++turn_;
        return picked;
    }

    bool heeds_load() const override { return false; }
    void changed(WorkerIndex worker, const WorkerView::Worker&, const WorkerView& view) override {
        if (view.up(worker)) {
            up_.insert(worker.index());
        } else {
            up_.erase(worker.index());
        }
    }

private:
    std::optional<WorkerIndex> next_in_order() {
        auto found = up_.first_from(cursor_);
        if (!found) found = up_.first_from(0);
        if (!found) return std::nullopt;
        cursor_ = *found + 1;
        return WorkerIndex(*found);
    }

    std::optional<WorkerIndex> longest_ago(std::span<const WorkerIndex> candidates, const WorkerView& view) const {
        std::optional<WorkerIndex> best;
        for (const WorkerIndex worker : candidates)
            if (view.up(worker) && (!best || last_turn_[worker.index()] < last_turn_[best->index()])) best = worker;
        return best;
    }

    BitTree up_;
    std::vector<std::uint64_t> last_turn_;  ///< zero: never
    std::uint64_t turn_ = 0;
    std::size_t cursor_ = 0;
};

}  // namespace

Row<Dispatcher> round_robin_row() {
    return {"round_robin",
            "one worker after the other, in order",
            "classic; nginx and HAProxy default",
            {},
            [](const Settings&) { return std::make_unique<RoundRobin>(); }};
}

}  // namespace orrery::models
