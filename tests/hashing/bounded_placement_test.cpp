// Consistent hashing with bounded loads, whole: against its invariant and against closed forms.
//
// Take balls as Poisson arrivals on a circle with n bins at random, m balls a bin. What passes from one bin on to the
// next is then W' = max(0, W + A - C), A geometric with mean m and C the capacity: the waiting time of a queue with
// geometric arrivals. With z > 1 the root of z^C * (1 + m - m z) = 1, P(W >= k) = z^-(k + C) for k >= 1 (the overshoot
// of a geometric step over any level is geometric: Wald's identity), so that E[W] = z^-C / (z - 1).
#include "models/hashing/rings/bounded_placement.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "sim/base/random.hpp"
#include "tests/hashing/rings.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::testing;

namespace {

constexpr double mean_load = 8;
constexpr double capacity = 10;
constexpr double epsilon = 0.25;
constexpr std::size_t bins = 2000;

struct Queue {
    double passing = 0;     ///< E[W]
    double passed_any = 0;  ///< P(W >= 1)
};

Queue closed_form() {
    // Above the root the product is below 1, and it vanishes at z = 1 + 1/m.
    double low = 1 + 1e-9;
    double high = 1 + 1 / mean_load;
    for (int i = 0; i < 200; ++i) {
        const double z = (low + high) / 2;
        (std::pow(z, capacity) * (1 + mean_load - mean_load * z) > 1 ? low : high) = z;
    }
    return {std::pow(low, -capacity) / (low - 1), std::pow(low, -capacity - 1)};
}

BoundedPlacement placement_of(std::uint64_t seed, std::size_t count, double load) {
    BoundedPlacement placement(epsilon);
    for (std::size_t i = 0; i < count; ++i)
        placement.add_bin(MemberId(i), "bin " + std::to_string(seed) + " " + std::to_string(i));
    for (std::size_t i = 0; i < static_cast<std::size_t>(static_cast<double>(count) * load); ++i)
        placement.add_ball("ball " + std::to_string(seed) + " " + std::to_string(i));
    return placement;
}

std::uint64_t fullest(const BoundedPlacement& placement) {
    std::uint64_t most = 0;
    for (std::size_t i = 0; i < placement.bins(); ++i) most = std::max(most, placement.load(i));
    return most;
}

}  // namespace

TEST_CASE("capacities are ceil((1 + epsilon) * mean), exactly") {
    struct Case {
        double epsilon;
        std::uint64_t balls, bins, all, one;
    };
    const std::vector<Case> cases = {
        {0.25, 0, 5, 0, 0},     {0.25, 1, 5, 2, 1},      {0.25, 4, 5, 5, 1},
        {0.25, 5, 5, 7, 2},     {0.25, 16, 5, 20, 4},    {0.25, 17, 5, 22, 5},
        {0.1, 10, 1, 11, 11},   {0.1, 100, 11, 110, 10}, {0.1, 1000, 11, 1100, 100},
        {0.3, 10, 13, 13, 1},   {0.3, 100, 13, 130, 10}, {0.7, 10, 17, 17, 1},
        {1, 7, 2, 14, 7},       {1, 7, 3, 14, 5},        {0.000001, 1000000, 1, 1000001, 1000001},
        {0.000001, 1, 1, 2, 2}, {2.5, 2, 7, 7, 1},       {2.5, 3, 7, 11, 2},
        {0.05, 20, 21, 21, 1},  {0.05, 21, 21, 23, 2},   {0.5, 4000000000, 3, 6000000000, 2000000000},
    };
    for (const auto& [eps, balls, count, all, one] : cases) {
        CAPTURE(eps);
        CAPTURE(balls);
        CHECK(BoundedCapacity(eps).of_all(balls) == all);
        CHECK(BoundedCapacity(eps).of_one(balls, count) == one);
    }
    for (const double bad : {0.0, -1.0, 1e-9, 1e9, std::nan("")}) CHECK_THROWS_AS(BoundedCapacity{bad}, RingError);
}

TEST_CASE("no bin is ever above its bound, and no ball passes a bin with room, whatever comes and goes") {
    RandomStream random(3);
    BoundedPlacement placement(0.2);
    std::vector<BoundedPlacement::Ball> balls;
    std::vector<MemberId> there;
    const BoundedCapacity bound(0.2);
    std::size_t named = 0;
    for (int step = 0; step < 4000; ++step) {
        const std::uint64_t what = there.empty() ? 0 : random.below(20);
        if (what == 0 && there.size() < 30) {
            there.emplace_back(named);
            placement.add_bin(there.back(), "bin " + std::to_string(named++));
        } else if (what == 1 && there.size() > 1) {
            const auto gone = random.below(there.size());
            placement.remove_bin(there[gone]);
            there.erase(there.begin() + static_cast<std::ptrdiff_t>(gone));
        } else if (what < 13 || balls.empty()) {
            balls.push_back(placement.add_ball("ball " + std::to_string(step)).ball);
        } else {
            const auto gone = random.below(balls.size());
            placement.remove_ball(balls[gone]);
            balls.erase(balls.begin() + static_cast<std::ptrdiff_t>(gone));
        }
        REQUIRE(placement.balls() == balls.size());
        REQUIRE(fullest(placement) <= bound.of_one(balls.size(), there.size()));
        if (step % 10 == 0) REQUIRE(placement.invariant_holds());
    }
    CHECK(balls.size() > 100);
}

