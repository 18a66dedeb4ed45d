#include "sim/cluster/occupancy.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace orrery {

Occupancy::Occupancy(Window window) : next_mark_(std::min(window.from, window.to)), window_(window) {}

void Occupancy::record_series(Bins bins) {
    bins_ = bins;
    boundaries_.reserve(bins.count + 1);
    next_mark_ = std::min(next_mark_, next_boundary());
}

// The boundary that comes next; `time_max` when all have been passed.
Time Occupancy::next_boundary() const {
    if (!bins_ || boundaries_.size() > bins_->count) return time_max;
    return saturating_add(bins_->start, bins_->step * static_cast<std::int64_t>(boundaries_.size()));
}

void Occupancy::pass_marks(Time now) {
    ORRERY_CHECK(now >= last_, "the occupancy of a server goes back in time");
    if (!at_start_ && now >= window_.from) {
        at_start_ = sums_at(std::max(window_.from, last_));
        inside_max_ = inside_;  // instants before the window are none of its maxima
    }
    if (!at_end_ && now >= window_.to) at_end_ = AtEnd{sums_at(window_.to), inside_max_};
    while (next_boundary() <= now && next_boundary() != time_max) boundaries_.push_back(sums_at(next_boundary()));
    next_mark_ = next_boundary();
    if (!at_start_) next_mark_ = std::min(next_mark_, window_.from);
    if (!at_end_) next_mark_ = std::min(next_mark_, window_.to);
}

Occupancy::Sums Occupancy::sums_at(Time at) const {
    const std::int64_t elapsed = (at - last_).count();
    return {busy_sum_ + static_cast<Wide>(busy_) * elapsed, inside_sum_ + static_cast<Wide>(inside_) * elapsed};
}

Occupancy::Sums Occupancy::over_window(Time until) const {
    if (until <= window_.from) return {};
    const Sums from = at_start_ ? *at_start_ : sums_at(window_.from);
    const Sums to = at_end_ ? at_end_->sums : sums_at(std::min(until, window_.to));
    return {to.busy - from.busy, to.inside - from.inside};
}

std::optional<Occupancy::Series> Occupancy::series() const {
    if (!bins_) return {};
    Series series{*bins_, {}, {}};
    const auto sums = [&](std::size_t boundary) {
        if (boundary < boundaries_.size()) return boundaries_[boundary];
        return sums_at(bins_->start + bins_->step * static_cast<std::int64_t>(boundary));
    };
    const auto step = static_cast<double>(bins_->step.count());
    for (std::size_t i = 0; i < bins_->count; ++i) {
        const Sums from = sums(i);
        const Sums to = sums(i + 1);
        series.busy.push_back(static_cast<double>(to.busy - from.busy) / step);
        series.inside.push_back(static_cast<double>(to.inside - from.inside) / step);
    }
    return series;
}

}  // namespace orrery
