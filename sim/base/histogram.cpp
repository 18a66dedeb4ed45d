#include "sim/base/histogram.hpp"

#include <cmath>

#include "sim/base/check.hpp"

namespace orrery {

namespace {

constexpr std::size_t octave = std::size_t{1} << Histogram::precision_bits;

}  // namespace

void Histogram::grow_to(std::int64_t value) {
    ORRERY_CHECK(value >= 0, "a histogram holds no negative value, got " + std::to_string(value));
    const std::size_t begin = bucket_of(value) / octave * octave;
    grow(begin, begin + octave);
}

void Histogram::grow(std::size_t begin, std::size_t end) {
    if (counts_.empty()) {
        first_ = begin;
        counts_.assign(end - begin, 0);
        return;
    }
    const std::size_t old_end = first_ + counts_.size();
    if (end > old_end) counts_.insert(counts_.end(), end - old_end, 0);
    if (begin < first_) {
        counts_.insert(counts_.begin(), first_ - begin, 0);
        first_ = begin;
    }
}

void Histogram::merge(const Histogram& other) {
    if (other.empty()) return;
    grow(other.first_, other.first_ + other.counts_.size());
    const std::size_t shift = other.first_ - first_;
    for (std::size_t slot = 0; slot < other.counts_.size(); ++slot) counts_[slot + shift] += other.counts_[slot];
    count_ += other.count_;
    sum_ += other.sum_;
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
}

double Histogram::mean() const {
    return empty() ? 0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

std::int64_t Histogram::value_at(double quantile) const {
    if (!(quantile > 0)) return min();
    if (quantile >= 1) return max();
    // 0.07 * 100 is a little above 7 in binary: without the slack its rank would be 8.
    const double rank_real = std::ceil(quantile * static_cast<double>(count_) * (1 - 1e-14));
    const std::uint64_t rank =
        std::clamp<std::uint64_t>(static_cast<std::uint64_t>(rank_real), 1, std::max<std::uint64_t>(count_, 1));
    std::uint64_t seen = 0;
    for (std::size_t slot = 0; slot < counts_.size(); ++slot) {
        seen += counts_[slot];
        if (seen < rank) continue;
        const std::int64_t lowest = lowest_in(slot + first_);
        return std::clamp(lowest + (highest_in(slot + first_) - lowest) / 2, min_, max_);
    }
    return max();
}

std::uint64_t Histogram::count_at_most(std::int64_t value) const {
    std::uint64_t seen = 0;
    for (std::size_t slot = 0; slot < counts_.size() && highest_in(slot + first_) <= value; ++slot)
        seen += counts_[slot];
    return value >= max() ? count_ : seen;
}

Histogram::Parts Histogram::parts() const {
    Parts parts{min(), max(), sum_, {}};
    for (std::size_t slot = 0; slot < counts_.size(); ++slot)
        if (counts_[slot] != 0) parts.buckets.emplace_back(static_cast<std::uint32_t>(slot + first_), counts_[slot]);
    return parts;
}

std::optional<std::string> Histogram::flaw_of(const Parts& parts) {
    if (parts.buckets.empty()) {
        if (parts.min != 0 || parts.max != 0 || parts.sum != 0) return "an empty histogram has min, max and sum 0";
        return std::nullopt;
    }
    std::uint64_t count = 0;
    Wide least = 0;
    Wide most = 0;
    for (std::size_t i = 0; i < parts.buckets.size(); ++i) {
        const auto [bucket, samples] = parts.buckets[i];
        const std::string where = "bucket " + std::to_string(bucket);
        if (bucket >= bucket_limit)
            return where + " is out of range, the last one is " + std::to_string(bucket_limit - 1);
        if (i > 0 && bucket <= parts.buckets[i - 1].first) return where + " does not ascend";
        if (samples == 0) return where + " has a count of 0";
        if (samples > UINT64_MAX - count) return "the counts add up to more than 2^64";
        count += samples;
        least += static_cast<Wide>(lowest_in(bucket)) * samples;
        most += static_cast<Wide>(highest_in(bucket)) * samples;
    }
    if (parts.min < 0 || bucket_of(parts.min) != parts.buckets.front().first) return "min is not in the first bucket";
    if (parts.max < parts.min || bucket_of(parts.max) != parts.buckets.back().first)
        return "max is not in the last bucket";
    if (parts.sum < least || parts.sum > most) return "the sum does not fit the buckets";
    return std::nullopt;
}

Histogram Histogram::from(const Parts& parts) {
    const auto flaw = flaw_of(parts);
    ORRERY_CHECK(!flaw, "parts that are no histogram: " + *flaw);
    Histogram histogram;
    if (parts.buckets.empty()) return histogram;
    histogram.grow_to(parts.min);
    histogram.grow_to(parts.max);
    for (const auto& [bucket, samples] : parts.buckets) {
        histogram.counts_[bucket - histogram.first_] = samples;
        histogram.count_ += samples;
    }
    histogram.sum_ = parts.sum;
    histogram.min_ = parts.min;
    histogram.max_ = parts.max;
    return histogram;
}

bool operator==(const Histogram& a, const Histogram& b) {
    return a.count_ == b.count_ && a.parts() == b.parts();
}

}  // namespace orrery