TEST_CASE("loads do not depend on the order in which balls came, nor on those that left") {
    BoundedPlacement one(epsilon);
    BoundedPlacement other(epsilon);
    for (std::size_t i = 0; i < 20; ++i) {
        one.add_bin(MemberId(i), "bin " + std::to_string(i));
        other.add_bin(MemberId(i), "bin " + std::to_string(i));
    }
    std::vector<BoundedPlacement::Ball> extra;
    for (int i = 0; i < 500; ++i) {
        one.add_ball("ball " + std::to_string(i));
        extra.push_back(other.add_ball("extra " + std::to_string(i)).ball);
        other.add_ball("ball " + std::to_string(499 - i));
    }
    for (const auto ball : extra) other.remove_ball(ball);
    for (std::size_t i = 0; i < 20; ++i) CHECK(one.load(i) == other.load(i));
}

TEST_CASE("balls pass as many bins as the closed form says") {
    const Queue queue = closed_form();
    double sum = 0;
    double squares = 0;
    constexpr int runs = 10;
    for (int run = 0; run < runs; ++run) {
        const BoundedPlacement placement = placement_of(static_cast<std::uint64_t>(run), bins, mean_load);
        double passed = 0;
        for (BoundedPlacement::Ball ball = 0; ball < placement.balls(); ++ball)
            passed += static_cast<double>(placement.displacement(ball));
        passed /= bins;  // a bin's boundary, on average
        sum += passed;
        squares += passed * passed;
    }
    const double mean = sum / runs;
    const double error = std::sqrt((squares - sum * mean) / (runs - 1) / runs);
    // Student's t with 9 degrees of freedom, 99.9 % two-sided. That the number of balls is fixed rather than Poisson
    // and the circle closed is a correction of the order of (run of full bins) / bins, far below the error.
    CHECK(std::abs(mean - queue.passing) < 4.781 * error);
    CHECK(error < 0.1 * queue.passing);
}

TEST_CASE("a ball more or less moves O(1 / epsilon^2) others, a bin that many times the mean load") {
    // A hole is followed by at most as many moves as there are bins up to the first that nobody passed. From the
    // stationary W that takes T bins, and W loses epsilon * m a bin until it is below 0, by less than C: E[T] <= (E[W]
    // + C * P(W >= 1)) / (epsilon * m), of which E[W] / (epsilon * m) is O(1 / epsilon^2).
    const Queue queue = closed_form();
    const double run = (queue.passing + capacity * queue.passed_any) / (epsilon * mean_load);
    BoundedPlacement placement = placement_of(77, 500, mean_load);
    RandomStream random(5);
    std::vector<BoundedPlacement::Ball> balls;
    for (BoundedPlacement::Ball ball = 0; ball < placement.balls(); ++ball) balls.push_back(ball);
    double added = 0;
    double removed = 0;
    constexpr int changes = 4000;
    for (int i = 0; i < changes; ++i) {
        const auto gone = random.below(balls.size());
        removed += static_cast<double>(placement.remove_ball(balls[gone]));
        const auto placed = placement.add_ball("later " + std::to_string(i));
        balls[gone] = placed.ball;
        added += static_cast<double>(placed.moved);
    }
    // 1 + epsilon capacities grow for a ball that comes. For one that leaves there is its hole, in a bin picked with a
    // chance in proportion to its load, at most 1 + epsilon times the mean; and 1 + epsilon balls are put out once
    // each.
    CHECK(added / changes <= (1 + epsilon) * run);
    CHECK(removed / changes <= (1 + epsilon) * (run + 1));
    CHECK(added > 0);

    double by_bins = 0;
    constexpr int joins = 20;
    for (std::size_t i = 0; i < joins; ++i) {
        by_bins += static_cast<double>(placement.add_bin(MemberId(10000 + i), "late bin " + std::to_string(i)));
        by_bins += static_cast<double>(placement.remove_bin(MemberId(i)));
    }
    // A bin's capacity of slots appears in one place and disappears in others, or the other way round.
    CHECK(by_bins / (2 * joins) <= (capacity + 1) * (run + 1));
    CHECK(placement.invariant_holds());
}

TEST_CASE("bins and balls that are not there, and bins twice, are errors") {
    BoundedPlacement placement(epsilon);
    CHECK_THROWS_AS(placement.add_ball("x"), RingError);
    CHECK_THROWS_AS(placement.remove_bin(MemberId(0)), RingError);
    placement.add_bin(MemberId(0), "a");
    CHECK_THROWS_AS(placement.add_bin(MemberId(0), "b"), RingError);
    const auto placed = placement.add_ball("");
    CHECK(placement.bin_of(placed.ball) == MemberId(0));
    CHECK_THROWS_AS(placement.remove_bin(MemberId(0)), RingError);
    placement.remove_ball(placed.ball);
    placement.remove_bin(MemberId(0));
    CHECK(placement.bins() == 0);
}
