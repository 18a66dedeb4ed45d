#include <algorithm>
#include <filesystem>

#include "analysis/files.hpp"
#include "analysis/summary.hpp"
#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/guarded.hpp"
#include "scenarios/cli/interrupt.hpp"
#include "scenarios/cli/outputs.hpp"
#include "scenarios/cli/progress.hpp"
#include "scenarios/runs/determinism.hpp"
#include "scenarios/runs/replications.hpp"

namespace orrery {

namespace {

std::vector<Override> overrides_of(const RunArguments& arguments) {
    std::vector<Override> overrides;
    for (const std::string& text : arguments.scenario.sets) overrides.push_back(parse_override(text));
    if (arguments.seed) overrides.push_back({"seed", std::to_string(*arguments.seed)});
    if (arguments.replications) overrides.push_back({"replications", std::to_string(*arguments.replications)});
    return overrides;
}

void write_outputs(const RunArguments& arguments, const std::string& file, const analysis::Result& result) {
    if (arguments.out) {
        std::error_code error;
        std::filesystem::create_directories(*arguments.out, error);
        if (error) throw analysis::WriteError(*arguments.out, error.message());
        const std::string base = (std::filesystem::path(*arguments.out) / std::filesystem::path(file).stem()).string();
        put(base + ".json", analysis::to_json(result));
        put(base + ".csv", analysis::to_csv(result));
        put(base + ".txt", analysis::summary_text(result));
    }
    if (arguments.json) put(*arguments.json, analysis::to_json(result));
    if (arguments.csv) put(*arguments.csv, analysis::to_csv(result));
    const bool stdout_taken = arguments.json == "-" || arguments.csv == "-";
    if (arguments.verbosity == RunArguments::Verbosity::normal && !stdout_taken)
        put("-", analysis::summary_text(result));
}

ExitCode code_of(const std::vector<analysis::Judgement>& verdicts) {
    switch (analysis::overall(verdicts)) {
        case analysis::Verdict::pass:
            return ExitCode::pass;
        case analysis::Verdict::fail:
            return ExitCode::failed;
        case analysis::Verdict::inconclusive:
            return ExitCode::inconclusive;
    }
    return ExitCode::bug;
}

ExitCode run_file(const RunArguments& arguments, const std::string& file, const Catalog& catalog) {
    const Scenario scenario = load_scenario(file, overrides_of(arguments), catalog, arguments.scenario.data);
    if (arguments.mode == RunArguments::Mode::check_determinism) {
        const Determinism found = check_determinism(scenario, catalog, &watch_interrupts());
        put("-", file + ": " + found.text + "\n");
        return found.verdict == Determinism::Verdict::same ? ExitCode::pass : ExitCode::guard;
    }
    RunOptions options;
    options.replications = static_cast<std::size_t>(scenario.replications());
    options.threads = arguments.threads;
    options.interrupted = &watch_interrupts();
    ProgressLine line(file);
    options.on_progress = [&](const Progress& progress) { line.show(progress); };
    const analysis::Result result = run_replications(scenario, catalog, options);
    line.finish();
    write_outputs(arguments, file, result);
    return code_of(result.verdicts);
}

ExitCode check_arguments(const RunArguments& arguments) {
    const auto& files = arguments.scenario.files;
    if (files.size() > 1 && (arguments.json || arguments.csv)) {
        complain("--json and --csv take one scenario; for several use --out DIR");
        return ExitCode::usage;
    }
    if (arguments.json == "-" && arguments.csv == "-") {
        complain("--json - and --csv - both want stdout");
        return ExitCode::usage;
    }
    if (arguments.out) {
        std::vector<std::string> names;
        for (const std::string& file : files) names.push_back(std::filesystem::path(file).stem().string());
        std::sort(names.begin(), names.end());
        if (const auto twice = std::adjacent_find(names.begin(), names.end()); twice != names.end()) {
            complain("two scenarios are named " + *twice + "; --out would write both to the same files");
            return ExitCode::usage;
        }
    }
    return ExitCode::pass;
}

}  // namespace

ExitCode run_command(const RunArguments& arguments, const Catalog& catalog) {
    if (const ExitCode usage = check_arguments(arguments); usage != ExitCode::pass) return usage;
    watch_interrupts();
    ExitCode worst = ExitCode::pass;
    for (const std::string& file : arguments.scenario.files) {
        worst = worse(worst, guarded_command(file, [&] { return run_file(arguments, file, catalog); }));
        if (worst == ExitCode::interrupted) break;
    }
    return worst;
}

}  // namespace orrery
