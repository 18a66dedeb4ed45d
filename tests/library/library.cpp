#include "tests/library/library.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "scenarios/format/document.hpp"
#include "scenarios/runs/replications.hpp"

namespace library {

namespace {

namespace fs = std::filesystem;

std::optional<std::string> environment(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return {};
    return value;
}

/// What follows `start` in `line`, if it begins with it.
std::optional<std::string> behind(const std::string& line, const std::string& start) {
    if (line.rfind(start, 0) != 0) return {};
    return line.substr(start.size());
}

/// "--set a=b --set c=d"; values without blanks.
Overrides read_overrides(const std::string& text, const std::string& path) {
    Overrides overrides;
    std::istringstream words(text);
    std::string word;
    while (words >> word) {
        std::string value;
        if (word != "--set" || !(words >> value))
            throw std::runtime_error(path + ": expected --set path=value: " + text);
        overrides.push_back(orrery::parse_override(value));
    }
    if (overrides.empty()) throw std::runtime_error(path + ": a comment line names no --set: " + text);
    return overrides;
}

/// The value of `file: ...` or `matrix_file: ...`.
std::optional<std::string> data_file_of(const std::string& line) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string::npos) return {};
    const std::string text = line.substr(begin);
    for (const char* key : {"file: ", "matrix_file: "})
        if (const auto value = behind(text, key)) return value;
    return {};
}

Entry read_entry(const fs::path& path) {
    Entry entry;
    entry.name = path.stem().string();
    entry.path = path.string();
    std::ifstream in(path);
    bool on_top = true;
    for (std::string line; std::getline(in, line);) {
        on_top = on_top && line.rfind('#', 0) == 0;
        if (on_top) {
            entry.comment += line + "\n";
            if (const auto sets = behind(line, "# fails with: "))
                entry.fails_with.push_back(read_overrides(*sets, entry.path));
            if (const auto sets = behind(line, "# in brief: ")) entry.in_brief = read_overrides(*sets, entry.path);
        } else if (const auto file = data_file_of(line)) {
            entry.data.push_back(*file);
        }
    }
    return entry;
}

}  // namespace

std::vector<Entry> entries() {
    std::vector<Entry> found;
    for (const auto& file : fs::directory_iterator(fs::path(ORRERY_SOURCE_DIR) / "scenarios/library"))
        if (file.path().extension() == ".yaml") found.push_back(read_entry(file.path()));
    std::sort(found.begin(), found.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
    return found;
}

Entry entry(const std::string& name) {
    return read_entry(fs::path(ORRERY_SOURCE_DIR) / "scenarios/library" / (name + ".yaml"));
}

std::optional<std::string> data_folder() {
    if (const auto set = environment("ORRERY_DATA")) return set;
    const fs::path beside = fs::path(ORRERY_SOURCE_DIR).parent_path() / "shared/data";
    if (fs::is_directory(beside)) return beside.string();
    return {};
}

std::optional<std::string> missing_data(const Entry& entry) {
    const auto folder = data_folder();
    for (const std::string& file : entry.data)
        if (!folder || !fs::is_regular_file(fs::path(*folder) / file)) return file;
    return {};
}

orrery::Scenario load(const Entry& entry, const Overrides& more) {
    Overrides overrides = environment("ORRERY_LONG") == "1" ? Overrides() : entry.in_brief;
    overrides.insert(overrides.end(), more.begin(), more.end());
    return orrery::load_scenario(entry.path, overrides, orrery::builtin(), data_folder());
}

orrery::analysis::Result run(const orrery::Scenario& scenario) {
    return run(scenario, static_cast<std::size_t>(scenario.replications()));
}

orrery::analysis::Result run(const orrery::Scenario& scenario, std::size_t replications) {
    orrery::RunOptions options;
    options.replications = replications;
    options.threads = 2;
    return orrery::run_replications(scenario, orrery::builtin(), options);
}

std::string verdicts_text(const orrery::analysis::Result& result) {
    std::ostringstream text;
    for (const orrery::analysis::Judgement& judgement : result.verdicts)
        text << judgement.expectation << ": " << judgement.estimate.mean << " ("
             << orrery::analysis::verdict_text(judgement.verdict) << ")\n";
    return text.str();
}

}  // namespace library
