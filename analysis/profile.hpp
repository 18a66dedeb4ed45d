/// What summary and plots both need from the runs of a result: per-node values and series, over replications.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/result.hpp"

namespace orrery::analysis {

/// One estimate a node (or a time step), over the replications that have it.
using Profile = std::vector<Estimate>;

/// The per-node metric `name` over replications; empty if no run has it. Runs that have another number of nodes
/// than the first are left out.
Profile node_profile(const Result& result, std::string_view name);

/// A series over replications, on the time axis of the first run that has it.
struct SeriesProfile {
    std::string unit;
    Time start{};
    Duration step{};
    Profile points;

    /// Start of step `i`; `i` may be one behind the last.
    Time at(std::size_t i) const { return start + step * static_cast<std::int64_t>(i); }
};

/// The series `metric` with `label` over replications; nothing if no run has it. Runs with other steps are left
/// out; where some are shorter, the later steps are over fewer replications. More than `steps_most` steps
/// are averaged, several neighbours in one.
std::optional<SeriesProfile> series_profile(const Result& result, std::string_view metric, std::string_view label,
                                            std::size_t steps_most = SIZE_MAX);

/// Quantiles of per-node values; there is at least one.
NodeBands bands_of(const std::vector<double>& values);

/// The series of one metric over nodes (at least one) as five series, labels quantile=0, 0.1, 0.5, 0.9, 1.
std::vector<Series> quantiles_over_nodes(const std::vector<const Series*>& nodes);

/// Labels of the series `metric`, in the order of the first run that has any.
std::vector<std::string> series_labels(const Result& result, std::string_view metric);

/// The faults of the first run, if all runs agree on them; else of the first run only, and `shared` is false.
struct Faults {
    std::vector<FaultSpan> spans;
    bool shared = true;
};
Faults faults_of(const Result& result);

}  // namespace orrery::analysis
