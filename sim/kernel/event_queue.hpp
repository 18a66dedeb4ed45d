/// The pending events, in order: a monotone radix ladder.
///
/// Times never go back, so an event's place depends only on the highest 6-bit digit in which its time
/// differs from a moving base: 11 levels of 64 buckets, a bitmap a level, events in pooled chunks. The
/// lowest bucket is taken apart only when the run reaches it; once it holds few events they are scattered by
/// their time into the ready run, from which events leave. An event moves down at most 11 times and about 2 in
/// practice, whatever the number pending: the cost is flat from a thousand to a million (see tests/bench).
/// After Ahuja, Mehlhorn, Orlin, Tarjan, "Faster algorithms for the shortest path problem", JACM 1990
/// (radix heap), and Tang, Goh, Thng, "Ladder queue", TOMACS 2005 (a sorted bottom).
///
/// Order within an instant is (round, origin, sequence); see event.hpp. A round is sorted once.
///
///     push     amortised O(levels), about 20 ns
///     pop      amortised O(levels + log 32), about 25 ns
///     sweep    O(n)
///     memory   24 bytes an event in chunks of 10, and 6 kB
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/kernel/event.hpp"

namespace orrery {

/// How far ahead of its turn an event is announced: twelve events, eight, or four. Memory answers in the time of about
/// three, so what `far` fetches can be read at `middle`, and what that leads to at `near`.
enum class Distance : std::uint8_t { far = 12, middle = 8, near = 4 };

class EventQueue {
public:
    EventQueue();

    /// Adds an event at `now()` or later.
    void push(const Event& event) {
        ++size_;
        const std::uint64_t at = ticks(event);
        if (at == now_) [[unlikely]] {
            next_round_.push_back(event);
            ++in_rounds_;
        } else if (at < horizon_) {
            insert_ready(event);
        } else if (ladder_size_ == 0 && ready_.size() < run_least) {
            horizon_ = at + 1;
            insert_ready(event);
        } else {
            place(event);
        }
    }

    /// Takes the first event into `out` and moves `now()` to it, if its time is before `limit`. `approach` is told of
    /// events that come near (see Distance), so that what they will touch can be fetched, unless it is `indifferent()`.
    /// That is a hint: an event that is scheduled late is announced less often or never.
    template <class Approach>
    bool pop(Event& out, Time limit, Approach&& approach) {
        if (ready_.empty() && ladder_size_ != 0) {
            refill();
            if (!approach.indifferent()) announce_head(approach);
        }
        if (!ready_.empty() && (in_rounds_ == 0 || ticks(ready_.back()) == now_)) {
            if (ready_.back().at >= limit) return false;
            if (!approach.indifferent()) {
                announce(approach, Distance::far);
                announce(approach, Distance::middle);
                announce(approach, Distance::near);
            }
            out = ready_.back();
            ready_.pop_back();
            now_ = ticks(out);
            --size_;
            return true;
        }
        if (in_rounds_ == 0 || Time(Duration(static_cast<std::int64_t>(now_))) >= limit) return false;
        out = pop_round();
        return true;
    }

    /// Time of the first event; `time_max` when there is none. May take a bucket apart.
    Time next_at();

    /// Time of the event popped last; the start of the run before that.
    Time now() const { return Time(Duration(static_cast<std::int64_t>(now_))); }

    /// Moves `now()` forward to `at`; no event before `at` may be pending.
    void advance_to(Time at) { now_ = static_cast<std::uint64_t>(at.time_since_epoch().count()); }

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

    /// Removes every pending event for which `dead` holds; returns how many.
    template <class Dead>
    std::size_t sweep(Dead&& dead) {
        std::vector<Event> kept = take_ladder();
        std::size_t removed = std::erase_if(kept, dead);
        removed += std::erase_if(ready_, dead);
        const std::size_t rounds = std::erase_if(round_, dead) + std::erase_if(next_round_, dead);
        in_rounds_ -= rounds;
        size_ -= removed + rounds;
        for (const Event& event : kept) place(event);
        return removed + rounds;
    }

