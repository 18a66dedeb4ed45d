/// The golden vectors of production systems, which do not ship: a folder beside the repository, if it is there.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::testing {

/// A file of ../shared/golden; says so if it is not there.
inline std::optional<std::filesystem::path> golden_file(const std::string& name) {
    const auto path = std::filesystem::path(ORRERY_SOURCE_DIR) / ".." / "shared" / "golden" / name;
    if (std::filesystem::is_regular_file(path)) return path;
    MESSAGE("golden vectors skipped: " << name << " is not there");
    return std::nullopt;
}

/// The whole file, or nothing.
inline std::optional<std::string> golden_text(const std::string& name) {
    const auto path = golden_file(name);
    if (!path) return std::nullopt;
    std::ifstream file(*path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
}

inline std::vector<std::string> csv_fields(std::string_view line) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
            fields.back().push_back(line[i++]);
        } else if (line[i] == '"') {
            quoted = !quoted;
        } else if (line[i] == ',' && !quoted) {
            fields.emplace_back();
        } else {
            fields.back().push_back(line[i]);
        }
    }
    return fields;
}

/// The rows of a CSV file by column name; empty if the file is not there.
inline std::vector<std::map<std::string, std::string>> golden_rows(const std::string& name) {
    std::vector<std::map<std::string, std::string>> rows;
    const auto text = golden_text(name);
    if (!text) return rows;
    std::istringstream lines(*text);
    std::string line;
    std::getline(lines, line);
    const auto names = csv_fields(line);
    while (std::getline(lines, line)) {
        const auto fields = csv_fields(line);
        REQUIRE(fields.size() == names.size());
        auto& row = rows.emplace_back();
        for (std::size_t i = 0; i < fields.size(); ++i) row[names[i]] = fields[i];
    }
    REQUIRE(!rows.empty());
    return rows;
}

/// Bytes from hexadecimal digits.
inline std::string unhex(std::string_view digits) {
    const auto value = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
    REQUIRE(digits.size() % 2 == 0);
    std::string bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2)
        bytes.push_back(static_cast<char>(value(digits[i]) * 16 + value(digits[i + 1])));
    return bytes;
}

}  // namespace orrery::testing
