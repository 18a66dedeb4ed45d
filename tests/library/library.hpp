/// The scenarios that ship, as the tests of the library see them: files with a lesson in comments.
///
/// Comment lines of a fixed form are read by the tests:
///
///     # fails with: --set path=value [--set path=value ...]    under these, one of the expectations fails
///     # in brief: --set path=value [--set path=value ...]      how the test shrinks a large one; ORRERY_LONG=1 does
///     not
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/result.hpp"
#include "scenarios/systems/scenario.hpp"

namespace library {

using Overrides = std::vector<orrery::Override>;

struct Entry {
    std::string name;  ///< quickstart
    std::string path;
    std::string comment;  ///< the lines on top that begin with #
    std::vector<Overrides> fails_with;
    Overrides in_brief;             ///< empty where the file runs as it is
    std::vector<std::string> data;  ///< data files that it names
};

/// All scenario files of scenarios/library, by name.
std::vector<Entry> entries();
Entry entry(const std::string& name);

/// ORRERY_DATA, else ../shared/data beside the sources, if either exists.
std::optional<std::string> data_folder();

/// What `entry` needs and is not there, if anything.
std::optional<std::string> missing_data(const Entry& entry);

/// The scenario with `more` in force, shrunk unless ORRERY_LONG=1.
orrery::Scenario load(const Entry& entry, const Overrides& more);

/// Its result, with as many replications as it says.
orrery::analysis::Result run(const orrery::Scenario& scenario);
orrery::analysis::Result run(const orrery::Scenario& scenario, std::size_t replications);

/// "latency.p99 < 5ms: 7 (fail)", one line each.
std::string verdicts_text(const orrery::analysis::Result& result);

}  // namespace library
