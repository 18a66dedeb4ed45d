/// Recorders: what a run counts and integrates while it goes. All are plain values over integers, so that
/// what they say does not depend on the order in which parts are merged, nor on the platform.
///
/// | recorder       | of                         | merging parts                              |
/// |----------------|----------------------------|--------------------------------------------|
/// | Tally          | samples                    | adds the samples                           |
/// | TimeWeighted   | one level, steps in order  | none: it knows the level's maximum         |
/// | StepIntegral   | a level, steps in any order| the parts' levels are added                |
/// | BinnedCount    | events on the time axis    | adds the events                            |
/// | BinnedRows     | several such counts        | none                                       |
/// | BinnedLevel    | a level on the time axis   | the parts' levels are added                |
///
/// A window is [from, to). Every operation is constant time. The binned ones are in binned_recorder.hpp.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/base/binned_recorder.hpp"
#include "sim/base/time.hpp"
#include "sim/base/wide.hpp"

namespace orrery {

/// Count, sum, least and greatest of samples. (A bare count is a std::uint64_t.)
class Tally {
public:
    void add(std::int64_t value) {
        ++count_;
        sum_ += value;
        min_ = std::min(min_, value);
        max_ = std::max(max_, value);
    }
    void merge(const Tally& other) {
        count_ += other.count_;
        sum_ += other.sum_;
        min_ = std::min(min_, other.min_);
        max_ = std::max(max_, other.max_);
    }
    std::uint64_t count() const { return count_; }
    Wide sum() const { return sum_; }
    // Each is 0 without samples:
    double mean() const { return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_); }
    std::int64_t min() const { return count_ == 0 ? 0 : min_; }
    std::int64_t max() const { return count_ == 0 ? 0 : max_; }
    friend bool operator==(const Tally&, const Tally&) = default;

private:
    std::uint64_t count_ = 0;
    Wide sum_ = 0;
    std::int64_t min_ = INT64_MAX;
    std::int64_t max_ = INT64_MIN;
};

struct Window {
    Time from = time_zero;
    Time to = time_max;
    friend bool operator==(const Window&, const Window&) = default;
};

/// The integral and the maximum of a level (jobs inside, cores at work) over a window. Times of calls
/// never go back; going back breaks an invariant.
class TimeWeighted {
public:
    explicit TimeWeighted(Window window = {}, std::int64_t level = 0)
        : window_(window), last_(window.from), level_(level), max_(level) {}

    /// From `at` on the level is `level`. Before the window it only sets what the window starts with.
    void set(Time at, std::int64_t level) {
        if (at >= last_ && at < window_.to) [[likely]] {
            integral_ += static_cast<Wide>(level_) * (at - last_).count();
            last_ = seen_ = at;
            max_ = std::max(max_, level);
            level_ = level;
            return;
        }
        if (at < last_) {
            if (at < seen_) went_back(at);
        } else {
            integral_ += static_cast<Wide>(level_) * (window_.to - last_).count();
            last_ = window_.to;
        }
        seen_ = at;
        if (at < window_.from) max_ = level;  // instants before the window are none of its maxima
        if (at < window_.to) max_ = std::max(max_, level);
        level_ = level;
    }
    void add(Time at, std::int64_t delta) { set(at, level_ + delta); }

    std::int64_t level() const { return level_; }
    /// The greatest level since the window's start, what it started with included, be it for an instant.
    std::int64_t max() const { return max_; }
    /// Level times nanoseconds over [from, min(until, to)). `until` is not before the last call's time.
    Wide integral(Time until) const {
        const Time end = std::min(until, window_.to);
        return end <= last_ ? integral_ : integral_ + static_cast<Wide>(level_) * (end - last_).count();
    }
    /// The mean level over [from, min(until, to)); 0 over an empty window.
    double mean(Time until) const {
        const std::int64_t span = (std::min(until, window_.to) - window_.from).count();
        return span <= 0 ? 0 : static_cast<double>(integral(until)) / static_cast<double>(span);
    }

private:
    [[noreturn]] void went_back(Time at) const;

    Window window_;
    Time last_;  ///< up to here `integral_` is complete; never before the window
    Time seen_ = Time::min();
    std::int64_t level_;
    std::int64_t max_;
    Wide integral_ = 0;
};

/// The integral of a level over a bounded window, from steps in any order: a step up by d at t adds
/// d * (to - max(t, from)), nothing from `to` on. Parts that each saw some of the steps merge by addition:
/// this is Little's law's left side without anybody knowing the level.
class StepIntegral {
public:
    explicit StepIntegral(Window window) : window_(window) {}

    void step(Time at, std::int64_t delta) {
        const Time begin = std::clamp(at, window_.from, window_.to);
        integral_ += static_cast<Wide>(delta) * (window_.to - begin).count();
    }
    /// Another part over the same window; a different one breaks an invariant.
    void merge(const StepIntegral& other);
    const Window& window() const { return window_; }
    Wide integral() const { return integral_; }
    double mean() const {
        const std::int64_t span = (window_.to - window_.from).count();
        return span <= 0 ? 0 : static_cast<double>(integral_) / static_cast<double>(span);
    }
    friend bool operator==(const StepIntegral&, const StepIntegral&) = default;

private:
    Window window_;
    Wide integral_ = 0;
};

}  // namespace orrery
