// What the recorders of sim/base say of one level each, at every change, an occupancy says of two with less work.
#include "sim/cluster/occupancy.hpp"

#include <doctest/doctest.h>

#include "sim/base/check.hpp"
#include "sim/base/random.hpp"

using namespace orrery;

namespace {

Time at(std::int64_t ticks) {
    return Time(Duration(ticks));
}

struct Reference {
    TimeWeighted busy;
    TimeWeighted inside;
    BinnedLevel busy_series;
    BinnedLevel inside_series;

    Reference(Window window, Bins bins) : busy(window), inside(window), busy_series(bins), inside_series(bins) {}
    void set(Time now, std::uint32_t cores, std::uint32_t units) {
        busy_series.step(now, std::int64_t{cores} - busy.level());
        inside_series.step(now, std::int64_t{units} - inside.level());
        busy.set(now, cores);
        inside.set(now, units);
    }
};

}  // namespace

TEST_CASE("an occupancy agrees with the recorders of one level, whatever the window and the bins") {
    RandomStream random(5);
    for (int round = 0; round < 200; ++round) {
        const auto from = static_cast<std::int64_t>(random.below(300));
        const Window window{at(from),
                            random.below(4) == 0 ? time_max : at(from + static_cast<std::int64_t>(random.below(900)))};
        const Bins bins{at(static_cast<std::int64_t>(random.below(50))),
                        Duration(1 + static_cast<std::int64_t>(random.below(200))), 1 + random.below(8)};
        Reference reference(window, bins);
        Occupancy occupancy(window);
        occupancy.record_series(bins);
        std::int64_t now = 0;
        for (int i = 0; i < 60; ++i) {
            now += static_cast<std::int64_t>(random.below(40));
            const auto busy = static_cast<std::uint32_t>(random.below(4));
            const auto inside = busy + static_cast<std::uint32_t>(random.below(9));
            reference.set(at(now), busy, inside);
            occupancy.set(at(now), busy, inside);
            const Time until = at(now + static_cast<std::int64_t>(random.below(100)));
            CHECK(occupancy.busy(until) == reference.busy.integral(until));
            CHECK(occupancy.inside(until) == reference.inside.integral(until));
        }
        CHECK(occupancy.inside_max() == reference.inside.max());
        CHECK(occupancy.series()->busy == reference.busy_series.means());
        CHECK(occupancy.series()->inside == reference.inside_series.means());
    }
}

TEST_CASE("a copy of an occupancy goes its own way, and going back in time breaks an invariant") {
    Occupancy one(Window{});
    one.set(at(10), 1, 2);
    Occupancy copy = one;
    copy.set(at(20), 0, 0);
    CHECK(one.inside(at(30)) == 40);
    CHECK(copy.inside(at(30)) == 20);
    CHECK_FALSE(one.series().has_value());
    CHECK_THROWS_AS(copy.set(at(19), 1, 1), InvariantBroken);
}
