/// Measures how evenly the work of a stream of keys falls on subtasks, for many counts of partitions and of virtual
/// nodes at once: the run behind `orrery advise`.
///
/// The stream is counted into distinct keys first (within `distinct_most`, then emptied into the loads), so that each
/// candidate looks up a key once and not once a request. Seeds mean what they mean in placement.hpp.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "analysis/advice.hpp"
#include "scenarios/runs/key_stream.hpp"
#include "scenarios/runs/placement.hpp"

namespace orrery {

/// A count to try: a scheme over `places` partitions or subtasks.
struct AdviceCandidate {
    analysis::AdvicePoint point;
    SchemeSpec scheme;
    std::uint32_t places = 1;
    /// The subtask of a partition; empty: places are subtasks.
    std::function<std::uint32_t(std::uint32_t place)> subtask_of = {};
};

struct AdviceCurveSpec {
    analysis::AdviceCurve curve;  ///< without its points
    std::vector<AdviceCandidate> candidates;
};

struct AdviceSpec {
    static constexpr std::size_t distinct_most = std::size_t{1} << 21;

    KeySource keys;
    std::uint32_t parallelism = 1;
    double limit = 1;
    std::vector<AdviceCurveSpec> curves;
    std::uint64_t seed = 1;
    std::size_t seeds = 1;
    std::size_t threads = 1;
    const std::atomic<bool>* interrupted = nullptr;
};

/// Throws what `measure_placement` throws.
analysis::Advice measure_advice(const AdviceSpec& spec);

}  // namespace orrery
