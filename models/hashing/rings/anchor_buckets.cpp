#include "models/hashing/rings/anchor_buckets.hpp"

#include <numeric>

#include "sim/base/check.hpp"

namespace orrery::models {

void AnchorBuckets::reset(Bucket size, Bucket working) {
    ORRERY_CHECK(working <= size, "an anchor has no more working buckets than buckets");
    cells_.assign(size, Cell{});
    for (Bucket b = 0; b < size; ++b) cells_[b].successor = b;
    at_.resize(size);
    std::iota(at_.begin(), at_.end(), Bucket{0});
    place_ = at_;
    removed_.clear();
    removed_.reserve(size);
    working_ = size;
    while (working_ > working) remove(working_ - 1);
}

void AnchorBuckets::remove(Bucket bucket) {
    ORRERY_CHECK(bucket < cells_.size() && works(bucket), "a bucket that is removed works");
    --working_;
    removed_.push_back(bucket);
    const Bucket last = at_[working_];
    at_[place_[bucket]] = last;
    place_[last] = place_[bucket];
    // With none left there is nothing to draw from, and 0 would mean that it works.
    cells_[bucket] = {working_, last};
}

AnchorBuckets::Bucket AnchorBuckets::add() {
    ORRERY_CHECK(!removed_.empty(), "an anchor that grows has a bucket left");
    const Bucket bucket = removed_.back();
    removed_.pop_back();
    const Bucket last = at_[working_];
    place_[last] = working_;
    at_[place_[bucket]] = bucket;
    cells_[bucket] = {0, bucket};
    ++working_;
    return bucket;
}

std::size_t AnchorBuckets::memory_bytes() const {
    return cells_.capacity() * sizeof(Cell) +
           (at_.capacity() + place_.capacity() + removed_.capacity()) * sizeof(Bucket);
}

}  // namespace orrery::models
