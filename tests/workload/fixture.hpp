/// What the tests of this box share: files that vanish, sections with their defaults, the folder of real data.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sim/base/units.hpp"
#include "sim/workload/error.hpp"

namespace orrery::testing {

/// A folder that is gone with this value.
class Folder {
public:
    Folder() {
        static int count = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("orrery-workload-" + std::to_string(getpid()) + "-" + std::to_string(count++));
        std::filesystem::create_directories(path_);
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path write(const std::string& name, std::string_view content) const {
        std::ofstream(path_ / name, std::ios::binary) << content;
        return path_ / name;
    }

private:
    std::filesystem::path path_;
};

/// A section as the scenario format would hand it over: `given` as texts, the rest by default.
inline Settings section(const Table& table, std::initializer_list<std::pair<std::string, std::string>> given) {
    Settings settings;
    for (const auto& parameter : table.parameters) {
        std::optional<std::string> text = parameter.fallback;
        for (const auto& [name, value] : given)
            if (name == parameter.name) text = value;
        REQUIRE_MESSAGE(text, "no value for ", parameter.name);
        if (text->empty()) continue;
        const auto value = parse_value(parameter.kind, *text);
        REQUIRE_MESSAGE(value, parameter.name, ": ", value.error);
        settings.set(parameter.name, *value);
    }
    return settings;
}

/// The folder of real data, if there is one; says so if not.
inline std::optional<std::filesystem::path> real_data() {
    const char* folder = std::getenv("ORRERY_DATA");
    if (folder != nullptr && std::filesystem::is_directory(folder)) return folder;
    MESSAGE("skipped: ORRERY_DATA names no folder");
    return std::nullopt;
}

/// The message of what `run` throws; empty if it throws nothing.
template <class Run>
std::string error_of(Run run) {
    try {
        run();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace orrery::testing
