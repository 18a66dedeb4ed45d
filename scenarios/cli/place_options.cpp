// The options of `orrery place`, and of what `orrery advise` shares with it.
#include <CLI/CLI.hpp>
#include <cstdlib>

#include "scenarios/cli/place_command.hpp"
#include "scenarios/cli/placing_options.hpp"

namespace orrery {

namespace {

void add_repeated(CLI::App& command, const std::string& name, std::vector<std::string>& into, const std::string& doc) {
    command.add_option(name, into, doc)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false);
}

}  // namespace

void add_key_options(CLI::App& command, KeyArguments& keys, const std::string& count_doc) {
    command
        .add_option(
            "--keys", keys.keys,
            "a distribution, zipf(1e6,0.99) or uniform(1e6) (`orrery list keys` has them all), or a file: a key "
            "a line, plain, gzip or zstd")
        ->required();
    command.add_option("--count", keys.count, count_doc);
    add_repeated(command, "--trace", keys.traces,
                 "how to read a file of records, as in a scenario's `trace`: columns.key=COLUMN (an expression gives "
                 "numbers), format, compression, names, comment, skip_rows, rows; may be repeated");
    command.add_option("--data", keys.data, "folder of data files that do not ship (default: $ORRERY_DATA)");
}

void fill_data(KeyArguments& keys) {
    if (keys.data) return;
    if (const char* data = std::getenv("ORRERY_DATA"); data != nullptr && *data != '\0') keys.data = data;
}

void add_place(CLI::App& app, PlaceArguments& arguments, const Catalog& catalog, std::function<ExitCode()>& action) {
    CLI::App* place = app.add_subcommand(
        "place", "place keys on nodes by the real code: balance, moves, memory, cost of each scheme");
    place
        ->add_option("--scheme", arguments.schemes,
                     "rings and partitioners, separated by commas; parameters behind colons: "
                     "ring:virtual_nodes=256,jump (`orrery list ring`, `orrery list partitioner`)")
        ->required()
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false);
    place->add_option("--nodes", arguments.nodes, "how many nodes; they are numbered from 0");
    place->add_option("--weights", arguments.weights, "of the nodes: 1,1,2 or 1x50,2x50 (default: 1 each)");
    add_key_options(*place, arguments.keys, "requests in each seed (default: 1e6; of a file: all of it)");
    place->add_option("--replicas", arguments.replicas, "copies of each key, on different nodes (default: 1)");
    add_repeated(*place, "--event", arguments.events,
                 "a change, then the next: `add 2` (two nodes more), `add 1 weight 2`, `remove 3` (node 3), `remove "
                 "3..5`; tells what moves; may be repeated");
    place->add_option("--seed", arguments.seed, "the first seed (default: 1)");
    place->add_option(
        "--seeds", arguments.seeds,
        "how many: each names the nodes anew, and draws other keys; intervals are over them (default: 5; 2 above 1e7 "
        "requests)");
    place->add_option("--threads", arguments.threads, "any number gives the same bytes (default: all cores)");
    place->add_option("--json", arguments.json, "write the report to this file; - is stdout, in place of the tables");
    place->add_option("--csv", arguments.csv, "the same as CSV, a number a line");
    place->add_option("--plot", arguments.plot, "draw the load of each node: a file .svg, .png or .pdf");
    place->add_flag_callback(
        "--quiet", [&] { arguments.verbosity = PlaceArguments::Verbosity::quiet; }, "no tables, no costs");
    place->footer(
        "Examples\n"
        "  orrery place --scheme modulo,ring,jump,anchor --nodes 100 --keys 'zipf(1e6,0.99)'\n"
        "  orrery place --scheme ring:virtual_nodes=16,ring:virtual_nodes=256 --nodes 20 --keys 'uniform(1e6)' \\\n"
        "      --event 'add 1' --event 'remove 3'\n"
        "  orrery place --scheme ring,rendezvous --weights 1x50,2x50 --replicas 3 --keys words.txt.gz --plot load.svg\n"
        "  orrery place --scheme kafka_default --nodes 12 --keys log.csv --trace columns.key=user --json -\n"
        "In most shells brackets need quotes. Costs (processor time to build, and for a key) go to stderr.");
    place->callback([&] {
        fill_data(arguments.keys);
        action = [&] { return place_command(arguments, catalog); };
    });
}

}  // namespace orrery
