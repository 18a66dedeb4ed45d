/// Data files that a scenario names but that do not ship with it: where they are looked for.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "sim/base/parameter.hpp"

namespace orrery {

/// A data file as a scenario declares it. `source` and `licence` tell a reader who does not have the file
/// where to get it and under which terms.
struct DataFile {
    std::string name;     ///< relative to the places below, or absolute
    std::string source;   ///< empty if the scenario does not say
    std::string licence;  ///< empty if the scenario does not say
};

/// Where to look. The program fills `data` from --data, else from ORRERY_DATA; nothing here reads the
/// environment.
struct DataPlaces {
    std::filesystem::path beside;                 ///< the folder of the scenario file
    std::optional<std::filesystem::path> data{};  ///< the data folder, if there is one
};

/// The rows `file`, `source` and `licence`: what every section that reads a data file begins with.
std::vector<Parameter> data_file_parameters();
DataFile data_file(const Settings& settings);

/// The file beside the scenario, else in the data folder. Throws `ParameterError` ("file") that
/// names the file, every place looked at, its source and licence, when there is none or it is a folder.
std::filesystem::path find_data(const DataFile& file, const DataPlaces& places);

}  // namespace orrery
