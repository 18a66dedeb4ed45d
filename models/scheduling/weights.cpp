#include "models/scheduling/weights.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/check.hpp"

namespace orrery::models {

std::vector<std::int64_t> integer_weights(const WorkerView& view) {
    double largest = 0;
    for (std::size_t i = 0; i < view.size(); ++i) {
        const double weight = view.weight(WorkerIndex(i));
        ORRERY_CHECK(weight > 0 && std::isfinite(weight),
                     "the weight of worker " + std::to_string(i) + " is not positive");
        largest = std::max(largest, weight);
    }
    int exponent = 0;
    std::frexp(largest, &exponent);
    std::vector<std::int64_t> weights;
    weights.reserve(view.size());
    for (std::size_t i = 0; i < view.size(); ++i) {
        const double scaled = std::ldexp(view.weight(WorkerIndex(i)), 36 - exponent);
        weights.push_back(std::max<std::int64_t>(1, static_cast<std::int64_t>(std::floor(scaled + 0.5))));
    }
    return weights;
}

}  // namespace orrery::models
