/// What every link of a scenario is like: its section `link`.
///
/// A message that enters a direction of a link
/// 1. queues for the bandwidth and takes bytes * 8 / bandwidth (fidelity `queue`), or is dropped if the queue is full;
/// 2. travels for a latency drawn for it alone: a jittery link lets messages overtake each other;
/// 3. may on the way be lost, corrupted (the next switch or host finds a wrong checksum and drops it), doubled (the
///    copy travels with its own latency and takes no bandwidth) or held back by `reorder_delay`.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/base/distribution.hpp"
#include "sim/base/parameter.hpp"
#include "sim/base/time.hpp"

namespace orrery {

/// The sum of two delays that are not negative, at most `Duration::max()`.
constexpr Duration saturating_add(Duration a, Duration b) {
    return a > Duration::max() - b ? Duration::max() : a + b;
}

struct LinkSpec {
    Distribution latency = Distribution::constant(0);  ///< in nanoseconds, one way
    /// No latency is less: a smaller draw counts as this. The kernel's windows are as long as the least latency, so a
    /// jittery link without a floor means windows of no length.
    Duration latency_least{};
    std::optional<std::int64_t> bandwidth = {};    ///< bit/s; nothing: transmission takes no time
    std::optional<std::int64_t> queue_bytes = {};  ///< of each direction; nothing: no limit
    double loss = 0;                               ///< probabilities, each of each message
    double corrupt = 0;
    double duplicate = 0;
    double reorder = 0;
    Duration reorder_delay{};
};

/// The section's table.
Table link_table();

/// The section's values. The floor under the latency is `latency_least` where given, else the least value the
/// distribution can take where that is known (constant, uniform, pareto, bimodal), else 0. Throws `ParameterError`.
LinkSpec make_link(const Settings& settings);

}  // namespace orrery
