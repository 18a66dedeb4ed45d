/// An exact amount of work: nanoseconds on one core of speed 1, and millionths of a nanosecond.
///
/// A core of speed s millionths does s millionths of a nanosecond's work in each nanosecond, so what is
/// left of a job after any sequence of speeds is such an amount without rounding. Rounding happens once,
/// where an amount becomes a time: up to the next nanosecond.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>

#include "sim/base/queue_discipline.hpp"
#include "sim/base/time.hpp"
#include "sim/base/wide.hpp"

namespace orrery::models {

inline constexpr std::uint32_t millionths_per_unit = 1'000'000;

/// `value` as a duration; more than that can hold becomes the longest one, less than zero nothing.
constexpr Duration saturated(Wide value) {
    if (value >= static_cast<Wide>(Duration::max().count())) return Duration::max();
    return value < 0 ? Duration{} : Duration(static_cast<std::int64_t>(value));
}

/// `dividend / divisor` rounded up; `dividend` is not negative, `divisor` positive.
constexpr Wide divide_up(Wide dividend, Wide divisor) {
    // A 128-bit division is a library call of some 30 ns; nearly all fit in 64 bits.
    constexpr auto small = static_cast<Wide>(std::uint64_t{1} << 63);
    if (dividend < small && divisor < small) {
        const auto a = static_cast<std::uint64_t>(dividend);
        const auto b = static_cast<std::uint64_t>(divisor);
        return static_cast<Wide>(a / b + (a % b != 0 ? 1 : 0));
    }
    return (dividend + divisor - 1) / divisor;
}

class WorkAmount {
public:
    constexpr WorkAmount() = default;
    constexpr explicit WorkAmount(Duration whole) : whole_(whole.count()) {}
    constexpr static WorkAmount of_millionths(Wide millionths) {
        WorkAmount amount;
        amount.whole_ = static_cast<std::int64_t>(millionths / millionths_per_unit);
        amount.part_ = static_cast<std::uint32_t>(millionths % millionths_per_unit);
        return amount;
    }

    constexpr Wide millionths() const { return static_cast<Wide>(whole_) * millionths_per_unit + part_; }
    constexpr bool nothing() const { return whole_ == 0 && part_ == 0; }

    /// Time that a core takes for it, rounded up; the longest duration where the core is paused.
    constexpr Duration time_at(Speed speed) const {
        if (speed.millionths == millionths_per_unit) return Duration(whole_ + (part_ != 0 ? 1 : 0));
        if (speed.millionths == 0) return Duration::max();
        return saturated(divide_up(millionths(), speed.millionths));
    }

    /// Takes off what a core does in `elapsed`, not below nothing.
    constexpr void serve(Duration elapsed, Speed speed) {
        if (speed.millionths == millionths_per_unit && elapsed.count() < whole_) {
            whole_ -= elapsed.count();
            return;
        }
        const Wide left = millionths() - static_cast<Wide>(elapsed.count()) * speed.millionths;
        *this = of_millionths(std::max<Wide>(left, 0));
    }

    friend constexpr auto operator<=>(const WorkAmount&, const WorkAmount&) = default;

private:
    std::int64_t whole_ = 0;
    std::uint32_t part_ = 0;  ///< millionths, below a million
};

}  // namespace orrery::models
