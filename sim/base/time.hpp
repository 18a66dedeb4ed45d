/// Virtual time.
///
/// All time in Orrery is a signed 64-bit count of nanoseconds since the start of the run, behind
/// `std::chrono` types. The clock has no `now()`: a time reaches code as an argument or not at all,
/// and arithmetic on wall-clock time does not compile. The range is 292 years.
///
/// No `double` holds a time. Where a real-valued model yields one (a drawn service demand, a length
/// over a bandwidth) the conversion is written out, with its rounding, at that place.
#pragma once

#include <chrono>
#include <cstdint>

namespace orrery {

/// A clock that nobody can read.
struct VirtualClock {
    using rep = std::int64_t;
    using period = std::nano;
    using duration = std::chrono::duration<rep, period>;
    using time_point = std::chrono::time_point<VirtualClock>;
    static constexpr bool is_steady = true;
};

using Duration = VirtualClock::duration;
using Time = VirtualClock::time_point;

using std::chrono::duration_cast;
using namespace std::chrono_literals;

/// The start of every run.
inline constexpr Time time_zero{};

/// Later than every event. Never a sentinel for "no time": that is `std::optional<Time>`.
inline constexpr Time time_max = Time::max();

/// `at + delay`, saturating at `time_max` instead of overflowing. `delay` must not be negative.
constexpr Time saturating_add(Time at, Duration delay) {
    return time_max - at < delay ? time_max : at + delay;
}

/// Seconds for printing and for statistics; never to be turned back into a time.
constexpr double seconds(Duration duration) {
    return static_cast<double>(duration.count()) * 1e-9;
}
constexpr double seconds(Time at) {
    return seconds(at.time_since_epoch());
}

}  // namespace orrery
