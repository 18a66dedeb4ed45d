#include "lighter_of_two.hpp"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace {

using namespace orrery;
using namespace orrery::models;

class LighterOfTwo final : public Dispatcher {
public:
    std::unique_ptr<Dispatcher> clone() const override { return std::make_unique<LighterOfTwo>(*this); }
    void reset(const WorkerView&) override {}

    std::optional<WorkerIndex> pick(const DispatchItem&, std::span<const WorkerIndex> candidates,
                                    const WorkerView& view, RandomStream& random) override {
        std::vector<WorkerIndex> up;
        const std::size_t count = candidates.empty() ? view.size() : candidates.size();
        for (std::size_t i = 0; i < count; ++i) {
            const WorkerIndex worker = candidates.empty() ? WorkerIndex(i) : candidates[i];
            if (view.up(worker)) up.push_back(worker);
        }
        if (up.empty()) return std::nullopt;
        const WorkerIndex one = up[random.below(up.size())];
        const WorkerIndex other = up[random.below(up.size())];
        // Both were drawn alike, so that a tie goes to the first without favour.
        return pressure(other, view) < pressure(one, view) ? other : one;
    }

private:
    static double pressure(WorkerIndex worker, const WorkerView& view) {
        return static_cast<double>(view.load(worker).outstanding) / view.weight(worker);
    }
};

}  // namespace

Row<Dispatcher> lighter_of_two() {
    return {"lighter_of_two",
            "of two at random, the one with fewer requests for its weight",
            "tests/install",
            {},
            [](const Settings&) { return std::make_unique<LighterOfTwo>(); }};
}
