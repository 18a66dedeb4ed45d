#include "tests/cli/program.hpp"

#include <stdlib.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace orrery::tests {

namespace {

std::string slurp(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace

Shell::Shell() {
    std::string name = (std::filesystem::temp_directory_path() / "orrery-cli-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = name;
}

Shell::~Shell() {
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
}

Outcome Shell::run(const std::string& command) const {
    const char* program = std::getenv("ORRERY_PROGRAM");
    if (program == nullptr) throw std::runtime_error("ORRERY_PROGRAM does not say where the program is");
    // The two streams go beside the folder, so that it holds the program's own files only.
    const std::string out = folder_.string() + ".out";
    const std::string err = folder_.string() + ".err";
    const std::string line = "cd " + folder_.string() + " && orrery() { '" + program + "' \"$@\"; } && ORRERY='" +
                             program + "' && { " + command + "\n} >" + out + " 2>" + err + " </dev/null";
    const int status = std::system(line.c_str());
    Outcome outcome{WIFEXITED(status) ? WEXITSTATUS(status) : -1, slurp(out), slurp(err)};
    std::filesystem::remove(out);
    std::filesystem::remove(err);
    return outcome;
}

void Shell::write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
}

std::string Shell::read(const std::string& name) const {
    return slurp(folder_ / name);
}

std::vector<std::string> Shell::files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

std::string small_service(const std::string& more) {
    return "scenario: A small service\n"
           "seed: 3\n"
           "duration: 2s\n"
           "warmup: 200ms\n"
           "replications: 3\n"
           "cluster:\n"
           "  topology: {kind: star, nodes: 5}\n"
           "  link: {latency: 50us}\n"
           "workload:\n"
           "  arrivals: {process: poisson, rate: 2000/s}\n"
           "  demand: {distribution: exponential, mean: 1ms}\n"
           "system:\n"
           "  kind: service\n"
           "  scheduling: {policy: random}\n" +
           more;
}

}  // namespace orrery::tests
