/// The house as it stands.
#include <doctest/doctest.h>

#include "tests/stairs/rules.hpp"

using namespace orrery::stairs;

namespace {

/// All but tests/install, a project of somebody else's.
std::vector<SourceFile> house() {
    auto files = read_sources(ORRERY_SOURCE_DIR, {"sim", "models", "analysis", "scenarios", "tests"});
    std::erase_if(files, [](const auto& file) { return file.path.starts_with("tests/install/"); });
    return files;
}

void report(const Findings& findings) {
    for (const auto& what : findings) FAIL_CHECK(what);
}

}  // namespace

TEST_CASE("every include follows the stairs") {
    const auto files = house();
    REQUIRE(files.size() > 20);
    report(check_stairs(files));
}

TEST_CASE("every package is used behind its own door") {
    report(check_doors(house()));
}

TEST_CASE("a system speaks a port and names no protocol") {
    report(check_ports(house()));
}

TEST_CASE("no code reaches for chance or time from outside, and none is unfinished") {
    report(check_smells(house()));
}

TEST_CASE("test cases stand where the build finds them") {
    report(check_tests(house()));
}

TEST_CASE("no flag depends on the builder's processor, and no file on the machine it was written on") {
    const auto files = read_files(ORRERY_SOURCE_DIR, {".cpp", ".hpp", ".txt", ".cmake", ".in", ".json", ".yaml", ".sh",
                                                      ".md", "dev", "run", ".clang-tidy"});
    REQUIRE(files.size() > 20);
    report(check_build(files));
}
