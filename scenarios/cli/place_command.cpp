#include "scenarios/cli/place_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "analysis/scale.hpp"
#include "scenarios/cli/guarded.hpp"
#include "scenarios/cli/interrupt.hpp"
#include "scenarios/cli/outputs.hpp"
#include "scenarios/runs/placement.hpp"

namespace orrery {

namespace {

constexpr std::uint64_t requests_default = 1'000'000;
constexpr std::uint64_t seeds_default = 5;
/// Of very many requests there are two runs, or a look would take minutes.
constexpr std::uint64_t seeds_of_many = 2;
constexpr std::uint64_t many_requests = 10'000'000;
constexpr std::uint64_t seeds_most = 10'000;

/// Throws ScenarioError with everything that is wrong.
PlacementSpec read(const PlaceArguments& arguments, const Catalog& catalog) {
    Errors errors({"orrery place"});
    PlacementSpec spec;
    spec.schemes = read_schemes(arguments.schemes, catalog, errors);
    spec.weights = read_nodes(arguments.nodes, arguments.weights, errors);
    if (const auto keys = read_keys(arguments.keys, requests_default, catalog, errors)) spec.keys = *keys;
    spec.replicas = read_whole("--replicas", arguments.replicas, 1, 1, 1'000'000, errors);
    spec.seed = read_whole("--seed", arguments.seed, 1, 0, std::uint64_t{1} << 62, errors);
    const bool many = spec.keys.drawn && spec.keys.drawn->requests > many_requests;
    spec.seeds = read_whole("--seeds", arguments.seeds, many ? seeds_of_many : seeds_default, 1, seeds_most, errors);
    spec.threads = read_whole("--threads", arguments.threads, cores(), 1, 1024, errors);
    const std::size_t nodes = spec.weights.size();
    if (nodes > 0 && spec.replicas > nodes)
        errors.add({}, fmt::format("--replicas: {} copies need as many nodes; there {} {}", spec.replicas,
                                   nodes == 1 ? "is" : "are", nodes));
    else if (nodes > 0)
        spec.events = read_events(arguments.events, nodes, spec.replicas, errors);
    check_outputs({arguments.json, arguments.csv, arguments.plot}, errors);
    errors.throw_if_any();
    return spec;
}

std::vector<std::string> notes_of(const PlacementSpec& spec) {
    const std::string names = fmt::format("seed S names node i sS-node-i ({} ...)", member_of(spec.seed, 0, 1).name);
    return {spec.keys.drawn ? names + " and draws keys of its own" : names + "; the keys are those of the file"};
}

/// What the code cost: for stderr, since no two runs agree.
std::string cost_text(const PlacementSpec& spec, const PlacementOutcome& outcome, double wall_seconds) {
    using analysis::padded_left;
    using analysis::padded_right;
    const auto quantity = [](double seconds) { return analysis::quantity_text(Kind::duration, seconds, 3); };
    std::string text = padded_right("cost", 24) + padded_left("build", 14) + padded_left("a key", 14) + "\n";
    for (std::size_t i = 0; i < spec.schemes.size(); ++i)
        text += padded_right("  " + spec.schemes[i].name, 24) +
                padded_left(quantity(outcome.costs[i].build_seconds), 14) +
                padded_left(analysis::number_text(outcome.costs[i].lookup_ns, {}, 1) + " ns", 14) + "\n";
    return text + fmt::format("  (processor time; {} in all on {} {})\n", quantity(wall_seconds), spec.threads,
                              spec.threads == 1 ? "thread" : "threads");
}

}  // namespace

ExitCode place_command(const PlaceArguments& arguments, const Catalog& catalog) {
    PlacementSpec spec = read(arguments, catalog);
    spec.interrupted = &watch_interrupts();
    const auto begun = std::chrono::steady_clock::now();
    PlacementOutcome outcome;
    try {
        outcome = measure_placement(spec);
    } catch (const PlacementError& error) {
        complain(error.what());
        return ExitCode::usage;
    } catch (const ParameterError& error) {
        complain("--trace: " + std::string(error.what()));
        return ExitCode::usage;
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
    outcome.placement.notes = notes_of(spec);
    const analysis::Placement& placement = outcome.placement;
    if (arguments.verbosity == PlaceArguments::Verbosity::normal)
        std::fputs(cost_text(spec, outcome, wall.count()).c_str(), stderr);
    Documents documents;
    documents.text = [&] { return analysis::placement_text(placement); };
    documents.json = [&] { return analysis::placement_json(placement); };
    documents.csv = [&] { return analysis::placement_csv(placement); };
    documents.script = [&](analysis::PlotFormat format) { return analysis::placement_script(placement, format); };
    write_documents({arguments.json, arguments.csv, arguments.plot}, documents,
                    arguments.verbosity == PlaceArguments::Verbosity::quiet ? Summary::none : Summary::shown);
    return ExitCode::pass;
}

}  // namespace orrery
