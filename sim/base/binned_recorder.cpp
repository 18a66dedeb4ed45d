#include "sim/base/binned_recorder.hpp"

#include "sim/base/check.hpp"

namespace orrery {

Bins::Bin Bins::around(Time at) const {
    if (at < start) return {count, Time::min(), start};
    const std::int64_t bin = (at - start) / step;
    if (bin >= static_cast<std::int64_t>(count))
        return {count, start + step * static_cast<std::int64_t>(count), Time::max()};
    const Time from = start + step * bin;
    return {static_cast<std::size_t>(bin), from, from + step};
}

BinnedCount::BinnedCount(Bins bins) : bins_(bins), counts_(bins.count) {
    ORRERY_CHECK(bins.step > Duration::zero(), "bins of a recorder must have a positive step");
}

void BinnedCount::merge(const BinnedCount& other) {
    ORRERY_CHECK(bins_ == other.bins_, "counts over different bins cannot be merged");
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
}

BinnedLevel::BinnedLevel(Bins bins) : bins_(bins), held_(bins.count) {
    ORRERY_CHECK(bins.step > Duration::zero(), "bins of a recorder must have a positive step");
}

void BinnedLevel::merge(const BinnedLevel& other) {
    ORRERY_CHECK(bins_ == other.bins_, "levels over different bins cannot be merged");
    before_ += other.before_;
    for (std::size_t i = 0; i < held_.size(); ++i) {
        held_[i].inside += other.held_[i].inside;
        held_[i].delta += other.held_[i].delta;
    }
}

std::vector<Wide> BinnedLevel::integrals() const {
    std::vector<Wide> out;
    out.reserve(held_.size());
    std::int64_t level = before_;
    for (const Held& bin : held_) {
        out.push_back(static_cast<Wide>(level) * bins_.step.count() + bin.inside);
        level += bin.delta;
    }
    return out;
}

std::vector<double> BinnedLevel::means() const {
    std::vector<double> out;
    out.reserve(held_.size());
    for (const Wide integral : integrals())
        out.push_back(static_cast<double>(integral) / static_cast<double>(bins_.step.count()));
    return out;
}

}  // namespace orrery
