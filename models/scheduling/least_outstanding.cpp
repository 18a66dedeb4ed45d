/// least_outstanding: the worker with the fewest outstanding requests (join the shortest queue), ties
/// uniformly at random (Winston, "Optimality of the shortest line discipline", 1977).
///
/// Workers are kept in buckets by their count, so a pick is a draw from the first bucket and a change of
/// count moves one worker: both constant time up to `direct_counts` outstanding, and O(log) of the
/// number of different counts beyond. Among candidates: a scan. Weights and the age of the view are
/// ignored: what was last said counts as if it were true now.
#include <map>

#include "models/scheduling/bit_tree.hpp"
#include "models/scheduling/candidates.hpp"
#include "models/scheduling/catalog.hpp"

namespace orrery::models {

namespace {

/// Counts below this have a bucket of their own in an array; a forged huge count allocates nothing.
constexpr std::uint32_t direct_counts = 4096;

class LeastOutstanding final : public Dispatcher {
public:
    std::unique_ptr<Dispatcher> clone() const override { return std::make_unique<LeastOutstanding>(*this); }

    void reset(const WorkerView& view) override {
        filled_.reset(direct_counts);
        direct_.clear();
        beyond_.clear();
        places_.assign(view.size(), Place{});
        for (std::size_t i = 0; i < view.size(); ++i) take_over(WorkerIndex(i), view);
    }

    std::optional<WorkerIndex> pick(const DispatchItem&, std::span<const WorkerIndex> candidates,
                                    const WorkerView& view, RandomStream& random) override {
        if (!candidates.empty())
            return least_of(candidates, view, random, [](const WorkerLoad& load) { return load.outstanding; });
        const Bucket* bucket = least();
        if (bucket == nullptr) return std::nullopt;
        return (*bucket)[choose(bucket->size(), random)];
    }

    void changed(WorkerIndex worker, const WorkerView::Worker&, const WorkerView& view) override {
        take_over(worker, view);
    }

private:
    using Bucket = std::vector<WorkerIndex>;
    enum class Presence : std::uint8_t { absent, present };
    struct Place {
        std::uint32_t count = 0;
        std::uint32_t position = 0;
        Presence presence = Presence::absent;
    };

    const Bucket* least() const {
        if (const auto count = filled_.first_from(0)) return &direct_[*count];
        return beyond_.empty() ? nullptr : &beyond_.begin()->second;
    }

    void take_over(WorkerIndex worker, const WorkerView& view) {
        Place& place = places_[worker.index()];
        const std::uint32_t count = view.load(worker).outstanding;
        const bool was_present = place.presence == Presence::present;
        if (was_present && view.up(worker) && place.count == count) return;
        if (was_present) take_out(place);
        place.presence = view.up(worker) ? Presence::present : Presence::absent;
        if (view.up(worker)) put_in(worker, place, count);
    }

    void put_in(WorkerIndex worker, Place& place, std::uint32_t count) {
        if (count < direct_counts && count >= direct_.size()) direct_.resize(count + 1);
        Bucket& bucket = count < direct_counts ? direct_[count] : beyond_[count];
        if (bucket.empty() && count < direct_counts) filled_.insert(count);
        place.count = count;
        place.position = static_cast<std::uint32_t>(bucket.size());
        bucket.push_back(worker);
    }

    void take_out(const Place& place) {
        Bucket& bucket = place.count < direct_counts ? direct_[place.count] : beyond_.find(place.count)->second;
        bucket[place.position] = bucket.back();
        places_[bucket.back().index()].position = place.position;
        bucket.pop_back();
        if (!bucket.empty()) return;
        if (place.count < direct_counts) {
            filled_.erase(place.count);
        } else {
            beyond_.erase(place.count);
        }
    }

    BitTree filled_;  ///< counts whose direct bucket is not empty
    std::vector<Bucket> direct_;
    std::map<std::uint32_t, Bucket> beyond_;  ///< buckets that are not empty, by count
    std::vector<Place> places_;
};

}  // namespace

Row<Dispatcher> least_outstanding_row() {
    return {"least_outstanding",
            "the worker with the fewest outstanding requests (JSQ)",
            "Winston, Optimality of the shortest line discipline (1977); least_conn of nginx and HAProxy",
            {},
            [](const Settings&) { return std::make_unique<LeastOutstanding>(); }};
}

}  // namespace orrery::models
