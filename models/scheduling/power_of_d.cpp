/// power_of_d: of d distinct random workers the one with the fewest outstanding requests, ties to the
/// one drawn first (which is any of them alike).
///
/// Mitzenmacher, "The power of two choices in randomized load balancing", IEEE TPDS 12(10), 2001;
/// Vvedenskaya, Dobrushin, Karpelevich (1996): with load rho a queue has k or more jobs with probability
/// rho^((d^k-1)/(d-1)) as n grows. Fewer than d workers up: all of them. O(d), or O(candidates). Weights
/// and the age of the view are ignored.
#include "models/scheduling/catalog.hpp"
#include "models/scheduling/sampling.hpp"

namespace orrery::models {

namespace {

class PowerOfD final : public Dispatcher {
public:
    explicit PowerOfD(std::size_t d) : d_(d) {}
    std::unique_ptr<Dispatcher> clone() const override { return std::make_unique<PowerOfD>(*this); }
    void reset(const WorkerView& view) override { sampler_.reset(view); }

    std::optional<WorkerIndex> pick(const DispatchItem&, std::span<const WorkerIndex> candidates,
                                    const WorkerView& view, RandomStream& random) override {
        sampler_.sample(d_, candidates, view, random, sampled_);
        std::optional<WorkerIndex> best;
        for (const WorkerIndex worker : sampled_)
            if (!best || view.load(worker).outstanding < view.load(*best).outstanding) best = worker;
        return best;
    }

    void changed(WorkerIndex worker, const WorkerView::Worker&, const WorkerView& view) override {
        sampler_.update(worker, view);
    }

private:
    std::size_t d_;
    Sampler sampler_;
    std::vector<WorkerIndex> sampled_;  ///< kept for its capacity
};

}  // namespace

Row<Dispatcher> power_of_d_row() {
    return {"power_of_d",
            "the least loaded of d random workers",
            "Mitzenmacher, The power of two choices in randomized load balancing (IEEE TPDS 2001)",
            {{{"d", Kind::count, "2", 1, 64, "workers looked at for each request"}}},
            [](const Settings& settings) {
                return std::make_unique<PowerOfD>(static_cast<std::size_t>(settings.integer("d")));
            }};
}

}  // namespace orrery::models
