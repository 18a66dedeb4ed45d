#include <doctest/doctest.h>

#include "tests/library/library.hpp"

using library::Entry;
using orrery::analysis::Verdict;

TEST_CASE("under each `--set` that a scenario of the library names, one of its expectations fails") {
    for (const Entry& entry : library::entries()) {
        if (const auto missing = library::missing_data(entry)) {
            MESSAGE(entry.name << " is skipped: its data file " << *missing << " is not here; set ORRERY_DATA");
            continue;
        }
        for (const library::Overrides& overrides : entry.fails_with) {
            CAPTURE(entry.name);
            CAPTURE(overrides.front().path);
            CAPTURE(overrides.front().value);
            const orrery::analysis::Result result = library::run(library::load(entry, overrides));
            CAPTURE(library::verdicts_text(result));
            CHECK(orrery::analysis::overall(result.verdicts) == Verdict::fail);
        }
    }
}
