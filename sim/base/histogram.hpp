/// Log-linear histogram of non-negative integers (nanoseconds, bytes): many samples, little memory,
/// quantiles with a stated error, exact merging.
///
/// Values below 2^11 have a bucket each. Above, every octave [2^k, 2^(k+1)) is cut into 2^10 equal
/// buckets, so a bucket is at most 2^-10 of its lower bound wide, and its middle is within 2^-11
/// (0.05 %) of every value inside: the bound on the relative error of a reported quantile. Count, sum
/// (hence the mean), minimum and maximum are exact. The layout is that of HdrHistogram (Tene).
///
/// It is a plain value: copy it, compare it, merge it. Merging is commutative and associative, so a
/// histogram merged from parts equals the one that saw all samples, whatever the order.
///
/// Cost: `record` takes a few ns once the octave has been seen (two shifts, one increment); memory is 8 KiB for
/// each octave between the smallest and the largest value, at most 432 KiB. Quantiles and iteration
/// walk the buckets.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/wide.hpp"

namespace orrery {

class Histogram {
public:
    /// Buckets an octave, as a power of two.
    static constexpr unsigned precision_bits = 10;
    /// Half a bucket's width over its lower bound, at most: 2^-11.
    static constexpr double relative_error = 0.5 / (1 << precision_bits);
    /// Buckets needed for every non-negative int64.
    static constexpr std::size_t bucket_limit = std::size_t{54} << precision_bits;

    /// All that a histogram holds, for storing it. `buckets` are (bucket, count), bucket ascending.
    struct Parts {
        std::int64_t min = 0;
        std::int64_t max = 0;
        Wide sum = 0;
        std::vector<std::pair<std::uint32_t, std::uint64_t>> buckets;
        friend bool operator==(const Parts&, const Parts&) = default;
    };

    /// Adds one sample. A negative value breaks an invariant.
    void record(std::int64_t value) { record_n(value, 1); }

    /// Adds `count` equal samples; none for 0.
    void record_n(std::int64_t value, std::uint64_t count) {
        if (count == 0) return;
        const std::size_t slot = bucket_of(value) - first_;
        if (slot < counts_.size()) [[likely]] {
            counts_[slot] += count;
        } else {
            grow_to(value);
            counts_[bucket_of(value) - first_] += count;
        }
        count_ += count;
        sum_ += static_cast<Wide>(value) * count;
        min_ = std::min(min_, value);
        max_ = std::max(max_, value);
    }

    /// Adds all samples of `other`, which may be this histogram itself.
    void merge(const Histogram& other);
    void clear() { *this = Histogram(); }

    bool empty() const { return count_ == 0; }
    std::uint64_t count() const { return count_; }
    Wide sum() const { return sum_; }
    // Of an empty histogram each of the following is 0.
    /// Exact but for one rounding of the sum and one of the division.
    double mean() const;
    std::int64_t min() const { return empty() ? 0 : min_; }
    std::int64_t max() const { return empty() ? 0 : max_; }

    /// The quantile by nearest rank: the least sample that at least a share `quantile` of all samples
    /// does not exceed, within `relative_error` of it. `value_at(0)` is the minimum and
    /// `value_at(1)` the maximum, both exact; outside [0, 1] the nearer of them.
    std::int64_t value_at(double quantile) const;

    /// Samples that are certainly, by their bucket, at most `value`.
    std::uint64_t count_at_most(std::int64_t value) const;

    /// Calls `visit(lowest, highest, count)` for each bucket that holds samples, ascending. `lowest` and
    /// `highest` are the least and the greatest value that the bucket could hold.
    template <class Visit>
    void for_each_bucket(Visit&& visit) const {
        for (std::size_t slot = 0; slot < counts_.size(); ++slot)
            if (counts_[slot] != 0) visit(lowest_in(slot + first_), highest_in(slot + first_), counts_[slot]);
    }

    Parts parts() const;
    /// What is wrong with `parts` (a bucket out of order or out of range, a count of 0, a minimum outside
    /// the first bucket, ...); nothing if a histogram could have given them.
    static std::optional<std::string> flaw_of(const Parts& parts);
    /// The histogram that gave `parts`. Parts with a flaw break an invariant.
    static Histogram from(const Parts& parts);

    /// Whether the same samples went in, as far as the buckets can tell.
    friend bool operator==(const Histogram& a, const Histogram& b);

    // The layout: ---------------------------------------------------------------------------------

    /// The bucket of `value`; for a negative one, some number not below `bucket_limit`.
    static constexpr std::size_t bucket_of(std::int64_t value) {
        constexpr std::uint64_t one_octave = std::uint64_t{1} << precision_bits;
        const auto bits = static_cast<std::uint64_t>(value);
        const unsigned shift = static_cast<unsigned>(std::bit_width(bits | one_octave)) - (precision_bits + 1);
        return (std::size_t{shift} << precision_bits) + static_cast<std::size_t>(bits >> shift);
    }
    static constexpr std::int64_t lowest_in(std::size_t bucket) {
        if (bucket < (std::size_t{2} << precision_bits)) return static_cast<std::int64_t>(bucket);
        const std::size_t shift = (bucket >> precision_bits) - 1;
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(bucket - (shift << precision_bits)) << shift);
    }
    static constexpr std::int64_t highest_in(std::size_t bucket) {
        if (bucket < (std::size_t{2} << precision_bits)) return static_cast<std::int64_t>(bucket);
        const std::size_t shift = (bucket >> precision_bits) - 1;
        return lowest_in(bucket) + static_cast<std::int64_t>((std::uint64_t{1} << shift) - 1);
    }

private:
    /// Makes room for the octave of `value` and for all between it and the present ones.
    void grow_to(std::int64_t value);
    void grow(std::size_t begin, std::size_t end);

    std::vector<std::uint64_t> counts_;  ///< of buckets first_, first_ + 1, ...: whole octaves
    std::size_t first_ = 0;
    std::uint64_t count_ = 0;
    Wide sum_ = 0;
    std::int64_t min_ = INT64_MAX;
    std::int64_t max_ = 0;
};

}  // namespace orrery
