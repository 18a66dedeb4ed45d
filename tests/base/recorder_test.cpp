#include "sim/base/recorder.hpp"

#include <doctest/doctest.h>

#include "sim/base/check.hpp"
#include "sim/base/random.hpp"

using namespace orrery;

namespace {

constexpr Time at(std::int64_t nanoseconds) {
    return Time(Duration(nanoseconds));
}

struct Step {
    Time when;
    std::int64_t delta;
};

/// Stays of customers: each up-step has its down-step, in random order of recording.
std::vector<Step> random_steps(RandomStream& random, std::int64_t horizon) {
    std::vector<Step> steps;
    for (int i = 0; i < 300; ++i) {
        const auto from = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(horizon)));
        const auto stay = static_cast<std::int64_t>(random.below(200));
        steps.push_back({at(from), 1});
        steps.push_back({at(from + stay), -1});
    }
    return steps;
}

}  // namespace

TEST_CASE("a tally knows count, sum, least and greatest, and merges exactly") {
    Tally all;
    Tally left;
    Tally right;
    CHECK(all.mean() == 0);
    CHECK(all.min() == 0);
    for (const std::int64_t value : {4, -2, 7}) {
        all.add(value);
        (value > 0 ? left : right).add(value);
    }
    Tally other_way = right;
    other_way.merge(left);
    left.merge(right);
    CHECK(left == all);
    CHECK(other_way == all);
    CHECK(all.count() == 3);
    CHECK(all.sum() == 9);
    CHECK(all.mean() == 3);
    CHECK(all.min() == -2);
    CHECK(all.max() == 7);
}

TEST_CASE("a level is integrated over its window only") {
    TimeWeighted level(Window{at(10), at(20)});
    level.set(at(0), 9);   // gone before the window opens
    level.set(at(5), 2);   // what the window starts with
    level.add(at(12), 1);  // 3 from 12 on
    level.set(at(15), 0);
    level.set(at(18), 4);
    level.set(at(25), 100);  // after the window
    CHECK(level.integral(at(30)) == 2 * 2 + 3 * 3 + 0 + 4 * 2);
    CHECK(level.mean(at(30)) == 2.1);
    CHECK(level.max() == 4);
    CHECK(level.level() == 100);
}

TEST_CASE("a level can be read before its window ends") {
    TimeWeighted level(Window{at(10), at(20)}, 3);
    CHECK(level.integral(at(5)) == 0);
    CHECK(level.integral(at(14)) == 12);
    CHECK(level.mean(at(14)) == 3);
    CHECK(level.mean(at(10)) == 0);
    CHECK(level.max() == 3);
}

TEST_CASE("a level that was reached for an instant counts as its maximum, and in no integral") {
    TimeWeighted level;
    level.set(at(5), 7);
    level.set(at(5), 1);
    CHECK(level.max() == 7);
    CHECK(level.integral(at(10)) == 5);
}

TEST_CASE("a level that goes back in time breaks an invariant, before the window too") {
    TimeWeighted level(Window{at(10), at(20)});
    level.set(at(5), 1);
    CHECK_THROWS_AS(level.set(at(4), 1), InvariantBroken);
    level.set(at(15), 1);
    CHECK_THROWS_AS(level.set(at(14), 1), InvariantBroken);
}

TEST_CASE("steps in any order and in any parts give the integral of the level in order") {
    RandomStream random(4);
    const Window window{at(300), at(1700)};
    auto steps = random_steps(random, 2000);

    StepIntegral whole(window);
    StepIntegral left(window);
    StepIntegral right(window);
    for (const Step& step : steps) {
        whole.step(step.when, step.delta);
        (random.below(2) == 0 ? left : right).step(step.when, step.delta);
    }
    right.merge(left);
    CHECK(right == whole);

    std::sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.when < b.when; });
    TimeWeighted in_order(window);
    for (const Step& step : steps) in_order.add(step.when, step.delta);
    CHECK(whole.integral() == in_order.integral(window.to));
    CHECK(whole.mean() == in_order.mean(window.to));
}

TEST_CASE("Little's law is an identity: the integral is the sum of the parts of stays inside the window") {
    StepIntegral inside(Window{at(100), at(200)});
    // from, to, part inside the window
    const std::int64_t stays[][3] = {{0, 50, 0},     {50, 150, 50}, {120, 130, 10},
                                     {150, 500, 50}, {0, 900, 100}, {300, 400, 0}};
    std::int64_t parts = 0;
    for (const auto& stay : stays) {
        inside.step(at(stay[1]), -1);
        inside.step(at(stay[0]), 1);
        parts += stay[2];
    }
    CHECK(inside.integral() == parts);
}

TEST_CASE("integrals over different windows do not merge") {
    StepIntegral one(Window{at(0), at(10)});
    CHECK_THROWS_AS(one.merge(StepIntegral(Window{at(0), at(11)})), InvariantBroken);
}

TEST_CASE("events are counted in their bin, and nowhere outside the bins") {
    const Bins bins{at(10), Duration(5), 3};
    BinnedCount counts(bins);
    for (const std::int64_t when : {9, 10, 14, 15, 24, 25, 1000}) counts.add(at(when));
    counts.add(at(20), 5);
    CHECK(counts.counts() == std::vector<std::int64_t>{2, 1, 6});
    BinnedCount other(bins);
    other.add(at(11), 3);
    other.merge(counts);
    CHECK(other.counts() == std::vector<std::int64_t>{5, 1, 6});
    CHECK_THROWS_AS(other.merge(BinnedCount(Bins{at(10), Duration(5), 4})), InvariantBroken);
    CHECK_THROWS_AS(BinnedCount(Bins{at(10), Duration(0), 4}), InvariantBroken);
}

TEST_CASE("a binned level has in each bin the integral that a window there would see") {
    RandomStream random(5);
    const Bins bins{at(100), Duration(70), 20};
    BinnedLevel whole(bins);
    BinnedLevel left(bins);
    BinnedLevel right(bins);
    auto steps = random_steps(random, 2000);
    for (const Step& step : steps) {
        whole.step(step.when, step.delta);
        (random.below(2) == 0 ? left : right).step(step.when, step.delta);
    }
    right.merge(left);
    CHECK(right == whole);
    const auto integrals = whole.integrals();
    const auto means = whole.means();
    REQUIRE(integrals.size() == bins.count);
    for (std::size_t i = 0; i < bins.count; ++i) {
        const Time from = bins.start + bins.step * static_cast<std::int64_t>(i);
        StepIntegral window(Window{from, from + bins.step});
        for (const Step& step : steps) window.step(step.when, step.delta);
        CHECK(integrals[i] == window.integral());
        CHECK(means[i] == window.mean());
    }
}
