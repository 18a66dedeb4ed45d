/// Recorders over bins of virtual time, for series: exact integers, independent of the order of merging.
/// Every operation is constant time; 8 bytes a bin of a count, 24 of a level. See recorder.hpp for the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/base/wide.hpp"

namespace orrery {

/// The time axis of a binned recorder: bin i covers [start + i * step, start + (i + 1) * step).
struct Bins {
    Time start = time_zero;
    Duration step = 1s;
    std::size_t count = 0;
    friend bool operator==(const Bins&, const Bins&) = default;

    /// A bin and the times that it covers. Successive times mostly fall into one bin: a recorder keeps the last
    /// one and saves the division.
    struct Bin {
        std::size_t bin = 0;
        Time from{};
        Time to{};  ///< `from == to` covers nothing
        friend bool operator==(const Bin&, const Bin&) = default;
    };
    /// The bin of `at`; before `start`, a bin beyond all others.
    Bin around(Time at) const;
};

/// Events (or bytes) per bin. What lies outside the bins is not counted.
class BinnedCount {
public:
    /// A step that is not positive breaks an invariant.
    explicit BinnedCount(Bins bins);
    void add(Time at, std::int64_t amount = 1) {
        if (at < near_.from || at >= near_.to) near_ = bins_.around(at);
        if (near_.bin < counts_.size()) counts_[near_.bin] += amount;
    }
    /// Bins that differ break an invariant.
    void merge(const BinnedCount& other);
    const Bins& bins() const { return bins_; }
    const std::vector<std::int64_t>& counts() const { return counts_; }
    friend bool operator==(const BinnedCount& a, const BinnedCount& b) {
        return a.bins_ == b.bins_ && a.counts_ == b.counts_;
    }

private:
    Bins bins_;
    Bins::Bin near_;
    std::vector<std::int64_t> counts_;
};

/// A row of counts per bin, for several counts that are kept of the same times: the bin is found once, and its row
/// lies together.
template <class Row>
class BinnedRows {
public:
    explicit BinnedRows(Bins bins) : bins_(bins), rows_(bins.count) {}
    /// The row of the bin that `at` is in; null outside the bins.
    Row* find(Time at) {
        if (at < near_.from || at >= near_.to) near_ = bins_.around(at);
        return near_.bin < rows_.size() ? &rows_[near_.bin] : nullptr;
    }
    const Bins& bins() const { return bins_; }
    const std::vector<Row>& rows() const { return rows_; }

private:
    Bins bins_;
    Bins::Bin near_;
    std::vector<Row> rows_;
};

/// The integral of a level per bin, from steps in any order. Steps before the first bin set what it
/// starts with; steps after the last are ignored.
class BinnedLevel {
public:
    explicit BinnedLevel(Bins bins);
    void step(Time at, std::int64_t delta) {
        if (at <= bins_.start) [[unlikely]] {
            before_ += delta;
            return;
        }
        if (at < near_.from || at >= near_.to) near_ = bins_.around(at);
        if (near_.bin >= held_.size()) return;
        held_[near_.bin].inside += static_cast<Wide>(delta) * (near_.to - at).count();
        held_[near_.bin].delta += delta;
    }
    /// Bins that differ break an invariant.
    void merge(const BinnedLevel& other);
    const Bins& bins() const { return bins_; }
    /// Level times nanoseconds, for each bin.
    std::vector<Wide> integrals() const;
    /// Mean level in each bin.
    std::vector<double> means() const;
    friend bool operator==(const BinnedLevel& a, const BinnedLevel& b) {
        return a.bins_ == b.bins_ && a.before_ == b.before_ && a.held_ == b.held_;
    }

private:
    /// Steps inside a bin: what they add to the bin itself, and to the level of all later ones.
    struct Held {
        Wide inside = 0;
        std::int64_t delta = 0;
        friend bool operator==(const Held&, const Held&) = default;
    };
    Bins bins_;
    Bins::Bin near_;
    std::int64_t before_ = 0;  ///< the level at the start of the first bin
    std::vector<Held> held_;
};

}  // namespace orrery
