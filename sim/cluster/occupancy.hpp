/// How full a server was: cores at work and units inside, over the window and along the time axis.
///
/// Both levels change together and are integrated together. Whatever is asked of a part of the time is a difference of
/// two values of one running integral, so a change costs two multiplications; only at marks (the window's ends, the
/// boundaries of bins) the integrals are noted. All is exact: integers, in level times nanoseconds.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/recorder.hpp"
#include "sim/base/time.hpp"
#include "sim/base/wide.hpp"

namespace orrery {

class Occupancy {
public:
    explicit Occupancy(Window window);

    /// Also keep the levels along the time axis; before the first change.
    void record_series(Bins bins);

    /// From `now` on so many cores work and so many units are inside. Going back in time breaks an invariant.
    void set(Time now, std::uint32_t busy, std::uint32_t inside) {
        if (now >= next_mark_ || now < last_) [[unlikely]]
            pass_marks(now);
        const std::int64_t elapsed = (now - last_).count();
        busy_sum_ += static_cast<Wide>(busy_) * elapsed;
        inside_sum_ += static_cast<Wide>(inside_) * elapsed;
        last_ = now;
        busy_ = busy;
        inside_ = inside;
        inside_max_ = inside_max_ < inside ? inside : inside_max_;
    }

    /// Level times nanoseconds over the window as far as `until`, which is not before the last change.
    Wide busy(Time until) const { return over_window(until).busy; }
    Wide inside(Time until) const { return over_window(until).inside; }
    /// The most that were inside in the window, what it started with included, be it for an instant.
    std::uint32_t inside_max() const { return at_end_ ? at_end_->inside_max : inside_max_; }

    /// Mean levels in each bin; levels stay as they are from the last change on.
    struct Series {
        Bins bins;
        std::vector<double> busy;
        std::vector<double> inside;
    };
    std::optional<Series> series() const;

private:
    struct Sums {
        Wide busy = 0;
        Wide inside = 0;
    };
    struct AtEnd {
        Sums sums;
        std::uint32_t inside_max;
    };

    void pass_marks(Time now);
    Sums sums_at(Time at) const;
    Sums over_window(Time until) const;
    Time next_boundary() const;

    Time last_ = time_zero;
    Time next_mark_;
    std::uint32_t busy_ = 0;
    std::uint32_t inside_ = 0;
    std::uint32_t inside_max_ = 0;
    Wide busy_sum_ = 0;  ///< since time zero
    Wide inside_sum_ = 0;

    Window window_;
    std::optional<Sums> at_start_;  ///< of the window
    std::optional<AtEnd> at_end_;
    std::optional<Bins> bins_;
    std::vector<Sums> boundaries_;  ///< of the bins passed so far
};

}  // namespace orrery
