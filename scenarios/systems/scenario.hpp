/// A scenario: a file, read and checked, ready to be built into a simulation.
///
/// The table of everything a file may hold is put together here from the parts that own it: topologies,
/// links and faults from sim/cluster, arrivals, keys and traces from sim/workload, disciplines and
/// dispatchers from models/scheduling, system kinds from this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/format/document.hpp"
#include "scenarios/format/errors.hpp"
#include "sim/base/catalog.hpp"
#include "sim/base/parameter.hpp"
#include "sim/workload/data_file.hpp"

namespace orrery {

/// Every policy that ships.
Catalog builtin();

/// What a scenario file may hold.
Table scenario_table();

struct Scenario {
    std::string title;
    Settings settings;
    std::string effective;  ///< YAML, defaults filled in
    DataPlaces places;      ///< where its data files are looked for
    Errors errors;          ///< empty; knows the file, for errors found while building

    std::uint64_t seed() const { return static_cast<std::uint64_t>(settings.integer("seed")); }
    Duration duration() const { return settings.duration("duration"); }
    std::int64_t replications() const { return settings.integer("replications"); }
};

/// Reads a scenario's text. Throws ScenarioError.
Scenario read_scenario(const std::string& text, const std::string& file, const std::vector<Override>& overrides,
                       const Catalog& catalog, const DataPlaces& places);

/// Reads the file at `path`; `data` is the data folder, if there is one. Throws ScenarioError.
Scenario load_scenario(const std::string& path, const std::vector<Override>& overrides, const Catalog& catalog,
                       const std::optional<std::string>& data);

}  // namespace orrery
