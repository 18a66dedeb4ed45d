#include <doctest/doctest.h>

#include <set>

#include "sim/base/check.hpp"
#include "sim/base/distribution.hpp"

using namespace orrery;

namespace {

/// Settings that give every parameter of a row a value that suits it.
Settings settings_for(const RowInfo& row) {
    Settings settings;
    for (const Parameter& parameter : row.table.parameters) {
        if (parameter.fallback && parameter.name != "mean" && parameter.name != "cv") continue;
        switch (parameter.kind) {
            case Kind::quantity:
                settings.set(parameter.name, parameter.name == "high" ? 20.0 : 10.0);
                break;
            case Kind::real:
                settings.set(parameter.name, 2.0);
                break;
            case Kind::ratio:
                settings.set(parameter.name, 0.25);
                break;
            case Kind::list:
                settings.set(parameter.name, std::vector<std::string>{"1", "3"});
                break;
            case Kind::count:
            case Kind::duration:
            case Kind::bytes:
            case Kind::bandwidth:
            case Kind::rate:
            case Kind::flag:
            case Kind::choice:
            case Kind::text:
                FAIL("a distribution has no parameter of this kind: " << parameter.name);
        }
    }
    return settings;
}

Settings lists(std::vector<std::string> values, std::vector<std::string> weights) {
    Settings settings;
    settings.set("values", std::move(values));
    settings.set("weights", std::move(weights));
    return settings;
}

}  // namespace

TEST_CASE("every row has a name of its own, a summary, a source, and makes a distribution that draws") {
    std::set<std::string> names;
    for (const auto& row : distributions()) {
        CAPTURE(row.name);
        CHECK(names.insert(row.name).second);
        CHECK_FALSE(row.summary.empty());
        CHECK_FALSE(row.source.empty());
        for (const Parameter& parameter : row.table.parameters) {
            CHECK_FALSE(parameter.doc.empty());
            CHECK(parameter.least <= parameter.most);
        }
        const Settings settings = settings_for(row);
        const auto made = row.make(settings);
        REQUIRE(made != nullptr);
        RandomStream random(1), same(1);
        const Distribution copy = make_distribution({row.name, settings, {}});
        for (int i = 0; i < 100; ++i) CHECK(made->draw(random) == copy.draw(same));
    }
    for (const char* name : {"constant", "exponential", "uniform", "normal", "lognormal", "pareto", "weibull", "gamma",
                             "bernoulli", "bimodal", "hyperexponential", "discrete", "empirical"})
        CHECK(names.count(name) == 1);
}

TEST_CASE("the rows fit a catalog") {
    Catalog catalog;
    catalog.add(distributions());
    CHECK(catalog.rows("distribution").size() == distributions().size());
    CHECK(catalog.find<Distribution>("exponential") != nullptr);
}

TEST_CASE("a name that is no row breaks an invariant") {
    CHECK_THROWS_AS(make_distribution({"gaussian", {}, {}}), InvariantBroken);
}

TEST_CASE("parameters that contradict each other are reported by name") {
    Settings settings;
    settings.set("low", 3.0);
    settings.set("high", 2.0);
    try {
        make_distribution({"uniform", settings, {}});
        FAIL("no error");
    } catch (const ParameterError& error) {
        CHECK(error.parameter() == "high");
    }
}

TEST_CASE("listed values carry units, of one kind") {
    const Settings settings = lists({"1us", "3us"}, {"1", "1"});
    CHECK(make_distribution({"discrete", settings, {}}).mean() == 2000);
    CHECK(make_distribution({"discrete", settings, {}}, Kind::duration).mean() == 2000);
    CHECK_THROWS_WITH_AS(make_distribution({"discrete", settings, {}}, Kind::bytes), doctest::Contains("a duration"),
                         ParameterError);
    CHECK_THROWS_AS(make_distribution({"discrete", lists({"1us", "3kB"}, {"1", "1"}), {}}), ParameterError);
    CHECK_THROWS_AS(make_distribution({"discrete", lists({"1us", "3"}, {"1", "1"}), {}}), ParameterError);
    CHECK_THROWS_WITH_AS(make_distribution({"discrete", lists({"1us", "3us"}, {"1", "x"}), {}}),
                         doctest::Contains("weights"), ParameterError);
    CHECK_THROWS_AS(make_distribution({"discrete", lists({}, {}), {}}), ParameterError);
    CHECK(make_distribution({"discrete", lists({"1KiB", "3KiB"}, {"0.5", "0.5"}), {}}).mean() == 2048);
}
