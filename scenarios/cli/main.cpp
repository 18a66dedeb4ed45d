#include "scenarios/cli/main.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <thread>

#include "analysis/plot.hpp"
#include "scenarios/cli/advise_command.hpp"
#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/guarded.hpp"
#include "scenarios/cli/place_command.hpp"

namespace orrery {

namespace {

constexpr const char* about =
    "Orrery: a clockwork model of a cluster. Runs real partitioning, scheduling and replication code on simulated\n"
    "nodes, links and failures, and measures load balance, latency and recovery.";

constexpr const char* epilogue =
    "Exit codes: 0 pass, 1 an expectation failed, 2 inconclusive, 3 a guard failed, 64 bad usage or input,\n"
    "70 a bug in Orrery, 74 cannot write, 130 interrupted.\n"
    "`orrery COMMAND --help` has options and examples.";

using Action = std::function<ExitCode()>;

void add_scenario_options(CLI::App& command, ScenarioArguments& arguments) {
    command.add_option("FILE", arguments.files, "scenario files")->required()->expected(1, 1 << 20);
    command
        .add_option("--set", arguments.sets,
                    "override a value: path=value, e.g. system.scheduling.policy=random; may be repeated")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false);
    command.add_option("--data", arguments.data, "folder of data files that do not ship (default: $ORRERY_DATA)");
}

void fill_data(ScenarioArguments& arguments) {
    if (arguments.data) return;
    if (const char* data = std::getenv("ORRERY_DATA"); data != nullptr && *data != '\0') arguments.data = data;
}

void add_run(CLI::App& app, RunArguments& arguments, const Catalog& catalog, Action& action) {
    CLI::App* run = app.add_subcommand("run", "run scenarios and judge their expectations");
    add_scenario_options(*run, arguments.scenario);
    run->add_option("--seed", arguments.seed, "instead of the scenario's; replication i runs with seed + i");
    run->add_option("--replications", arguments.replications, "instead of the scenario's")
        ->check(CLI::Range(1, 1'000'000));
    arguments.threads = std::max(1u, std::thread::hardware_concurrency());
    run->add_option("--threads", arguments.threads,
                    "replications at a time; any number gives the same bytes (default: all cores)")
        ->check(CLI::Range(1, 1024));
    run->add_option("--out", arguments.out, "folder for NAME.json, NAME.csv and NAME.txt of each scenario NAME.yaml");
    run->add_option("--json", arguments.json,
                    "write the result document to this file; - is stdout, in place of the summary");
    run->add_option("--csv", arguments.csv,
                    "write all metrics as CSV to this file; - is stdout, in place of the summary");
    run->add_flag_callback(
        "--quiet", [&] { arguments.verbosity = RunArguments::Verbosity::quiet; },
        "no summary: errors and the exit code only");
    run->add_flag_callback(
        "--check-determinism", [&] { arguments.mode = RunArguments::Mode::check_determinism; },
        "run twice side by side; say at which event the two part, if they do");
    run->footer(
        "Examples\n"
        "  orrery run scenarios/library/quickstart.yaml\n"
        "  orrery run quickstart.yaml --seed 8 --replications 20 --json result.json\n"
        "  orrery run quickstart.yaml --set system.scheduling.policy=random\n"
        "  orrery run scenarios/library/*.yaml --out results --quiet\n"
        "  orrery run quickstart.yaml --json - | jq .metrics");
    run->callback([&] {
        fill_data(arguments.scenario);
        action = [&] { return run_command(arguments, catalog); };
    });
}

void add_validate(CLI::App& app, ScenarioArguments& arguments, const Catalog& catalog, Action& action) {
    CLI::App* validate =
        app.add_subcommand("validate", "check scenarios, their data files included, without running them");
    add_scenario_options(*validate, arguments);
    validate->footer("Examples\n  orrery validate my.yaml\n  orrery validate scenarios/library/*.yaml --data ~/data");
    validate->callback([&] {
        fill_data(arguments);
        action = [&] { return validate_command(arguments, catalog); };
    });
}

void add_list(CLI::App& app, std::optional<std::string>& family, const Catalog& catalog, Action& action) {
    CLI::App* list =
        app.add_subcommand("list", "what there is: families, or the policies of one with their parameters");
    list->add_option("FAMILY", family, "a family, or `metric`");
    list->footer("Examples\n  orrery list\n  orrery list dispatcher\n  orrery list metric");
    list->callback([&] { action = [&] { return list_command(family, catalog); }; });
}

void add_schema(CLI::App& app, const Catalog& catalog, Action& action) {
    CLI::App* schema = app.add_subcommand("schema", "the JSON Schema of scenario files, for editors");
    schema->footer(
        "Example\n  orrery schema > orrery.schema.json\n  then, as first line of a scenario: # yaml-language-server: "
        "$schema=orrery.schema.json");
    schema->callback([&] { action = [&] { return schema_command(catalog); }; });
}

void add_plot(CLI::App& app, PlotArguments& arguments, Action& action) {
    CLI::App* plot = app.add_subcommand("plot", "draw a saved result");
    std::vector<std::string> kinds;
    for (const analysis::PlotKind kind : analysis::plot_kinds()) kinds.emplace_back(analysis::plot_kind_text(kind));
    plot->add_option("RESULT", arguments.result, "a result document, from `run --json` or `run --out`")->required();
    plot->add_option("--kind", arguments.kind, "what to draw")->required()->check(CLI::IsMember(kinds));
    plot->add_option("-o,--output", arguments.output, "picture: .svg, .png or .pdf")->required();
    plot->footer(
        "Examples\n  orrery plot result.json --kind latency -o latency.svg\n  orrery plot result.json --kind "
        "load-heatmap -o load.png");
    plot->callback([&] { action = [&] { return plot_command(arguments); }; });
}

}  // namespace

int main(int argc, char** argv, const Catalog& catalog) {
    CLI::App app(about, "orrery");
    app.footer(epilogue);
    app.set_version_flag("--version", "orrery 0.1.0");
    app.require_subcommand(1);
    Action action;
    RunArguments run;
    ScenarioArguments validate;
    std::optional<std::string> family;
    PlotArguments plot;
    PlaceArguments place;
    AdviseArguments advise;
    add_run(app, run, catalog, action);
    add_validate(app, validate, catalog, action);
    add_list(app, family, catalog, action);
    add_schema(app, catalog, action);
    add_plot(app, plot, action);
    add_place(app, place, catalog, action);
    add_advise(app, advise, catalog, action);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // Help and version are no errors; everything else is bad usage, whatever CLI11 numbers it.
        return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::usage);
    }
    return static_cast<int>(guarded_command("orrery", action));
}

}  // namespace orrery
