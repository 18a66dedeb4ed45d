#include "models/hashing/rings/point_index.hpp"

#include <algorithm>
#include <bit>

#include "sim/base/check.hpp"

namespace orrery::models {

namespace {

/// Pages for so many points: 4 to 8 points each.
std::size_t pages_for(std::size_t points) {
    return std::max<std::size_t>(1, std::bit_ceil(points) / 8);
}

constexpr std::uint32_t room = 2;  ///< for so many more points in a page that is made

}  // namespace

void PointIndex::assign(std::span<const RingPoint> points) {
    const std::size_t pages = pages_for(points.size());
    ORRERY_CHECK(points.size() + room * pages < (std::uint64_t{1} << 32), "a ring has fewer than 2^32 points");
    pages_.assign(pages, Page{});
    shift_ = 63 - static_cast<unsigned>(std::countr_zero(pages));
    for (const RingPoint& point : points) ++pages_[page_of(point.at)].capacity;
    std::uint32_t begin = 0;
    for (Page& page : pages_) {
        page.begin = begin;
        page.capacity += room;
        begin += page.capacity;
    }
    pool_.assign(begin, RingPoint{});
    pool_.shrink_to_fit();
    for (const RingPoint& point : points) {
        Page& page = pages_[page_of(point.at)];
        pool_[page.begin + page.count++] = point;
    }
    for (const Page& page : pages_) {
        const auto first = pool_.begin() + page.begin;
        std::sort(first, first + page.count);
    }
    size_ = points.size();
}

void PointIndex::insert(std::span<const RingPoint> points) {
    for (const RingPoint& point : points) insert(point);
    // Twice as many points a page as wanted, or a pool that is mostly abandoned pages.
    if (size_ > 16 * pages_.size() || pool_.size() > 4 * (size_ + room * pages_.size())) assign(all());
}

void PointIndex::insert(const RingPoint& point) {
    Page& page = pages_[page_of(point.at)];
    if (page.count == page.capacity) make_room(page);
    const auto begin = pool_.begin() + page.begin;
    const auto end = begin + page.count;
    const auto place = std::lower_bound(begin, end, point);
    std::move_backward(place, end, end + 1);
    *place = point;
    ++page.count;
    ++size_;
}

void PointIndex::make_room(Page& page) {
    const std::uint32_t capacity = page.capacity + page.capacity / 2 + room;
    const std::size_t begin = pool_.size();
    ORRERY_CHECK(begin + capacity < (std::uint64_t{1} << 32), "a ring has fewer than 2^32 points");
    pool_.resize(begin + capacity);
    std::copy_n(pool_.begin() + page.begin, page.count, pool_.begin() + static_cast<std::ptrdiff_t>(begin));
    page.begin = static_cast<std::uint32_t>(begin);
    page.capacity = capacity;
}

void PointIndex::erase(std::span<const RingPoint> points) {
    for (const RingPoint& point : points) {
        Page& page = pages_[page_of(point.at)];
        const auto begin = pool_.begin() + page.begin;
        const auto end = begin + page.count;
        const auto place = std::lower_bound(begin, end, point);
        ORRERY_CHECK(place != end && *place == point, "a point that leaves the ring is on it");
        std::move(place + 1, end, place);
        --page.count;
        --size_;
    }
    // Look-ups pass over empty pages: not too many of them.
    if (pages_.size() > 1 && size_ < 2 * pages_.size()) assign(all());
}

const RingPoint* PointIndex::search(const RingPoint* begin, const RingPoint* end, std::uint64_t at) {
    return std::lower_bound(begin, end, at, [](const RingPoint& p, std::uint64_t value) { return p.at < value; });
}

const RingPoint& PointIndex::first_after(std::size_t page) const {
    do page = (page + 1) & (pages_.size() - 1);
    while (pages_[page].count == 0);
    return pool_[pages_[page].begin];
}

std::vector<RingPoint> PointIndex::all() const {
    std::vector<RingPoint> points;
    points.reserve(size_);
    for (const Page& page : pages_)
        points.insert(points.end(), pool_.begin() + page.begin, pool_.begin() + page.begin + page.count);
    return points;
}

}  // namespace orrery::models
