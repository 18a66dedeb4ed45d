/// Ranges that tile an ordered space, split and merge, and remember their parents.
///
/// `Bound` is a point of the space (text, a 128-bit number). An open range holds the points from its start up to the
/// start of the next open one; the first begins at the least point. Ranges are numbered in the order in which they came
/// to be, closed ones stay on record. Lookup O(log n), split and merge O(n) moves.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/partitioning/partitioner.hpp"

namespace orrery::models {

template <class Bound>
class RangeLineage {
public:
    struct Range {
        Bound start{};
        std::optional<Bound> end = {};  ///< exclusive; nothing: to the end of the space
        bool open = true;
        std::optional<PartitionId> parent = {};
        std::optional<PartitionId> adjacent_parent = {};  ///< the second of a merge
    };

    /// Starts over with ranges 0..n-1 that begin at `starts`: rising, the first one the least point of the space.
    void reset(std::vector<Bound> starts) {
        starts_ = std::move(starts);
        ids_.clear();
        ranges_.clear();
        history_.clear();
        for (std::size_t i = 0; i < starts_.size(); ++i) {
            ids_.emplace_back(i);
            Range range;
            range.start = starts_[i];
            if (i + 1 < starts_.size()) range.end = starts_[i + 1];
            ranges_.push_back(std::move(range));
        }
    }

    /// `point` is a Bound, or what can be compared with one.
    template <class Point>
    PartitionId of(const Point& point) const {
        const auto after = std::upper_bound(starts_.begin(), starts_.end(), point, std::less<>());
        return ids_[static_cast<std::size_t>(after - starts_.begin()) - 1];
    }

    /// Of all ranges that ever were.
    std::uint32_t size() const { return static_cast<std::uint32_t>(ranges_.size()); }
    const Range& operator[](PartitionId id) const { return ranges_[id.index()]; }
    bool open(PartitionId id) const { return id.index() < ranges_.size() && ranges_[id.index()].open; }
    /// Open ranges in the order of the space.
    std::span<const PartitionId> open_ids() const { return ids_; }
    std::span<const PartitionChange> history() const { return history_; }

    /// `at` becomes the start of the second child. Throws PartitionError.
    const PartitionChange& split(PartitionId id, const Bound& at) {
        const std::size_t place = place_of(id);
        const Range parent = ranges_[id.index()];
        if (!(parent.start < at) || (parent.end && !(at < *parent.end)))
            throw PartitionError("partition " + std::to_string(id.value) +
                                 " cannot be split there; the point must be " +
                                 "inside its range and not at its start");
        require_room();
        const PartitionId low(ranges_.size());
        const PartitionId high(ranges_.size() + 1);
        ranges_[id.index()].open = false;
        ranges_.push_back({parent.start, at, true, id, std::nullopt});
        ranges_.push_back({at, parent.end, true, id, std::nullopt});
        ids_[place] = low;
        ids_.insert(ids_.begin() + static_cast<std::ptrdiff_t>(place) + 1, high);
        starts_.insert(starts_.begin() + static_cast<std::ptrdiff_t>(place) + 1, at);
        history_.push_back({PartitionChange::Kind::split, {id}, {low, high}});
        return history_.back();
    }

    /// Throws PartitionError.
    const PartitionChange& merge(PartitionId one, PartitionId other) {
        const std::size_t first = std::min(place_of(one), place_of(other));
        const std::size_t last = std::max(place_of(one), place_of(other));
        if (last != first + 1)
            throw PartitionError("partitions " + std::to_string(one.value) + " and " + std::to_string(other.value) +
                                 " do not touch; only neighbours can be merged");
        require_room();
        const PartitionId joined(ranges_.size());
        const Range low = ranges_[ids_[first].index()];
        const Range high = ranges_[ids_[last].index()];
        ranges_[one.index()].open = false;
        ranges_[other.index()].open = false;
        ranges_.push_back({low.start, high.end, true, one, other});
        ids_[first] = joined;
        ids_.erase(ids_.begin() + static_cast<std::ptrdiff_t>(last));
        starts_.erase(starts_.begin() + static_cast<std::ptrdiff_t>(last));
        history_.push_back({PartitionChange::Kind::merge, {one, other}, {joined}});
        return history_.back();
    }

    std::size_t memory_bytes() const {
        return starts_.capacity() * sizeof(Bound) + ids_.capacity() * sizeof(PartitionId) +
               ranges_.capacity() * sizeof(Range);
    }

private:
    /// Among the open ranges.
    std::size_t place_of(PartitionId id) const {
        if (id.index() >= ranges_.size()) throw PartitionError("there is no partition " + std::to_string(id.value));
        if (!ranges_[id.index()].open)
            throw PartitionError("partition " + std::to_string(id.value) + " was split or merged already");
        const auto after = std::upper_bound(starts_.begin(), starts_.end(), ranges_[id.index()].start);
        return static_cast<std::size_t>(after - starts_.begin()) - 1;
    }
    void require_room() const {
        if (ranges_.size() + 2 > partitions_max) throw PartitionError("there have been too many partitions");
    }

    std::vector<Bound> starts_;     ///< of the open ranges, rising
    std::vector<PartitionId> ids_;  ///< of the open ranges, in the same order
    std::vector<Range> ranges_;
    std::vector<PartitionChange> history_;
};

}  // namespace orrery::models
