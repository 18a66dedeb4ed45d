/// Points on a circle of 2^32 or 2^64, each of a place (see listed_ring.hpp): what ring schemes look up in.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/hashing/rings/listed_ring.hpp"

namespace orrery::models {

/// `Word` is unsigned: uint32_t or uint64_t.
template <class Word>
class Circle {
public:
    struct Point {
        Word at = 0;
        std::uint32_t place = 0;
        friend auto operator<=>(const Point&, const Point&) = default;
    };

    Circle() = default;
    /// Sorts by position, points at the same position by place. O(n log n).
    explicit Circle(std::vector<Point> points) : points_(std::move(points)) {
        std::sort(points_.begin(), points_.end());
    }

    const std::vector<Point>& points() const { return points_; }
    std::size_t size() const { return points_.size(); }

    /// Index of the first point at `hash` or after it, around the end to 0. O(log n); there are points.
    std::size_t at_or_after(Word hash) const {
        const auto found = std::lower_bound(points_.begin(), points_.end(), hash,
                                            [](const Point& point, Word h) { return point.at < h; });
        return found == points_.end() ? 0 : static_cast<std::size_t>(found - points_.begin());
    }
    std::size_t after(std::size_t index) const { return index + 1 == points_.size() ? 0 : index + 1; }
    std::size_t before(std::size_t index) const { return (index == 0 ? points_.size() : index) - 1; }
    std::uint32_t place(std::size_t index) const { return points_[index].place; }

    /// Offers places clockwise from point `index`, once around at most.
    void prefer(std::size_t index, Preference& preference) const {
        for (std::size_t i = 0; i < points_.size() && !preference.full(); ++i, index = after(index))
            preference.offer(points_[index].place);
    }
    std::size_t memory_bytes() const { return points_.size() * sizeof(Point); }

private:
    std::vector<Point> points_;
};

}  // namespace orrery::models
