/// Calls the program as a user does, from a shell, in a folder of its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace orrery::tests {

struct Outcome {
    int code = 0;
    std::string out;
    std::string err;
};

/// A temporary folder with the program at hand; removed at the end.
class Shell {
public:
    Shell();
    ~Shell();
    Shell(const Shell&) = delete;
    Shell& operator=(const Shell&) = delete;

    /// Runs a command line in the folder; `orrery` stands for the program under test.
    Outcome run(const std::string& command) const;
    void write(const std::string& name, const std::string& text) const;
    std::string read(const std::string& name) const;
    bool exists(const std::string& name) const { return std::filesystem::exists(folder_ / name); }
    /// Names of all files in the folder, sorted.
    std::vector<std::string> files() const;

private:
    std::filesystem::path folder_;
};

/// A small service that runs in a moment; `more` is added at the end.
std::string small_service(const std::string& more = "");

}  // namespace orrery::tests
