#include "models/hashing/rings/bounded_placement.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "models/hashing/functions/xxh64.hpp"
#include "sim/base/check.hpp"
#include "sim/base/wide.hpp"

namespace orrery::models {

namespace {

constexpr std::uint64_t million = 1'000'000;

}  // namespace

BoundedCapacity::BoundedCapacity(double epsilon) {
    if (!(epsilon >= 1.0 / million) || epsilon > 1e6)
        throw RingError("an epsilon of " + std::to_string(epsilon) + "; it is from a millionth to a million");
    millionths_ = million + static_cast<std::uint64_t>(std::floor(epsilon * million + 0.5));
}

std::uint64_t BoundedCapacity::of_all(std::uint64_t balls) const {
    const UnsignedWide product = static_cast<UnsignedWide>(balls) * millionths_;
    return static_cast<std::uint64_t>((product + million - 1) / million);
}

std::uint64_t BoundedPlacement::add_bin(MemberId bin, std::string_view name) {
    for (const Bin& other : bins_)
        if (other.id == bin) throw RingError("there is a bin " + std::to_string(bin.value) + " already");
    const std::uint64_t at = xxh64(name);
    const auto where = std::upper_bound(bins_.begin(), bins_.end(), at,
                                        [](std::uint64_t position, const Bin& other) { return position < other.at; });
    const auto index = static_cast<std::size_t>(where - bins_.begin());
    bins_.insert(where, Bin{at, bin, joined_++, 0, {}});
    renumber(index);
    return set_capacities();
}

std::uint64_t BoundedPlacement::remove_bin(MemberId bin) {
    const auto found = std::find_if(bins_.begin(), bins_.end(), [&](const Bin& other) { return other.id == bin; });
    if (found == bins_.end()) throw RingError("there is no bin " + std::to_string(bin.value));
    if (bins_.size() == 1 && count_ > 0) throw RingError("the last bin holds balls");
    const auto index = static_cast<std::size_t>(found - bins_.begin());
    std::vector<Ball> homeless = std::move(found->held);
    bins_.erase(found);
    renumber(index);
    if (bins_.empty()) return 0;
    const std::uint64_t moved = set_capacities();
    std::sort(homeless.begin(), homeless.end());
    for (const Ball ball : homeless) settle(ball, first_bin(balls_[ball].at));
    return moved;
}

BoundedPlacement::Placed BoundedPlacement::add_ball(Key key) {
    if (bins_.empty()) throw RingError("no bins to choose from");
    if (free_.empty()) {
        free_.push_back(static_cast<Ball>(balls_.size()));
        balls_.push_back({});
    }
    const Ball ball = free_.back();
    free_.pop_back();
    balls_[ball].at = xxh64(key);
    ++count_;
    const std::uint64_t moved = follow_balls();
    settle(ball, first_bin(balls_[ball].at));
    return {ball, moved};
}

std::uint64_t BoundedPlacement::remove_ball(Ball ball) {
    const std::size_t bin = balls_[ball].bin;
    take_out(ball);
    free_.push_back(ball);
    --count_;
    const std::uint64_t moved = fill(bin);
    return moved + follow_balls();
}

std::size_t BoundedPlacement::displacement(Ball ball) const {
    const std::size_t home = first_bin(balls_[ball].at);
    return (balls_[ball].bin + bins_.size() - home) % bins_.size();
}

bool BoundedPlacement::invariant_holds() const {
    for (const Bin& bin : bins_) {
        if (bin.held.size() > bin.capacity) return false;
        for (const Ball ball : bin.held)
            for (std::size_t at = first_bin(balls_[ball].at); at != balls_[ball].bin; at = after(at))
                if (!full(at)) return false;
    }
    return true;
}

std::size_t BoundedPlacement::first_bin(std::uint64_t at) const {
    const auto found = std::lower_bound(bins_.begin(), bins_.end(), at,
                                        [](const Bin& bin, std::uint64_t position) { return bin.at < position; });
    return found == bins_.end() ? 0 : static_cast<std::size_t>(found - bins_.begin());
}

bool BoundedPlacement::passed(Ball ball, std::size_t bin) const {
    // Clockwise distances from the ball; bins at the same position are in order of their indices.
    const std::uint64_t to_bin = bins_[bin].at - balls_[ball].at;
    const std::uint64_t to_own = bins_[balls_[ball].bin].at - balls_[ball].at;
    return to_bin != to_own ? to_bin < to_own : bin < balls_[ball].bin;
}

void BoundedPlacement::put(Ball ball, std::size_t bin) {
    balls_[ball].bin = static_cast<std::uint32_t>(bin);
    bins_[bin].held.push_back(ball);
}

void BoundedPlacement::take_out(Ball ball) {
    std::vector<Ball>& held = bins_[balls_[ball].bin].held;
    held.erase(std::find(held.begin(), held.end(), ball));
}

void BoundedPlacement::settle(Ball ball, std::size_t from) {
    std::size_t bin = from;
    for (std::size_t tried = 0; full(bin); bin = after(bin))
        ORRERY_CHECK(++tried <= bins_.size(), "capacities add up to more than there are balls");
    put(ball, bin);
}

std::uint64_t BoundedPlacement::fill(std::size_t bin) {
    std::uint64_t moved = 0;
    std::size_t hole = bin;
    // Whoever passed the hole passed all bins up to its own, so that the search ends at the first that is not full.
    for (std::size_t at = after(bin); at != bin && !full(hole); at = after(at)) {
        const bool was_full = full(at);
        const std::vector<Ball>& held = bins_[at].held;
        const auto found = std::find_if(held.begin(), held.end(), [&](Ball ball) { return passed(ball, hole); });
        if (found != held.end()) {
            const Ball ball = *found;
            take_out(ball);
            put(ball, hole);
            ++moved;
            hole = at;
        }
        if (!was_full) break;
    }
    return moved;
}

std::uint64_t BoundedPlacement::shed(std::size_t bin) {
    std::uint64_t moved = 0;
    while (bins_[bin].held.size() > bins_[bin].capacity) {
        const Ball ball = bins_[bin].held.back();
        take_out(ball);
        settle(ball, after(bin));
        ++moved;
    }
    return moved;
}

std::uint64_t BoundedPlacement::set_capacities() {
    by_joining_.resize(bins_.size());
    std::iota(by_joining_.begin(), by_joining_.end(), std::size_t{0});
    std::sort(by_joining_.begin(), by_joining_.end(),
              [&](auto a, auto b) { return bins_[a].joined < bins_[b].joined; });
    capacity_of_all_ = capacity_.of_all(count_);
    const std::uint64_t each = capacity_of_all_ / bins_.size();
    const std::uint64_t larger = capacity_of_all_ % bins_.size();
    std::vector<std::uint64_t> wanted(bins_.size());
    for (std::size_t rank = 0; rank < wanted.size(); ++rank) wanted[by_joining_[rank]] = each + (rank < larger ? 1 : 0);
    // First those that grow, one slot after the other: what shrinks has to find room.
    std::uint64_t moved = 0;
    for (std::size_t bin = 0; bin < bins_.size(); ++bin)
        while (bins_[bin].capacity < wanted[bin]) {
            ++bins_[bin].capacity;
            moved += fill(bin);
        }
    for (std::size_t bin = 0; bin < bins_.size(); ++bin)
        if (bins_[bin].capacity > wanted[bin]) {
            bins_[bin].capacity = wanted[bin];
            moved += shed(bin);
        }
    return moved;
}

std::uint64_t BoundedPlacement::follow_balls() {
    const std::uint64_t wanted = capacity_.of_all(count_);
    std::uint64_t moved = 0;
    for (; capacity_of_all_ < wanted; ++capacity_of_all_) {
        const std::size_t bin = by_joining_[capacity_of_all_ % bins_.size()];
        ++bins_[bin].capacity;
        moved += fill(bin);
    }
    while (capacity_of_all_ > wanted) {
        const std::size_t bin = by_joining_[--capacity_of_all_ % bins_.size()];
        --bins_[bin].capacity;
        moved += shed(bin);
    }
    return moved;
}

void BoundedPlacement::renumber(std::size_t from) {
    for (std::size_t bin = from; bin < bins_.size(); ++bin)
        for (const Ball ball : bins_[bin].held) balls_[ball].bin = static_cast<std::uint32_t>(bin);
}

}  // namespace orrery::models
