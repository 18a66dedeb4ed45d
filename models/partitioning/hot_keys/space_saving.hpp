/// SpaceSaving: the frequent items of a stream, with m counters.
///
/// Metwally, Agrawal, El Abbadi, "Efficient computation of frequent and top-k elements in data streams" (ICDT 2005),
/// with its Stream-Summary: every update is constant time. After N items
/// - the counts add up to N, and the smallest, once all counters are in use, is at most N / m;
/// - an item that is counted occurred at least `count - error` and at most `count` times, and error <= smallest count;
/// - an item that is not counted occurred at most as often as the smallest count says: whatever occurs more than N / m
///   times is counted.
///
/// Items are 64-bit: numbers, or hashes of keys (two keys of n meet with probability n^2 / 2^65). Memory is
/// `bytes_for(m)`, whatever the stream, taken at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace orrery::models {

class SpaceSaving {
public:
    struct Count {
        std::uint64_t item = 0;
        std::uint64_t count = 0;  ///< at least how often it occurred
        std::uint64_t error = 0;  ///< at most how much too large `count` is
        friend bool operator==(const Count&, const Count&) = default;
    };

    /// `counters` is 1 to 2^30.
    explicit SpaceSaving(std::uint32_t counters);

    /// As many counters as fit, at least one.
    static std::uint32_t counters_in(std::size_t bytes);
    static std::size_t bytes_for(std::uint32_t counters);

    /// One more of `item`; returns what is counted of it now. Where all counters are taken, the item whose smallest
    /// count is unchanged for longest gives way.
    Count add(std::uint64_t item);
    /// Nothing if it is not counted.
    std::optional<Count> find(std::uint64_t item) const;
    /// All counts, the largest first; of equal ones the smaller item first. O(m log m).
    std::vector<Count> counts() const;
    void clear();

    std::uint64_t items() const { return items_; }  ///< N
    /// 0 while counters are free.
    std::uint64_t smallest() const;
    std::uint32_t counters() const { return static_cast<std::uint32_t>(counters_.size()); }
    std::size_t memory_bytes() const { return bytes_for(counters()); }

private:
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    /// Counters of one count are a list, oldest first; lists of rising counts are a list.
    struct Counter {
        std::uint64_t item = 0;
        std::uint64_t error = 0;
        std::uint32_t bucket = none;
        std::uint32_t previous = none;
        std::uint32_t next = none;
    };
    struct Bucket {
        std::uint64_t count = 0;
        std::uint32_t first = none;
        std::uint32_t last = none;
        std::uint32_t previous = none;
        std::uint32_t next = none;
    };

    std::uint32_t slot_of(std::uint64_t item) const;
    void index(std::uint32_t counter);
    void unindex(std::uint64_t item);
    void attach(std::uint32_t counter, std::uint32_t bucket);
    void detach(std::uint32_t counter);
    std::uint32_t bucket_after(std::uint32_t previous, std::uint64_t count);
    void raise(std::uint32_t counter);

    std::vector<Counter> counters_;
    std::vector<Bucket> buckets_;
    std::vector<std::uint32_t> free_buckets_;
    std::vector<std::uint32_t> slots_;  ///< open addressing: item to counter
    std::uint32_t used_ = 0;
    std::uint32_t smallest_ = none;  ///< bucket
    std::uint64_t items_ = 0;
};

}  // namespace orrery::models
