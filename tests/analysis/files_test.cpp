#include "analysis/files.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

using namespace orrery::analysis;
namespace fs = std::filesystem;

namespace {

/// A directory of this test's own, gone at the end.
class Scratch {
public:
    Scratch() {
        std::string pattern = (fs::temp_directory_path() / "files_test_XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~Scratch() { fs::remove_all(path_); }
    std::string operator/(const char* name) const { return (path_ / name).string(); }
    std::size_t entries() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
    }

private:
    fs::path path_;
};

}  // namespace

TEST_CASE("a file is written whole, replaced whole, and nothing is left beside it") {
    const Scratch scratch;
    const std::string path = scratch / "result.json";
    const std::string bytes("a\0b\n", 4);
    write_file_atomically(path, bytes);
    CHECK(*read_file(path) == bytes);
    write_file_atomically(path, "");
    CHECK(read_file(path).value == "");
    CHECK(scratch.entries() == 1);
}

TEST_CASE("what cannot be written is an error with path and reason, and the old file stays") {
    const Scratch scratch;
    const std::string missing = scratch / "none/result.json";
    try {
        write_file_atomically(missing, "x");
        FAIL("was written");
    } catch (const WriteError& error) {
        CHECK(error.path() == missing);
        CHECK(error.reason() == "No such file or directory");
    }
    CHECK_THROWS_AS(write_file_atomically(scratch / ".", "x"), WriteError);
    CHECK(scratch.entries() == 0);
}

TEST_CASE("a symbolic link stays one, and its target is replaced") {
    const Scratch scratch;
    write_file_atomically(scratch / "real", "old");
    fs::create_symlink(scratch / "real", scratch / "link");
    write_file_atomically(scratch / "link", "new");
    CHECK(fs::is_symlink(scratch / "link"));
    CHECK(*read_file(scratch / "real") == "new");
}

TEST_CASE("a device is written in place") {
    write_file_atomically("/dev/null", "x");
    CHECK(fs::is_character_file("/dev/null"));
    if (fs::exists("/dev/full")) CHECK_THROWS_AS(write_file_atomically("/dev/full", "x"), WriteError);
}

TEST_CASE("what cannot be read is an error that names it") {
    const auto refused = read_file("/nowhere/at/all");
    CHECK_FALSE(refused);
    CHECK(refused.error == "cannot read /nowhere/at/all: No such file or directory");
    CHECK_FALSE(read_file("/"));
}
