#include "sim/base/parameter.hpp"

#include <doctest/doctest.h>

#include "sim/base/check.hpp"

using namespace orrery;

TEST_CASE("settings give back what was set, by its type") {
    Settings settings;
    settings.set("count", std::int64_t{12});
    settings.set("share", 0.25);
    settings.set("timeout", Value(Duration(250)));
    settings.set("verbose", true);
    settings.set("name", std::string("left"));
    settings.set("values", std::vector<std::string>{"1us", "2us"});
    CHECK(settings.integer("count") == 12);
    CHECK(settings.real("share") == 0.25);
    CHECK(settings.duration("timeout") == Duration(250));
    CHECK(settings.flag("verbose"));
    CHECK(settings.text("name") == "left");
    CHECK(settings.list("values").size() == 2);
    CHECK(settings.has("count"));
    CHECK_FALSE(settings.has("counts"));
}

TEST_CASE("reading a parameter that is absent or of another type is a bug that names it") {
    Settings settings;
    settings.set("count", std::int64_t{12});
    CHECK_THROWS_WITH_AS(settings.integer("missing"), doctest::Contains("missing"), InvariantBroken);
    CHECK_THROWS_WITH_AS(settings.real("count"), doctest::Contains("count"), InvariantBroken);
    CHECK_THROWS_AS(settings.duration("count"), InvariantBroken);
    CHECK_THROWS_AS(settings.flag("count"), InvariantBroken);
    CHECK_THROWS_AS(settings.text("count"), InvariantBroken);
    CHECK_THROWS_AS(settings.list("count"), InvariantBroken);
}

TEST_CASE("a parameter that is set again keeps the later value and place") {
    Settings settings;
    settings.set("count", std::int64_t{1}, {3, 5});
    settings.set("count", std::int64_t{2}, {9, 1});
    CHECK(settings.integer("count") == 2);
    CHECK(settings.where("count").line == 9);
}

TEST_CASE("the place of what has none is the section's") {
    Settings settings;
    settings.set_where({4, 2});
    settings.set("count", std::int64_t{1}, {5, 10});
    CHECK(settings.where("count").column == 10);
    CHECK(settings.where("other").line == 4);
    CHECK(settings.where().column == 2);
}

TEST_CASE("children keep their order, and an absent child is none") {
    Settings settings;
    CHECK(settings.child("link") == nullptr);
    CHECK(settings.items("faults").empty());
    for (const char* row : {"crash", "pause", "slow"}) settings.add("faults", {row, {}, {}});
    REQUIRE(settings.items("faults").size() == 3);
    CHECK(settings.items("faults")[0].row == "crash");
    CHECK(settings.items("faults")[2].row == "slow");
    REQUIRE(settings.child("faults") != nullptr);
    CHECK(settings.child("faults")->row == "crash");
}

TEST_CASE("copied settings are their own") {
    Settings original;
    original.set("count", std::int64_t{1});
    Settings copy = original;
    copy.set("count", std::int64_t{2});
    CHECK(original.integer("count") == 1);
}

TEST_CASE("a parameter error names the parameter and says what is allowed") {
    const ParameterError error("high", "found 1; at least low (2) is allowed");
    CHECK(error.parameter() == "high");
    CHECK(error.message() == "found 1; at least low (2) is allowed");
    CHECK(std::string(error.what()) == "high: found 1; at least low (2) is allowed");
}
