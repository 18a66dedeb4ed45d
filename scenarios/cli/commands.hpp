/// The subcommands: what the command line says, as structs, and what each does.
///
/// Results go to stdout, everything else (errors, progress, timings) to stderr.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/cli/exit_code.hpp"
#include "sim/base/catalog.hpp"

namespace orrery {

/// What run and validate share.
struct ScenarioArguments {
    std::vector<std::string> files;
    std::vector<std::string> sets;    ///< path=value
    std::optional<std::string> data;  ///< --data, else ORRERY_DATA
};

struct RunArguments {
    ScenarioArguments scenario;
    std::optional<std::uint64_t> seed;
    std::optional<std::size_t> replications;
    std::size_t threads = 1;
    std::optional<std::string> out;   ///< folder for NAME.json, NAME.csv and NAME.txt
    std::optional<std::string> json;  ///< a path, or "-" for stdout
    std::optional<std::string> csv;
    enum class Verbosity : std::uint8_t { normal, quiet } verbosity = Verbosity::normal;
    enum class Mode : std::uint8_t { run, check_determinism } mode = Mode::run;
};

struct PlotArguments {
    std::string result;
    std::string kind;
    std::string output;
};

ExitCode run_command(const RunArguments& arguments, const Catalog& catalog);
ExitCode validate_command(const ScenarioArguments& arguments, const Catalog& catalog);
/// Without a family: the families. `metric` lists the metrics.
ExitCode list_command(const std::optional<std::string>& family, const Catalog& catalog);
ExitCode schema_command(const Catalog& catalog);
ExitCode plot_command(const PlotArguments& arguments);

}  // namespace orrery
