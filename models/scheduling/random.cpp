/// random: any worker that is up, all alike. O(1), or O(candidates). Loads and weights are ignored.
#include "models/scheduling/candidates.hpp"
#include "models/scheduling/catalog.hpp"

namespace orrery::models {

namespace {

class Random final : public Dispatcher {
public:
    std::unique_ptr<Dispatcher> clone() const override { return std::make_unique<Random>(*this); }
    void reset(const WorkerView& view) override { live_.reset(view); }

    std::optional<WorkerIndex> pick(const DispatchItem&, std::span<const WorkerIndex> candidates,
                                    const WorkerView& view, RandomStream& random) override {
        if (!candidates.empty()) return choose_up(candidates, view, random);
        if (live_.size() == 0) return std::nullopt;
        return live_[choose(live_.size(), random)];
    }

    bool heeds_load() const override { return false; }
    void changed(WorkerIndex worker, const WorkerView::Worker&, const WorkerView& view) override {
        live_.update(worker, view);
    }

private:
    LiveWorkers live_;
};

}  // namespace

Row<Dispatcher> random_row() {
    return {"random",
            "a uniformly random worker",
            "classic; splits a Poisson stream into Poisson streams",
            {},
            [](const Settings&) { return std::make_unique<Random>(); }};
}

}  // namespace orrery::models
