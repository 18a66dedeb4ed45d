#include "models/partitioning/hot_keys/space_saving.hpp"

#include <algorithm>
#include <bit>

#include "sim/base/check.hpp"
#include "sim/base/random.hpp"

namespace orrery::models {

namespace {

/// Half of the slots at least stay empty.
std::size_t slots_for(std::uint32_t counters) {
    return std::bit_ceil(std::size_t{counters} * 2);
}

}  // namespace

SpaceSaving::SpaceSaving(std::uint32_t counters) {
    ORRERY_CHECK(counters >= 1 && counters <= (1u << 30), "SpaceSaving has 1 to 2^30 counters");
    counters_.resize(counters);
    buckets_.resize(std::size_t{counters} + 1);  // one more while a counter changes its bucket
    slots_.resize(slots_for(counters));
    free_buckets_.reserve(buckets_.size());
    clear();
}

std::size_t SpaceSaving::bytes_for(std::uint32_t counters) {
    return sizeof(SpaceSaving) + counters * sizeof(Counter) +
           (std::size_t{counters} + 1) * (sizeof(Bucket) + sizeof(std::uint32_t)) +
           slots_for(counters) * sizeof(std::uint32_t);
}

std::uint32_t SpaceSaving::counters_in(std::size_t bytes) {
    std::uint32_t low = 1;
    std::uint32_t high = 1u << 30;
    while (low < high) {
        const std::uint32_t middle = low + (high - low + 1) / 2;
        if (bytes_for(middle) <= bytes) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

void SpaceSaving::clear() {
    std::fill(slots_.begin(), slots_.end(), none);
    free_buckets_.clear();
    for (auto i = static_cast<std::uint32_t>(buckets_.size()); i-- > 0;) free_buckets_.push_back(i);
    used_ = 0;
    smallest_ = none;
    items_ = 0;
}

SpaceSaving::Count SpaceSaving::add(std::uint64_t item) {
    ++items_;
    std::uint32_t counter = slots_[slot_of(item)];
    if (counter == none && used_ < counters_.size()) {
        counter = used_++;
        counters_[counter] = {item, 0, none, none, none};
        index(counter);
        attach(counter, bucket_after(none, 1));
    } else {
        if (counter == none) {
            counter = buckets_[smallest_].first;
            unindex(counters_[counter].item);
            counters_[counter].item = item;
            counters_[counter].error = buckets_[smallest_].count;
            index(counter);
        }
        raise(counter);
    }
    return {item, buckets_[counters_[counter].bucket].count, counters_[counter].error};
}

std::optional<SpaceSaving::Count> SpaceSaving::find(std::uint64_t item) const {
    const std::uint32_t counter = slots_[slot_of(item)];
    if (counter == none) return std::nullopt;
    return Count{item, buckets_[counters_[counter].bucket].count, counters_[counter].error};
}

std::vector<SpaceSaving::Count> SpaceSaving::counts() const {
    std::vector<Count> out;
    out.reserve(used_);
    for (std::uint32_t i = 0; i < used_; ++i)
        out.push_back({counters_[i].item, buckets_[counters_[i].bucket].count, counters_[i].error});
    std::sort(out.begin(), out.end(),
              [](const Count& a, const Count& b) { return a.count != b.count ? a.count > b.count : a.item < b.item; });
    return out;
}

std::uint64_t SpaceSaving::smallest() const {
    return used_ < counters_.size() ? 0 : buckets_[smallest_].count;
}

/// Where `item` is indexed, or the empty slot where it would be.
std::uint32_t SpaceSaving::slot_of(std::uint64_t item) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = mix64(item) & mask;
    while (slots_[slot] != none && counters_[slots_[slot]].item != item) slot = (slot + 1) & mask;
    return static_cast<std::uint32_t>(slot);
}

void SpaceSaving::index(std::uint32_t counter) {
    slots_[slot_of(counters_[counter].item)] = counter;
}

/// Linear probing without tombstones: what was pushed past the hole moves back into it.
void SpaceSaving::unindex(std::uint64_t item) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t hole = slot_of(item);
    slots_[hole] = none;
    for (std::size_t slot = (hole + 1) & mask; slots_[slot] != none; slot = (slot + 1) & mask) {
        const std::size_t home = mix64(counters_[slots_[slot]].item) & mask;
        if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
        slots_[hole] = slots_[slot];
        slots_[slot] = none;
        hole = slot;
    }
}

void SpaceSaving::attach(std::uint32_t counter, std::uint32_t bucket) {
    Bucket& to = buckets_[bucket];
    counters_[counter].bucket = bucket;
    counters_[counter].previous = to.last;
    counters_[counter].next = none;
    (to.last == none ? to.first : counters_[to.last].next) = counter;
    to.last = counter;
}

/// An empty bucket leaves the list.
void SpaceSaving::detach(std::uint32_t counter) {
    const Counter& leaving = counters_[counter];
    Bucket& from = buckets_[leaving.bucket];
    (leaving.previous == none ? from.first : counters_[leaving.previous].next) = leaving.next;
    (leaving.next == none ? from.last : counters_[leaving.next].previous) = leaving.previous;
    if (from.first != none) return;
    (from.previous == none ? smallest_ : buckets_[from.previous].next) = from.next;
    if (from.next != none) buckets_[from.next].previous = from.previous;
    free_buckets_.push_back(leaving.bucket);
}

/// The bucket of `count`, which belongs directly behind `previous` (none: in front of all), made if it is not there.
std::uint32_t SpaceSaving::bucket_after(std::uint32_t previous, std::uint64_t count) {
    const std::uint32_t next = previous == none ? smallest_ : buckets_[previous].next;
    if (next != none && buckets_[next].count == count) return next;
    const std::uint32_t made = free_buckets_.back();
    free_buckets_.pop_back();
    buckets_[made] = {count, none, none, previous, next};
    (previous == none ? smallest_ : buckets_[previous].next) = made;
    if (next != none) buckets_[next].previous = made;
    return made;
}

void SpaceSaving::raise(std::uint32_t counter) {
    const std::uint32_t from = counters_[counter].bucket;
    const std::uint32_t to = bucket_after(from, buckets_[from].count + 1);
    detach(counter);
    attach(counter, to);
}

}  // namespace orrery::models
