#include <doctest/doctest.h>

#include <exception>
#include <set>

#include "scenarios/format/errors.hpp"
#include "tests/library/library.hpp"

using library::Entry;
using orrery::analysis::Verdict;

TEST_CASE("every scenario of the library says what it shows, expects something, and names a way to fail") {
    const std::vector<Entry> all = library::entries();
    CHECK(all.size() >= 13);
    std::set<std::string> names;
    for (const Entry& entry : all) {
        CAPTURE(entry.name);
        names.insert(entry.name);
        CHECK(entry.comment.find("Look at") != std::string::npos);
        CHECK_FALSE(entry.fails_with.empty());
        CHECK_NOTHROW(library::load(entry, {}));
        if (!library::missing_data(entry)) CHECK(library::load(entry, {}).settings.has("expect"));
    }
    for (const char* name : {"quickstart", "queues-100", "star-1000", "million-nodes", "azure-llm", "web-log",
                             "failure-log", "raft-election"}) {
        CAPTURE(name);
        CHECK(names.count(name) == 1);
    }
}

TEST_CASE("every expectation of the library holds, and the effective scenario runs again to the same fingerprint") {
    const orrery::Catalog catalog = orrery::builtin();
    for (const Entry& entry : library::entries()) {
        CAPTURE(entry.name);
        if (const auto missing = library::missing_data(entry)) {
            MESSAGE(entry.name << " is skipped: its data file " << *missing << " is not here; set ORRERY_DATA");
            continue;
        }
        const orrery::Scenario scenario = library::load(entry, {});
        const orrery::analysis::Result result = library::run(scenario);
        CAPTURE(library::verdicts_text(result));
        CHECK(orrery::analysis::overall(result.verdicts) == Verdict::pass);
        CHECK_FALSE(result.verdicts.empty());

        const orrery::Scenario again =
            orrery::read_scenario(result.scenario, "effective", {}, catalog, scenario.places);
        CHECK(again.effective == scenario.effective);
        const orrery::analysis::Result repeated = library::run(again, 1);
        CHECK(repeated.runs.front().fingerprint == result.runs.front().fingerprint);
        CHECK(repeated.runs.front().metrics == result.runs.front().metrics);
    }
}

TEST_CASE("the web log runs backwards, which is an error that names the row unless the scenario says what to do") {
    const Entry entry = library::entry("web-log");
    if (const auto missing = library::missing_data(entry)) {
        MESSAGE("skipped: the data file " << *missing << " is not here; set ORRERY_DATA");
        return;
    }
    std::string what;
    try {
        library::run(library::load(entry, {{"workload.trace.time", "strict"}}));
    } catch (const std::exception& error) {
        what = error.what();
    }
    CAPTURE(what);
    CHECK(what.find("apache_logs.zst") != std::string::npos);
    CHECK(what.find("spread_within") != std::string::npos);
}

TEST_CASE("a data file that is not there is an error that names it, its source and its licence") {
    for (const char* name : {"azure-llm", "web-log", "failure-log"}) {
        const Entry entry = library::entry(name);
        CAPTURE(name);
        std::string what;
        try {
            const orrery::Scenario scenario = orrery::load_scenario(entry.path, {}, orrery::builtin(), "/nowhere");
            library::run(scenario, 1);
        } catch (const orrery::ScenarioError& error) {
            what = error.what();
        }
        CAPTURE(what);
        CHECK(what.find(entry.data.front()) != std::string::npos);
        CHECK(what.find("Source: github.com/") != std::string::npos);
        CHECK(what.find("Licence: not stated") == std::string::npos);
    }
}
