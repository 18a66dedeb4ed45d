#include "sim/kernel/event_queue.hpp"

#include <algorithm>
#include <bit>

namespace orrery {

namespace {

bool later_first(const Event& a, const Event& b) {
    return precedes(b, a);
}

// Mostly two or three events; a crowd of one instant may be many.
void sort_later_first(Event* begin, Event* end) {
    if (end - begin > 16) return std::sort(begin, end, later_first);
    for (Event* next = begin + 1; next < end; ++next) {
        const Event event = *next;
        Event* hole = next;
        for (; hole > begin && precedes(hole[-1], event); --hole) *hole = hole[-1];
        *hole = event;
    }
}

}  // namespace

EventQueue::EventQueue() {
    ready_.reserve(3 * run_least + 1);
}

void EventQueue::open_chunk(Bucket& bucket, int level, std::size_t digit) {
    std::uint32_t index = free_chunk_;
    if (index != no_chunk) {
        free_chunk_ = chunks_[index].next;
    } else {
        index = static_cast<std::uint32_t>(chunks_.size());
        chunks_.emplace_back();
    }
    chunks_[index].next = bucket.head;
    chunks_[index].used = 0;
    bucket.head = index;
    bitmap_[static_cast<std::size_t>(level)] |= std::uint64_t{1} << digit;
    level_bitmap_ |= std::uint32_t{1} << level;
}

void EventQueue::gather(Bucket& bucket) {
    for (std::uint32_t index = bucket.head; index != no_chunk;) {
        Chunk& chunk = chunks_[index];
        const std::size_t before = gathered_.size();
        gathered_.resize(before + chunk.used);
        std::copy_n(chunk.events.begin(), chunk.used, gathered_.begin() + static_cast<std::ptrdiff_t>(before));
        const std::uint32_t next = chunk.next;
        chunk.next = free_chunk_;
        free_chunk_ = index;
        index = next;
    }
    ladder_size_ -= bucket.count;
    bucket = Bucket{};
}

// Sorts what was gathered into the ready run: by bins of time, then within each. A few events, or more than fit a run
// (all of one instant), are sorted by comparison alone.
void EventQueue::scatter_into_ready() {
    const std::size_t count = gathered_.size();
    ready_.resize(count);
    if (count <= 16 || count > run_most) {
        std::copy(gathered_.begin(), gathered_.end(), ready_.begin());
        std::sort(ready_.begin(), ready_.end(), later_first);
        gathered_.clear();
        return;
    }
    std::uint64_t first = ticks(gathered_.front());
    std::uint64_t last = first;
    for (const Event& event : gathered_) {
        first = std::min(first, ticks(event));
        last = std::max(last, ticks(event));
    }
    const auto width = static_cast<int>(std::bit_width(last - first));
    const int shift = std::max(0, width - static_cast<int>(std::bit_width(bins - 1)));
    // Bins from the last one down: the first event goes last.
    const auto bin_of = [&](const Event& event) { return static_cast<std::size_t>((last - ticks(event)) >> shift); };
    std::array<std::uint16_t, bins + 1> end{};
    for (const Event& event : gathered_) ++end[bin_of(event) + 1];
    for (std::size_t bin = 1; bin <= bins; ++bin) end[bin] = static_cast<std::uint16_t>(end[bin] + end[bin - 1]);
    for (const Event& event : gathered_) ready_[end[bin_of(event)]++] = event;
    gathered_.clear();
    std::size_t begin = 0;
    for (std::size_t bin = 0; bin < bins; begin = end[bin++])
        if (end[bin] - begin > 1) sort_later_first(&ready_[begin], &ready_[begin] + (end[bin] - begin));
}

// Takes the lowest bucket: few events become the ready run; many are spread over lower levels first.
void EventQueue::refill() {
    while (ready_.empty()) {
        const int level = std::countr_zero(level_bitmap_);
        const auto row = static_cast<std::size_t>(level);
        const int shift = level * digit_bits;
        auto digit = static_cast<std::size_t>(std::countr_zero(bitmap_[row]));
        // The top level's digit has only 4 bits of a 64-bit time; shifting by 66 would be undefined.
        const int upper = shift + digit_bits;
        const std::uint64_t above = upper >= 64 ? 0 : base_ >> upper << upper;
        base_ = above | static_cast<std::uint64_t>(digit) << shift;
        const std::size_t run = run_size();
        if (level != 0 && buckets_[row][digit].count > run) {
            split(buckets_[row][digit]);
            bitmap_[row] &= ~(std::uint64_t{1} << digit);
        } else {
            // Sparse neighbours go along, so that a run is worth its sorting.
            std::size_t taken = 0;
            std::uint64_t end = 0;
            do {
                taken += buckets_[row][digit].count;
                gather(buckets_[row][digit]);
                bitmap_[row] &= ~(std::uint64_t{1} << digit);
                end = above | static_cast<std::uint64_t>(digit) << shift;
                if (bitmap_[row] == 0) break;
                digit = static_cast<std::size_t>(std::countr_zero(bitmap_[row]));
            } while (taken + buckets_[row][digit].count <= run);
            horizon_ = end + (std::uint64_t{1} << shift);
            scatter_into_ready();
        }
        if (bitmap_[row] == 0) level_bitmap_ &= ~(std::uint32_t{1} << level);
    }
}

// Moves a crowded bucket to lower levels, relative to its earliest time, whose events are ready at once:
// a crowd of equal times is thus moved once more and sorted once.
void EventQueue::split(Bucket& bucket) {
    const Bucket crowded = bucket;
    bucket = Bucket{};
    ladder_size_ -= crowded.count;
    std::uint64_t earliest = std::numeric_limits<std::uint64_t>::max();
    for (std::uint32_t index = crowded.head; index != no_chunk; index = chunks_[index].next)
        for (std::uint32_t i = 0; i < chunks_[index].used; ++i)
            earliest = std::min(earliest, ticks(chunks_[index].events[i]));
    base_ = earliest;
    horizon_ = earliest + 1;
    for (std::uint32_t index = crowded.head; index != no_chunk;) {
        const std::uint32_t next = chunks_[index].next;
        for (std::uint32_t i = 0; i < chunks_[index].used; ++i) {
            const Event event = chunks_[index].events[i];  // a copy: `place` may move the chunks
            if (ticks(event) == earliest)
                gathered_.push_back(event);
            else
                place(event);
        }
        chunks_[index].next = free_chunk_;
        free_chunk_ = index;
        index = next;
    }
    scatter_into_ready();
}

// A run that grows far beyond its target would make insertion linear: all but its first events go back
// to the ladder. Events of one instant stay together, and those of the present instant stay ready.
void EventQueue::cut_ready() {
    std::uint64_t from = ticks(ready_[ready_.size() - run_least / 2]);
    if (from == now_) {
        const auto later =
            std::find_if(ready_.rbegin(), ready_.rend(), [&](const Event& event) { return ticks(event) > now_; });
        from = later == ready_.rend() ? now_ + 1 : ticks(*later);
    }
    std::size_t cut = 0;
    while (cut < ready_.size() && ticks(ready_[cut]) >= from) ++cut;
    if (from < base_) {
        // The base had moved to a bucket that the run has not reached yet; since then earlier events
        // came. At most once a bucket, everything is placed anew.
        const std::vector<Event> all = take_ladder();
        base_ = from;
        for (const Event& event : all) place(event);
    }
    for (std::size_t i = 0; i < cut; ++i) place(ready_[i]);
    ready_.erase(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(cut));
    horizon_ = from;
}

Event EventQueue::pop_round() {
    if (round_.empty()) {
        round_.swap(next_round_);
        std::sort(round_.begin(), round_.end(), [](const Event& a, const Event& b) { return a.order > b.order; });
    }
    const Event event = round_.back();
    round_.pop_back();
    --in_rounds_;
    --size_;
    return event;
}

Time EventQueue::next_at() {
    if (in_rounds_ != 0) return now();
    if (ready_.empty() && ladder_size_ != 0) refill();
    return ready_.empty() ? time_max : ready_.back().at;
}

std::vector<Event> EventQueue::take_ladder() {
    std::vector<Event> all;
    all.reserve(ladder_size_);
    for (auto& level : buckets_) {
        for (Bucket& bucket : level) {
            for (std::uint32_t index = bucket.head; index != no_chunk; index = chunks_[index].next)
                all.insert(all.end(), chunks_[index].events.begin(),
                           chunks_[index].events.begin() + chunks_[index].used);
            bucket = Bucket{};
        }
    }
    bitmap_.fill(0);
    level_bitmap_ = 0;
    ladder_size_ = 0;
    chunks_.clear();
    free_chunk_ = no_chunk;
    return all;
}

}  // namespace orrery