    /// Calls `visit` with every pending event, in no meaningful order. For inspection.
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (const auto* run : {&ready_, &round_, &next_round_})
            for (const Event& event : *run) visit(event);
        for (const auto& level : buckets_)
            for (const Bucket& bucket : level)
                for (std::uint32_t at = bucket.head; at != no_chunk; at = chunks_[at].next)
                    for (std::uint32_t i = 0; i < chunks_[at].used; ++i) visit(chunks_[at].events[i]);
    }

private:
    static constexpr int digit_bits = 6;
    static constexpr int digits = 1 << digit_bits;
    static constexpr int levels = 11;
    // A bucket of at most `run_size()` events becomes the ready run, a larger one is split. Long runs save moves down
    // the ladder; but what is scheduled inside a run is inserted, so that a run is to be a small part of all.
    static constexpr std::size_t run_least = 32;
    static constexpr std::size_t run_most = 256;
    static constexpr std::size_t bins = 64;  ///< of the scattering of a run by time
    static constexpr std::uint32_t no_chunk = std::numeric_limits<std::uint32_t>::max();

    struct Bucket {
        std::uint32_t head = no_chunk;
        std::uint32_t count = 0;
    };
    struct alignas(64) Chunk {
        std::array<Event, 10> events;
        std::uint32_t next;
        std::uint32_t used;
    };
    static_assert(sizeof(Chunk) == 256);

    static std::uint64_t ticks(const Event& event) {
        return static_cast<std::uint64_t>(event.at.time_since_epoch().count());
    }
    /// Level of an event: position of the highest digit in which its time differs from the base.
    int level_of(std::uint64_t at) const {
        const std::uint64_t differing = (at ^ base_) | 1;
        return ((63 - __builtin_clzll(differing)) * 43) >> 8;  // division by 6, exact for 0..63
    }

    void place(const Event& event) {
        const std::uint64_t at = ticks(event);
        const int level = level_of(at);
        const auto digit = static_cast<std::size_t>((at >> (level * digit_bits)) & (digits - 1));
        Bucket& bucket = buckets_[static_cast<std::size_t>(level)][digit];
        if (bucket.head == no_chunk || chunks_[bucket.head].used == chunks_[bucket.head].events.size()) [[unlikely]]
            open_chunk(bucket, level, digit);
        Chunk& chunk = chunks_[bucket.head];
        chunk.events[chunk.used++] = event;
        ++bucket.count;
        ++ladder_size_;
    }

    /// Of the event that now is so far ahead in the run.
    template <class Approach>
    void announce(Approach& approach, Distance distance) const {
        const auto ahead = static_cast<std::size_t>(distance);
        if (ready_.size() > ahead) approach(ready_[ready_.size() - 1 - ahead], distance);
    }
    /// Of the events with which a run begins: they have come nearer than that at once.
    template <class Approach>
    void announce_head(Approach& approach) const {
        for (const Distance distance : {Distance::far, Distance::middle, Distance::near})
            for (std::size_t i = 0; i < std::min(ready_.size(), static_cast<std::size_t>(distance)); ++i)
                approach(ready_[ready_.size() - 1 - i], distance);
    }

    std::size_t run_size() const { return std::clamp(size_ / 64, run_least, run_most); }

    void insert_ready(const Event& event) {
        // A run that has grown far beyond its size is cut.
        if (ready_.size() >= 3 * run_size()) [[unlikely]] {
            cut_ready();
            if (ticks(event) >= horizon_) return place(event);
        }
        // The run is sorted with the first event last; most insertions are near its end.
        ready_.push_back(event);
        std::size_t hole = ready_.size() - 1;
        const UnsignedWide key = sort_key(event);
        while (hole > 0 && sort_key(ready_[hole - 1]) < key) {
            ready_[hole] = ready_[hole - 1];
            --hole;
        }
        ready_[hole] = event;
    }

    void open_chunk(Bucket& bucket, int level, std::size_t digit);
    void refill();
    void gather(Bucket& bucket);
    void scatter_into_ready();
    void split(Bucket& bucket);
    void cut_ready();
    Event pop_round();
    std::vector<Event> take_ladder();

    std::uint64_t now_ = 0;
    std::uint64_t base_ = 0;     ///< reference of all levels; at most every time in the ladder
    std::uint64_t horizon_ = 0;  ///< times below it belong to the ready run
    std::size_t size_ = 0;
    std::size_t ladder_size_ = 0;
    std::size_t in_rounds_ = 0;
    std::vector<Event> ready_;       ///< sorted, first event last
    std::vector<Event> gathered_;    ///< what is to become the ready run; empty between calls
    std::vector<Event> round_;       ///< the rest of the running round, sorted, first event last
    std::vector<Event> next_round_;  ///< what was scheduled for now, unsorted
    std::uint32_t level_bitmap_ = 0;
    std::uint32_t free_chunk_ = no_chunk;
    std::array<std::uint64_t, levels> bitmap_{};
    std::array<std::array<Bucket, digits>, levels> buckets_{};
    std::vector<Chunk> chunks_;
};

}  // namespace orrery
