/// PointIndex: points on a circle of 2^64, each a member's; which is the next clockwise?
///
/// The circle is cut into equal pages, a power of two of them, 4 to 8 points each on average; a page's points stand
/// together in order, with room for a few more. A look-up reads a page's entry and scans its points: two cache lines
/// whatever the size, O(1) where points are spread evenly, O(log n) where they are not. A change touches the pages of
/// its points alone. (A sorted array would have to be moved for each change, 20 MB at a million points; a balanced tree
/// costs a cache miss a level.)
///
/// Points at the same place are in order of member id, so the order of insertion leaves no trace.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/hashing/ring.hpp"
#include "sim/base/prefetch.hpp"

namespace orrery::models {

struct RingPoint {
    std::uint64_t at = 0;
    MemberId member{};
    friend auto operator<=>(const RingPoint&, const RingPoint&) = default;
};

class PointIndex {
public:
    /// Starts over with these points, in any order. O(n).
    void assign(std::span<const RingPoint> points);
    /// O(1) a point on average.
    void insert(std::span<const RingPoint> points);
    /// The points are there.
    void erase(std::span<const RingPoint> points);

    std::size_t size() const { return size_; }
    std::size_t memory_bytes() const { return pages_.capacity() * sizeof(Page) + pool_.capacity() * sizeof(RingPoint); }

    /// The first point at or after `at`, clockwise. There is one.
    const RingPoint& successor(std::uint64_t at) const {
        const std::size_t page = page_of(at);
        const RingPoint* const begin = pool_.data() + pages_[page].begin;
        const RingPoint* const end = begin + pages_[page].count;
        const RingPoint* point = pages_[page].count <= scanned ? scan(begin, end, at) : search(begin, end, at);
        return point != end ? *point : first_after(page);
    }

    /// Calls `visit` for the points from successor(at) clockwise, once around, until it says so.
    enum class Walk : std::uint8_t { on, stop };
    template <class Visit>
    void walk(std::uint64_t at, Visit visit) const {
        const std::size_t first = page_of(at);
        const auto in_page = [&](std::size_t page, auto wanted) {
            const Page& here = pages_[page];
            for (std::uint32_t i = 0; i < here.count; ++i) {
                const RingPoint& point = pool_[here.begin + i];
                if (wanted(point) && visit(point) == Walk::stop) return Walk::stop;
            }
            return Walk::on;
        };
        if (in_page(first, [&](const RingPoint& p) { return p.at >= at; }) == Walk::stop) return;
        for (std::size_t i = 1; i < pages_.size(); ++i) {
            const std::size_t page = (first + i) & (pages_.size() - 1);
            if (in_page(page, [](const RingPoint&) { return true; }) == Walk::stop) return;
        }
        in_page(first, [&](const RingPoint& p) { return p.at < at; });
    }

    // For look-ups of many at once: ask for what they will read.
    void prefetch_page(std::uint64_t at) const { orrery::prefetch(&pages_[page_of(at)]); }
    void prefetch_points(std::uint64_t at) const {
        orrery::prefetch(pool_.data() + pages_[page_of(at)].begin);
        orrery::prefetch(pool_.data() + pages_[page_of(at)].begin + 4);
    }

private:
    struct Page {
        std::uint32_t begin = 0;  ///< in pool_
        std::uint32_t count = 0;
        std::uint32_t capacity = 0;
    };
    static constexpr std::uint32_t scanned = 24;  ///< a page of more points is searched by halves

    std::size_t page_of(std::uint64_t at) const { return (at >> 1) >> shift_; }
    static const RingPoint* scan(const RingPoint* begin, const RingPoint* end, std::uint64_t at) {
        while (begin != end && begin->at < at) ++begin;
        return begin;
    }
    static const RingPoint* search(const RingPoint* begin, const RingPoint* end, std::uint64_t at);
    const RingPoint& first_after(std::size_t page) const;
    void insert(const RingPoint& point);
    void make_room(Page& page);
    std::vector<RingPoint> all() const;

    std::vector<Page> pages_ = {Page{}};  ///< a power of two
    unsigned shift_ = 63;                 ///< 63 - log2(pages)
    std::vector<RingPoint> pool_;
    std::size_t size_ = 0;
};

}  // namespace orrery::models
