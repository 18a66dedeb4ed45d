#include <cstdio>

#include "analysis/files.hpp"
#include "analysis/plot.hpp"
#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/guarded.hpp"
#include "scenarios/format/schema.hpp"
#include "scenarios/runs/replications.hpp"
#include "scenarios/systems/simulation.hpp"

namespace orrery {

namespace {

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void validate(const std::string& file, const ScenarioArguments& arguments, const Catalog& catalog) {
    std::vector<Override> overrides;
    for (const std::string& text : arguments.sets) overrides.push_back(parse_override(text));
    const Scenario scenario = load_scenario(file, overrides, catalog, arguments.data);
    expectations(scenario, metric_table(scenario, catalog));
    BuildOptions options;
    options.seed = scenario.seed();
    Simulation::build(scenario, catalog, options);
    print(file + ": ok\n");
}

void list_metrics(const Catalog&) {
    const analysis::MetricTable table = analysis::MetricTable::builtin();
    for (const analysis::MetricInfo& row : table.rows()) {
        const std::string unit(analysis::unit_text(row.unit));
        std::printf("%-26s %-6s %s\n", row.name.c_str(), unit.c_str(), row.summary.c_str());
    }
}

}  // namespace

ExitCode validate_command(const ScenarioArguments& arguments, const Catalog& catalog) {
    ExitCode worst = ExitCode::pass;
    for (const std::string& file : arguments.files) {
        const ExitCode code = guarded_command(file, [&] {
            validate(file, arguments, catalog);
            return ExitCode::pass;
        });
        worst = worse(worst, code);
    }
    return worst;
}

ExitCode list_command(const std::optional<std::string>& family, const Catalog& catalog) {
    std::vector<std::string> families = catalog.families();
    if (!family) {
        for (const std::string& name : families) {
            std::printf("%s\n", name.c_str());
            for (const RowInfo* row : catalog.rows(name))
                std::printf("    %-22s %s\n", row->name.c_str(), row->summary.c_str());
        }
        std::printf("metric\n    `orrery list metric` lists them\n");
        return ExitCode::pass;
    }
    if (*family == "metric") {
        list_metrics(catalog);
        return ExitCode::pass;
    }
    const std::vector<const RowInfo*> rows = catalog.rows(*family);
    if (rows.empty()) {
        families.emplace_back("metric");
        complain(unknown_name("family", *family, families));
        return ExitCode::usage;
    }
    for (const RowInfo* row : rows) print(describe(*row) + "\n");
    return ExitCode::pass;
}

ExitCode schema_command(const Catalog& catalog) {
    print(json_schema(scenario_table(), catalog));
    return ExitCode::pass;
}

ExitCode plot_command(const PlotArguments& arguments) {
    const auto kind = analysis::plot_kind_of(arguments.kind);
    const auto format = analysis::plot_format_of(arguments.output);
    if (!kind || !format) {
        complain(arguments.output + ": a picture's name ends in .svg, .png or .pdf");
        return ExitCode::usage;
    }
    const auto result = analysis::load_result(arguments.result);
    if (!result.value) {
        complain(result.error);
        return ExitCode::usage;
    }
    const auto script = analysis::plot_script(*result.value, *kind, *format);
    if (!script.value) {
        complain(arguments.result + ": " + script.error);
        return ExitCode::usage;
    }
    analysis::write_file_atomically(arguments.output, analysis::draw(*script.value, *format));
    return ExitCode::pass;
}

}  // namespace orrery
