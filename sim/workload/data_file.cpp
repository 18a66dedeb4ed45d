#include "sim/workload/data_file.hpp"

#include <system_error>

namespace orrery {

std::vector<Parameter> data_file_parameters() {
    return {{.name = "file",
             .kind = Kind::text,
             .fallback = {},
             .doc = "the data file, looked for beside the scenario, then in the data folder (--data or ORRERY_DATA)"},
            {.name = "source", .kind = Kind::text, .fallback = "", .doc = "where the data file comes from"},
            {.name = "licence", .kind = Kind::text, .fallback = "", .doc = "under which terms it may be used"}};
}

DataFile data_file(const Settings& settings) {
    const auto text = [&](std::string_view name) { return settings.has(name) ? settings.text(name) : std::string(); };
    return {settings.text("file"), text("source"), text("licence")};
}

std::filesystem::path find_data(const DataFile& file, const DataPlaces& places) {
    const std::filesystem::path name(file.name);
    std::vector<std::filesystem::path> candidates;
    if (name.is_absolute()) {
        candidates.push_back(name);
    } else {
        candidates.push_back(places.beside / name);
        if (places.data) candidates.push_back(*places.data / name);
    }
    std::string looked;
    for (const auto& candidate : candidates) {
        std::error_code ignored;
        if (!file.name.empty() && std::filesystem::is_regular_file(candidate, ignored)) return candidate;
        looked += (looked.empty() ? "" : ", ") + candidate.string();
    }
    std::string what = "\"" + file.name + "\" is not there (looked for " + looked;
    if (!places.data && !name.is_absolute()) what += "; no data folder is set: give --data DIR or ORRERY_DATA";
    what += "). Source: " + (file.source.empty() ? "not stated" : file.source) +
            ". Licence: " + (file.licence.empty() ? "not stated" : file.licence) + ".";
    throw ParameterError("file", what);
}

}  // namespace orrery
