#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "sample_table.hpp"
#include "scenarios/format/loader.hpp"

using namespace orrery;

namespace {

const std::filesystem::path folder = std::filesystem::path(ORRERY_SOURCE_DIR) / "tests/format/malformed";

std::string contents(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

/// By file: the lines of EXPECTED.txt, each "file:line:column: message".
std::map<std::string, std::string> expectations() {
    std::map<std::string, std::string> out;
    std::istringstream in(contents(folder / "EXPECTED.txt"));
    for (std::string line; std::getline(in, line);) {
        std::string& lines = out[line.substr(0, line.find(':'))];
        lines += (lines.empty() ? "" : "\n") + line;
    }
    return out;
}

std::string complaint(const std::string& text, const std::string& file) {
    try {
        load(parse(text, file), sample::top(), sample::catalog());
    } catch (const ScenarioError& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("every malformed scenario gets its errors: file, line, column, what was found, what is allowed") {
    const std::map<std::string, std::string> expected = expectations();
    std::set<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string file = entry.path().filename().string();
        if (entry.path().extension() != ".yaml") continue;
        files.insert(file);
        CAPTURE(file);
        REQUIRE(expected.count(file) == 1);
        CHECK(complaint(contents(entry.path()), file) == expected.at(file));
    }
    CHECK(files.size() >= 60);
    CHECK(files.size() == expected.size());
}

TEST_CASE("a file of five thousand mistakes names a hundred and counts the rest") {
    std::string text =
        "duration: 60s\ncluster: {topology: {kind: star, nodes: 2}}\nworkload: {arrivals: {process: poisson, rate: "
        "1/s}}\nsystem: idle\n";
    for (int i = 0; i < 5000; ++i) text += "key" + std::to_string(i) + ": 1\n";
    try {
        load(parse(text, "many.yaml"), sample::top(), sample::catalog());
        FAIL("accepted");
    } catch (const ScenarioError& error) {
        REQUIRE(error.problems().size() == 100);
        CHECK(error.problems().front().where.line == 5);
        CHECK(error.problems().back().where.line == 104);
        CHECK(error.omitted() == 4900);
        CHECK(std::string(error.what()).ends_with("\n... and 4900 more"));
    }
}

TEST_CASE("nesting, size and number of values are bounded") {
    CHECK(complaint("a: " + std::string(1'000'000, '['), "f").find("nested too deeply") != std::string::npos);
    CHECK(complaint("a: " + std::string(1'000'000, '{'), "f").find("nested too deeply") != std::string::npos);
    std::string dashes;
    for (int i = 0; i < 10'000; ++i) dashes += "- ";
    CHECK(complaint(dashes, "f").find("nested too deeply") != std::string::npos);
    std::string values = "a: [";
    for (int i = 0; i < 300'000; ++i) values += "1,";
    CHECK(complaint(values + "]", "f").find("too many values; a scenario has at most 200000") != std::string::npos);
    CHECK(complaint(std::string(document_bytes_max + 1, ' '), "f") ==
          "f: the file has 4194305 bytes; a scenario has at most 4194304");
}
