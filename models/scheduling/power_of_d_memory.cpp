/// power_of_d_memory: of d fresh random workers and the m remembered ones, the one with the fewest
/// outstanding requests; then the m least loaded of all these are remembered, the picked one counted
/// with the request that it has just got.
///
/// Mitzenmacher, Prabhakar, Shah, "Load balancing with memory", FOCS 2002: with d = m = 1 the maximum
/// load is ln ln n / (2 ln phi), below that of two fresh choices. A remembered worker is judged by the
/// view's present load, not by the remembered one; it is forgotten when it is down, beaten, or no
/// candidate. Ties go to the fresh ones in order of drawing. O(m (d + m)), or
/// O(m (candidates + m)). Weights and the age of the view are ignored.
#include "models/scheduling/catalog.hpp"
#include "models/scheduling/sampling.hpp"

namespace orrery::models {

namespace {

bool contains(std::span<const WorkerIndex> workers, WorkerIndex worker) {
    return std::find(workers.begin(), workers.end(), worker) != workers.end();
}

class PowerOfDMemory final : public Dispatcher {
public:
    struct Spec {
        std::size_t d;
        std::size_t m;
    };
    explicit PowerOfDMemory(Spec spec) : spec_(spec) {}
    std::unique_ptr<Dispatcher> clone() const override { return std::make_unique<PowerOfDMemory>(*this); }

    void reset(const WorkerView& view) override {
        sampler_.reset(view);
        memory_.clear();
    }

    std::optional<WorkerIndex> pick(const DispatchItem&, std::span<const WorkerIndex> candidates,
                                    const WorkerView& view, RandomStream& random) override {
        sampler_.sample(spec_.d, candidates, view, random, considered_);
        if (considered_.empty()) return std::nullopt;
        for (const WorkerIndex worker : memory_)
            if (view.up(worker) && (candidates.empty() || contains(candidates, worker)) &&
                !contains(considered_, worker))
                considered_.push_back(worker);
        WorkerIndex best = considered_.front();
        for (const WorkerIndex worker : considered_)
            if (view.load(worker).outstanding < view.load(best).outstanding) best = worker;
        remember(best, view);
        return best;
    }

    void changed(WorkerIndex worker, const WorkerView::Worker&, const WorkerView& view) override {
        sampler_.update(worker, view);
        if (!view.up(worker)) std::erase(memory_, worker);
    }

private:
    /// Keeps the best m of `considered_`, ties in its order.
    void remember(WorkerIndex picked, const WorkerView& view) {
        ranks_.clear();
        for (std::size_t place = 0; place < considered_.size(); ++place) {
            const WorkerIndex worker = considered_[place];
            const std::uint64_t load = std::uint64_t{view.load(worker).outstanding} + (worker == picked ? 1 : 0);
            ranks_.push_back(load * considered_.size() + place);
        }
        const std::size_t kept = std::min(spec_.m, ranks_.size());
        std::partial_sort(ranks_.begin(), ranks_.begin() + static_cast<std::ptrdiff_t>(kept), ranks_.end());
        memory_.clear();
        for (std::size_t i = 0; i < kept; ++i) memory_.push_back(considered_[ranks_[i] % considered_.size()]);
    }

    Spec spec_;
    Sampler sampler_;
    std::vector<WorkerIndex> memory_;
    std::vector<WorkerIndex> considered_;  ///< this and `ranks_` are kept for their capacity
    std::vector<std::uint64_t> ranks_;     ///< load, then place in `considered_`, in one number
};

}  // namespace

Row<Dispatcher> power_of_d_memory_row() {
    return {"power_of_d_memory",
            "the least loaded of d random workers and the m best of the last round",
            "Mitzenmacher, Prabhakar, Shah, Load balancing with memory (FOCS 2002)",
            {{{"d", Kind::count, "2", 1, 64, "fresh workers looked at for each request"},
              {"m", Kind::count, "1", 1, 64, "workers remembered from one request to the next"}}},
            [](const Settings& settings) {
                return std::make_unique<PowerOfDMemory>(PowerOfDMemory::Spec{
                    static_cast<std::size_t>(settings.integer("d")), static_cast<std::size_t>(settings.integer("m"))});
            }};
}

}  // namespace orrery::models
