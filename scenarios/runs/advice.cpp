#include "scenarios/runs/advice.hpp"

#include <algorithm>
#include <utility>

#include "scenarios/runs/key_table.hpp"
#include "scenarios/runs/parallel.hpp"
#include "scenarios/runs/replications.hpp"
#include "sim/workload/error.hpp"

namespace orrery {

namespace {

using models::Member;
using models::MemberId;

constexpr std::size_t chunk_keys = std::size_t{1} << 14;

/// One candidate in one seed.
class Trial {
public:
    Trial(const AdviceCandidate& candidate, std::uint32_t subtasks, std::uint64_t seed)
        : candidate_(&candidate), seed_(seed), work_(subtasks) {}

    /// Apart from the constructor, so that structures are built on all threads.
    void build() {
        of_scheme([&] {
            placer_ = candidate_->scheme.make(seed_);
            std::vector<Member> places;
            for (std::uint32_t i = 0; i < candidate_->places; ++i) places.push_back(member_of(seed_, i, 1));
            placer_->reset(places);
        });
    }

    void take(const KeyTable& table) {
        of_scheme([&] {
            for (std::size_t first = 0; first < table.keys().size(); first += chunk_keys) {
                nodes_.clear();
                const std::size_t end = std::min(table.keys().size(), first + chunk_keys);
                placer_->place(table.keys(), first, end, 1, nodes_);
                for (std::size_t i = first; i < end; ++i) {
                    const std::uint32_t place = nodes_[i - first].value;
                    work_[candidate_->subtask_of ? candidate_->subtask_of(place) : place] += table.counts()[i];
                }
            }
        });
    }

    double imbalance() const {
        const std::vector<double> loads(work_.begin(), work_.end());
        return analysis::balance_of(std::span<const double>(loads)).max_over_mean;
    }

private:
    template <class Body>
    void of_scheme(Body body) {
        try {
            body();
        } catch (const models::RingError& error) {
            throw PlacementError(candidate_->scheme.name + ": " + error.what());
        } catch (const models::PartitionError& error) {
            throw PlacementError(candidate_->scheme.name + ": " + error.what());
        }
    }

    const AdviceCandidate* candidate_;
    std::uint64_t seed_;
    std::unique_ptr<Placer> placer_;
    std::vector<std::uint64_t> work_;
    std::vector<MemberId> nodes_;
};

std::vector<Trial> build_trials(const AdviceSpec& spec, std::uint64_t seed) {
    std::vector<Trial> trials;
    for (const AdviceCurveSpec& curve : spec.curves)
        for (const AdviceCandidate& candidate : curve.candidates)
            trials.emplace_back(candidate, spec.parallelism, seed);
    // The last ones are the largest: they go first.
    parallel_for(trials.size(), spec.threads, [&](std::size_t i) { trials[trials.size() - 1 - i].build(); });
    return trials;
}

/// All work of the stream on all trials. Raises `hottest` to the largest count of one key.
std::uint64_t stream_work(const AdviceSpec& spec, std::uint64_t seed, std::vector<Trial>& trials,
                          std::uint64_t& hottest) {
    const std::unique_ptr<KeyStream> stream = open_keys(spec.keys, seed);
    KeyTable table(KeyTable::Overflow::grow, AdviceSpec::distinct_most);
    const auto empty_table = [&] {
        for (const std::uint64_t count : table.counts()) hottest = std::max(hottest, count);
        parallel_for(trials.size(), spec.threads, [&](std::size_t i) { trials[i].take(table); });
        table.clear();
    };
    std::uint64_t requests = 0;
    KeyBlock block;
    while (stream->next(block, spec.threads)) {
        if (spec.interrupted != nullptr && *spec.interrupted) throw Interrupted();
        if (table.keys().size() + block.size() > AdviceSpec::distinct_most) empty_table();
        table.count(block);
        requests += block.size();
    }
    empty_table();
    if (requests == 0) throw DataError(spec.keys.text + ": there is no key in it");
    return requests;
}

}  // namespace

analysis::Advice measure_advice(const AdviceSpec& spec) {
    analysis::Advice advice;
    advice.keys = spec.keys.text;
    advice.parallelism = spec.parallelism;
    advice.limit = spec.limit;
    advice.seed = spec.seed;
    for (const AdviceCurveSpec& curve : spec.curves) {
        advice.curves.push_back(curve.curve);
        for (const AdviceCandidate& candidate : curve.candidates)
            advice.curves.back().points.push_back(candidate.point);
    }
    std::uint64_t hottest = 0;
    for (std::uint64_t seed = spec.seed; seed < spec.seed + spec.seeds; ++seed) {
        std::vector<Trial> trials = build_trials(spec, seed);
        advice.requests = stream_work(spec, seed, trials, hottest);
        std::size_t next = 0;
        for (analysis::AdviceCurve& curve : advice.curves)
            for (analysis::AdvicePoint& point : curve.points) point.imbalances.push_back(trials[next++].imbalance());
    }
    advice.hottest_key = spec.keys.drawn ? spec.keys.drawn->popularity->probability(0)
                                         : static_cast<double>(hottest) / static_cast<double>(advice.requests);
    return advice;
}

}  // namespace orrery
