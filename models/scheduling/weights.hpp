/// Weights as integers, so that sums, shares and ties of weighted policies are exact.
#pragma once

#include <cstdint>
#include <vector>

#include "models/scheduling/dispatcher.hpp"

namespace orrery::models {

/// The view's weights times one power of two, rounded to the nearest integer, at least 1: the largest
/// is in [2^35, 2^36). Weights that are integers (or share a power of two) below 2^36 keep their
/// ratios exactly; their sum over 2^24 workers fits in 63 bits. Breaks an invariant unless all weights
/// are positive and finite.
std::vector<std::int64_t> integer_weights(const WorkerView& view);

}  // namespace orrery::models
