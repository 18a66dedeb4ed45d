/// `orrery advise partitions`: how many partitions, and how many virtual nodes, keep the work even.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "scenarios/cli/exit_code.hpp"
#include "scenarios/cli/placing_text.hpp"

namespace CLI {
class App;
}

namespace orrery {

/// Numbers are texts here: what is wrong with them is said in the words of scenario files.
struct AdviseArguments {
    KeyArguments keys;
    std::string parallelism;
    std::string limit;
    std::string system;
    std::string counts;         ///< of partitions, instead of those that are tried by default
    std::string virtual_nodes;  ///< likewise
    std::string seed;
    std::string seeds;
    std::string threads;
    std::optional<std::string> json;  ///< a path, or "-" for stdout
    std::optional<std::string> csv;
    std::optional<std::string> plot;
};

/// Exit code: pass if some count of partitions that was tried keeps to the limit in every seed; inconclusive if the
/// best does in some seeds only; failed if none does in any.
ExitCode advise_command(const AdviseArguments& arguments, const Catalog& catalog);

/// Adds the subcommand; when it is given, `action` becomes what runs it.
void add_advise(CLI::App& app, AdviseArguments& arguments, const Catalog& catalog, std::function<ExitCode()>& action);

}  // namespace orrery
