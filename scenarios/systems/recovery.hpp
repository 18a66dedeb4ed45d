/// Unavailability after a fault, from the success rate over time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/recorder.hpp"
#include "sim/base/time.hpp"

namespace orrery {

/// Requests by window of arrival: how many came, how many of them succeeded in the end.
struct SuccessRate {
    Time start{};
    Duration step{};
    const std::vector<std::int64_t>& arrived;
    const std::vector<std::int64_t>& succeeded;
};

struct Unavailability {
    Duration lasts{};
    enum class End : std::uint8_t { seen, not_seen } end = End::seen;
};

/// From `fault` until the success rate is back at 99 % of what it was before, for one second at a stretch.
/// Before: over the ten seconds ahead of the fault, inside `measured`. Windows in which nothing arrived say
/// nothing. Zero if the rate never left; `not_seen` with the time to the end if it did not come back.
/// Nothing if there was no request to tell by before the fault.
std::optional<Unavailability> unavailability(const SuccessRate& rate, Time fault, const Window& measured);

}  // namespace orrery
