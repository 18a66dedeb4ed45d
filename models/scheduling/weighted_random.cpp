/// weighted_random: a worker with probability proportional to its weight among those that are up.
///
/// Weights are exact integers (weights.hpp) in a Fenwick tree (Fenwick, "A new data structure for
/// cumulative frequency tables", 1994), so that a worker going down or up costs O(log n) and no table is
/// rebuilt, as an alias table would be. One draw, O(log n), or O(candidates). Loads are ignored.
#include <bit>

#include "models/scheduling/candidates.hpp"
#include "models/scheduling/catalog.hpp"
#include "models/scheduling/weights.hpp"

namespace orrery::models {

namespace {

class WeightedRandom final : public Dispatcher {
public:
    std::unique_ptr<Dispatcher> clone() const override { return std::make_unique<WeightedRandom>(*this); }
    LongRunShare long_run_share() const override { return LongRunShare::by_weight; }

    void reset(const WorkerView& view) override {
        weights_ = integer_weights(view);
        present_.assign(view.size(), Presence::absent);
        top_ = std::bit_floor(view.size());
        sums_.assign(view.size() + 1, 0);
        total_ = 0;
        for (std::size_t i = 0; i < view.size(); ++i) take_over(WorkerIndex(i), view);
    }

    std::optional<WorkerIndex> pick(const DispatchItem&, std::span<const WorkerIndex> candidates,
                                    const WorkerView& view, RandomStream& random) override {
        if (!candidates.empty()) return among(candidates, view, random);
        if (total_ == 0) return std::nullopt;
        auto rest = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(total_)));
        // The largest prefix whose sum is at most `rest`; the worker after it holds the drawn point.
        std::size_t prefix = 0;
        for (std::size_t step = top_; step != 0; step /= 2) {
            const std::size_t longer = prefix + step;
            if (longer < sums_.size() && sums_[longer] <= rest) {
                prefix = longer;
                rest -= sums_[longer];
            }
        }
        return WorkerIndex(prefix);
    }

    bool heeds_load() const override { return false; }
    void changed(WorkerIndex worker, const WorkerView::Worker&, const WorkerView& view) override {
        take_over(worker, view);
    }

private:
    enum class Presence : std::uint8_t { absent, present };

    std::optional<WorkerIndex> among(std::span<const WorkerIndex> candidates, const WorkerView& view,
                                     RandomStream& random) const {
        std::int64_t total = 0;
        std::optional<WorkerIndex> last;
        for (const WorkerIndex worker : candidates) {
            if (!view.up(worker)) continue;
            total += weights_[worker.index()];
            last = worker;
        }
        if (!last || total == weights_[last->index()]) return last;
        auto rest = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(total)));
        for (const WorkerIndex worker : candidates) {
            if (!view.up(worker)) continue;
            rest -= weights_[worker.index()];
            if (rest < 0) return worker;
        }
        return last;
    }

    void take_over(WorkerIndex worker, const WorkerView& view) {
        const Presence now = view.up(worker) ? Presence::present : Presence::absent;
        if (present_[worker.index()] == now) return;
        present_[worker.index()] = now;
        const std::int64_t weight = weights_[worker.index()];
        const std::int64_t change = now == Presence::present ? weight : -weight;
        total_ += change;
        for (std::size_t i = worker.index() + 1; i < sums_.size(); i += i & (~i + 1)) sums_[i] += change;
    }

    std::vector<std::int64_t> weights_;
    std::vector<Presence> present_;
    std::vector<std::int64_t> sums_;  ///< Fenwick tree from 1: sums_[i] covers the i & -i workers up to i
    std::size_t top_ = 0;
    std::int64_t total_ = 0;
};

}  // namespace

Row<Dispatcher> weighted_random_row() {
    return {"weighted_random",
            "a random worker, with probability proportional to its weight",
            "classic",
            {},
            [](const Settings&) { return std::make_unique<WeightedRandom>(); }};
}

}  // namespace orrery::models
