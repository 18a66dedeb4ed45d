/// Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam, SODA 2018; arXiv 1608.01350), whole: balls
/// and bins on a circle, both of which come and go, and no bin ever above ceil((1 + epsilon) * balls / bins).
///
/// - A bin stands at the hash of its name, and a ball goes clockwise from the hash of its key to the first bin with
/// room.
/// - Capacities add up to ceil((1 + epsilon) * balls): each bin has the whole part of an equal share and the first few
/// of
///   them, in order of their joining, one more; so that one ball more or less changes one capacity or two.
/// - Invariant: between the hash of a ball and its bin every bin is full. It is kept at each change by moving balls: a
/// hole
///   is filled by a ball that had passed it, whose own place is then a hole; what is over a capacity goes on clockwise.
///   Loads therefore do not depend on the order in which balls came, and a change moves O(1 / epsilon^2) balls for one
///   ball, and that many times balls / bins for one bin (their theorems; below c = 1 + epsilon <= 2).
///
/// Epsilon is taken to a millionth, so that capacities are exact. Changes cost O(bins passed * balls in a bin).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/hashing/key.hpp"
#include "models/hashing/ring.hpp"

namespace orrery::models {

/// ceil((1 + epsilon) * balls / bins), exactly.
class BoundedCapacity {
public:
    /// Throws RingError: epsilon is not above 0.
    explicit BoundedCapacity(double epsilon);
    /// ceil((1 + epsilon) * balls): the capacities of all bins together.
    std::uint64_t of_all(std::uint64_t balls) const;
    /// The most a bin may hold.
    std::uint64_t of_one(std::uint64_t balls, std::uint64_t bins) const { return (of_all(balls) + bins - 1) / bins; }

private:
    std::uint64_t millionths_;  ///< of 1 + epsilon
};

class BoundedPlacement {
public:
    using Ball = std::uint32_t;

    explicit BoundedPlacement(double epsilon) : capacity_(epsilon) {}

    /// Balls moved from one bin to another, the ball itself left out. Throws RingError: there already.
    std::uint64_t add_bin(MemberId bin, std::string_view name);
    /// Balls moved from one bin to another, those of the bin left out. Throws RingError: no such bin, or the last one
    /// while there are balls.
    std::uint64_t remove_bin(MemberId bin);

    struct Placed {
        Ball ball = 0;
        std::uint64_t moved = 0;  ///< other balls
    };
    /// Numbers of balls that left are given again. Throws RingError: no bins.
    Placed add_ball(Key key);
    /// Other balls moved. The ball is there.
    std::uint64_t remove_ball(Ball ball);

    MemberId bin_of(Ball ball) const { return bins_[balls_[ball].bin].id; }
    /// Bins passed between a ball's hash and its bin; 0: it is where plain consistent hashing would have it.
    std::size_t displacement(Ball ball) const;
    std::uint64_t balls() const { return count_; }
    std::size_t bins() const { return bins_.size(); }
    /// Load and capacity of the bin that is number `index` along the circle.
    std::uint64_t load(std::size_t index) const { return bins_[index].held.size(); }
    std::uint64_t capacity(std::size_t index) const { return bins_[index].capacity; }
    /// Whether every bin that a ball has passed is full, and none is above its capacity. O(balls * bins).
    bool invariant_holds() const;

private:
    struct Bin {
        std::uint64_t at = 0;
        MemberId id;
        std::uint64_t joined = 0;  ///< order of joining
        std::uint64_t capacity = 0;
        std::vector<Ball> held;
    };
    struct BallState {
        std::uint64_t at = 0;
        std::uint32_t bin = 0;  ///< index along the circle
    };

    std::size_t first_bin(std::uint64_t at) const;
    std::size_t after(std::size_t bin) const { return bin + 1 == bins_.size() ? 0 : bin + 1; }
    bool full(std::size_t bin) const { return bins_[bin].held.size() >= bins_[bin].capacity; }
    bool passed(Ball ball, std::size_t bin) const;
    void put(Ball ball, std::size_t bin);
    void take_out(Ball ball);
    void settle(Ball ball, std::size_t from);
    std::uint64_t fill(std::size_t bin);
    std::uint64_t shed(std::size_t bin);
    std::uint64_t set_capacities();
    std::uint64_t follow_balls();
    void renumber(std::size_t from);

    BoundedCapacity capacity_;
    std::vector<Bin> bins_;  ///< along the circle
    std::vector<BallState> balls_;
    std::vector<Ball> free_;
    std::uint64_t count_ = 0;
    std::uint64_t joined_ = 0;
    std::uint64_t capacity_of_all_ = 0;
    std::vector<std::size_t> by_joining_;  ///< indices along the circle
};

}  // namespace orrery::models
