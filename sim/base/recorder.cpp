#include "sim/base/recorder.hpp"

#include <string>

#include "sim/base/check.hpp"

namespace orrery {

void TimeWeighted::went_back(Time at) const {
    invariant_broken(__FILE__, __LINE__, "at >= seen_",
                     "a level was set at " + std::to_string(at.time_since_epoch().count()) +
                         " ns after it was set at " + std::to_string(seen_.time_since_epoch().count()) + " ns");
}

void StepIntegral::merge(const StepIntegral& other) {
    ORRERY_CHECK(window_ == other.window_, "integrals over different windows cannot be merged");
    integral_ += other.integral_;
}

}  // namespace orrery
