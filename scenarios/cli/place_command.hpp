/// `orrery place`: the real placing code over a stream of keys, without a simulation.
///
/// stdout is the same for the same arguments, on any number of threads; what the code cost goes to stderr.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/cli/exit_code.hpp"
#include "scenarios/cli/placing_text.hpp"

namespace CLI {
class App;
}

namespace orrery {

/// Numbers are texts here: what is wrong with them is said in the words of scenario files.
struct PlaceArguments {
    std::vector<std::string> schemes;
    std::string nodes;
    std::string weights;
    KeyArguments keys;
    std::string replicas;
    std::vector<std::string> events;
    std::string seed;
    std::string seeds;
    std::string threads;
    std::optional<std::string> json;  ///< a path, or "-" for stdout
    std::optional<std::string> csv;
    std::optional<std::string> plot;
    enum class Verbosity : std::uint8_t { normal, quiet } verbosity = Verbosity::normal;
};

ExitCode place_command(const PlaceArguments& arguments, const Catalog& catalog);

/// Adds the subcommand; when it is given, `action` becomes what runs it.
void add_place(CLI::App& app, PlaceArguments& arguments, const Catalog& catalog, std::function<ExitCode()>& action);

}  // namespace orrery
