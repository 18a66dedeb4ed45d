#include "scenarios/systems/recovery.hpp"

#include <doctest/doctest.h>

using namespace orrery;

namespace {

/// Success rates in windows of 100 ms, 1000 requests each; all of them succeed where nothing else is said.
struct Timeline {
    explicit Timeline(std::size_t windows) : arrived(windows, 1000), succeeded(windows, 1000) {}
    Timeline& bad(std::size_t from, std::size_t to, std::int64_t successes) {
        for (std::size_t i = from; i < to; ++i) succeeded[i] = successes;
        return *this;
    }
    std::optional<Unavailability> after(Time fault) const {
        const Time end = time_zero + 100ms * static_cast<std::int64_t>(arrived.size());
        return unavailability({time_zero, 100ms, arrived, succeeded}, fault, {time_zero, end});
    }
    std::vector<std::int64_t> arrived;
    std::vector<std::int64_t> succeeded;
};

}  // namespace

TEST_CASE("a fault that nobody notices makes nothing unavailable") {
    const auto outage = Timeline(100).after(time_zero + 5s);
    REQUIRE(outage);
    CHECK(outage->lasts == Duration(0));
    CHECK(outage->end == Unavailability::End::seen);
}

TEST_CASE("an outage lasts from the fault to the end of the last bad window before a steady second") {
    const auto outage = Timeline(100).bad(50, 62, 100).after(time_zero + 5s + 30ms);
    REQUIRE(outage);
    CHECK(outage->lasts == 6200ms - 5030ms);
}

TEST_CASE("a good spell shorter than a second is no recovery") {
    const auto outage = Timeline(100).bad(50, 55, 0).bad(60, 64, 0).after(time_zero + 5s);
    REQUIRE(outage);
    CHECK(outage->lasts == 1400ms);
    const auto recovered = Timeline(100).bad(50, 55, 0).bad(65, 69, 0).after(time_zero + 5s);
    REQUIRE(recovered);
    CHECK(recovered->lasts == 500ms);
}

TEST_CASE("99 % of what it was is good enough, less is not") {
    CHECK(Timeline(100).bad(50, 60, 990).after(time_zero + 5s)->lasts == Duration(0));
    CHECK(Timeline(100).bad(50, 60, 989).after(time_zero + 5s)->lasts == 1s);
    // Half of what was half is as good as before.
    CHECK(Timeline(100).bad(0, 100, 500).after(time_zero + 5s)->lasts == Duration(0));
}

TEST_CASE("an outage that the run does not see end is a lower bound") {
    const auto outage = Timeline(100).bad(50, 100, 0).after(time_zero + 5s);
    REQUIRE(outage);
    CHECK(outage->end == Unavailability::End::not_seen);
    CHECK(outage->lasts == 5s);
    // Good again, but for less than a second before the end.
    const auto late = Timeline(100).bad(50, 95, 0).after(time_zero + 5s);
    CHECK(late->end == Unavailability::End::not_seen);
}

TEST_CASE("windows in which nothing arrived say nothing") {
    Timeline quiet(100);
    for (std::size_t i = 50; i < 70; ++i) quiet.arrived[i] = quiet.succeeded[i] = 0;
    CHECK(quiet.after(time_zero + 5s)->lasts == Duration(0));
}

TEST_CASE("without a success before the fault there is nothing to compare with") {
    CHECK(!Timeline(100).bad(0, 50, 0).after(time_zero + 5s));
    CHECK(!Timeline(100).after(time_zero));
}
