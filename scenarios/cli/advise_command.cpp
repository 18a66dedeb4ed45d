#include "scenarios/cli/advise_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <bit>
#include <set>

#include "models/partitioning/flink_key_groups.hpp"
#include "scenarios/cli/guarded.hpp"
#include "scenarios/cli/interrupt.hpp"
#include "scenarios/cli/outputs.hpp"
#include "scenarios/cli/placing_options.hpp"
#include "scenarios/runs/advice.hpp"
#include "sim/base/units.hpp"

namespace orrery {

namespace {

constexpr std::uint64_t requests_default = 2'000'000;
constexpr std::uint64_t seeds_default = 10;
constexpr std::uint64_t seeds_most = 10'000;
constexpr std::uint64_t parallelism_most = 32'768;
constexpr std::uint64_t partitions_most = std::uint64_t{1} << 20;
constexpr std::uint64_t points_most = std::uint64_t{1} << 22;  ///< of one ring with virtual nodes

/// How a system makes partitions of keys, and deals partitions to subtasks.
enum class System : std::uint8_t { hash, kafka, flink };
const std::vector<std::string> system_names = {"hash", "kafka", "flink"};  // the order of System

std::optional<double> read_limit(const std::string& text, Errors& errors) {
    const Parsed<double> plain = parse_real(text);
    const Parsed<double> ratio = parse_ratio(text);
    // "5%" is short for 1.05.
    const double limit = plain ? *plain : ratio ? 1 + *ratio : 0;
    if (limit >= 1 && limit <= 1000) return limit;
    errors.add({}, "--limit: found " + in_quotes(text) +
                       ", expected max/mean from 1 to 1000, or what it may be above 1 "
                       "as a percentage: 1.05 or 5%");
    return std::nullopt;
}

std::vector<std::uint64_t> read_counts(std::string_view option, const std::string& text, std::uint64_t most,
                                       Errors& errors) {
    std::set<std::uint64_t> counts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string item = text.substr(begin, end - begin);
        counts.insert(read_whole(option, item.empty() ? " " : item, 1, 1, most, errors));
        begin = end + 1;
    }
    return {counts.begin(), counts.end()};
}

/// Powers of two, multiples of the parallelism, and what the system chooses by itself.
std::vector<std::uint64_t> default_counts(System system, std::uint64_t parallelism) {
    const std::uint64_t most = system == System::flink ? models::flink_groups_max : partitions_most;
    std::set<std::uint64_t> counts;
    for (std::uint64_t count = std::bit_ceil(parallelism); count <= std::min(most, 256 * parallelism); count *= 2)
        counts.insert(count);
    for (const std::uint64_t times : {1, 2, 3, 4, 5, 10, 20, 50, 100})
        if (times * parallelism <= most) counts.insert(times * parallelism);
    if (system == System::flink) {
        counts.insert(models::flink_default_groups(static_cast<std::uint32_t>(parallelism)));
        if (parallelism <= 128) counts.insert(128);
    }
    return {counts.begin(), counts.end()};
}

std::string scheme_text(System system, std::uint64_t count) {
    switch (system) {
        case System::hash:
            return "modulo";
        case System::kafka:
            return "kafka_default";
        case System::flink:
            return fmt::format("flink_key_groups:max_parallelism={}", count);
    }
    return {};
}

std::string remark_of(System system, std::uint64_t count, std::uint64_t parallelism) {
    if (system != System::flink) return "";
    if (count == models::flink_default_groups(static_cast<std::uint32_t>(parallelism))) return "Flink's default here";
    // 1.5 times 85 is the last that rounds up to 128.
    if (count == 128) return "Flink's default up to 85 subtasks, kept by a rescale";
    return "";
}

/// Partition i of n over k subtasks. Flink's own code goes from key to subtask by itself.
std::function<std::uint32_t(std::uint32_t)> dealing(System system, std::uint64_t partitions, std::uint64_t subtasks) {
    const auto n = static_cast<std::uint32_t>(partitions);
    const auto k = static_cast<std::uint32_t>(subtasks);
    switch (system) {
        case System::flink:
            return {};
        case System::kafka:
            // RangeAssignor: the first n % k consumers have one more.
            return [n, k](std::uint32_t i) {
                const std::uint32_t each = n / k;
                const std::uint32_t longer = n % k;
                return i < longer * (each + 1) ? i / (each + 1) : longer + (i - longer * (each + 1)) / each;
            };
        case System::hash:
            return [k](std::uint32_t i) { return i % k; };
    }
    return {};
}

AdviceCurveSpec partition_curve(System system, const std::vector<std::uint64_t>& counts, std::uint64_t parallelism,
                                const Catalog& catalog, Errors& errors) {
    AdviceCurveSpec spec;
    spec.curve.what = system == System::flink ? "key groups" : "partitions";
    spec.curve.parameter = system == System::flink ? "max_parallelism" : "partitions";
    spec.curve.rescale_least = (parallelism + 1) / 2;
    spec.curve.rescale_most = 2 * parallelism;
    for (const std::uint64_t count : counts) {
        AdviceCandidate candidate;
        candidate.point.count = count;
        candidate.point.remark = remark_of(system, count, parallelism);
        candidate.point.alone = analysis::imbalance_alone(count, parallelism);
        candidate.point.worst = analysis::worst_rescale(count, spec.curve.rescale_least, spec.curve.rescale_most);
        const std::vector<SchemeSpec> schemes = read_schemes({scheme_text(system, count)}, catalog, errors);
        if (schemes.empty()) continue;
        candidate.scheme = schemes.front();
        candidate.places = static_cast<std::uint32_t>(system == System::flink ? parallelism : count);
        candidate.subtask_of = dealing(system, count, parallelism);
        spec.candidates.push_back(std::move(candidate));
    }
    return spec;
}

AdviceCurveSpec virtual_node_curve(const std::vector<std::uint64_t>& counts, std::uint64_t parallelism,
                                   const Catalog& catalog, Errors& errors) {
    AdviceCurveSpec spec;
    spec.curve.what = "virtual nodes";
    spec.curve.parameter = "ring:virtual_nodes";
    for (const std::uint64_t count : counts) {
        AdviceCandidate candidate;
        candidate.point.count = count;
        const std::vector<SchemeSpec> schemes =
            read_schemes({fmt::format("ring:virtual_nodes={}", count)}, catalog, errors);
        if (schemes.empty()) continue;
        candidate.scheme = schemes.front();
        candidate.places = static_cast<std::uint32_t>(parallelism);
        spec.candidates.push_back(std::move(candidate));
    }
    return spec;
}

std::vector<std::uint64_t> partition_counts(const AdviseArguments& arguments, System system, std::uint64_t parallelism,
                                            Errors& errors) {
    if (arguments.counts.empty()) return default_counts(system, parallelism);
    const std::uint64_t most = system == System::flink ? models::flink_groups_max : partitions_most;
    std::vector<std::uint64_t> counts = read_counts("--partitions", arguments.counts, most, errors);
    if (!counts.empty() && errors.empty() && counts.front() < parallelism)
        errors.add({}, fmt::format("--partitions: {} are fewer than {} subtasks; some would have no work",
                                   counts.front(), parallelism));
    return counts;
}

std::vector<std::uint64_t> virtual_node_counts(const AdviseArguments& arguments, std::uint64_t parallelism,
                                               Errors& errors) {
    constexpr std::uint64_t default_most = 4096;
    const std::uint64_t most = std::min<std::uint64_t>(65536, points_most / parallelism);
    if (!arguments.virtual_nodes.empty()) return read_counts("--virtual-nodes", arguments.virtual_nodes, most, errors);
    std::vector<std::uint64_t> counts;
    for (std::uint64_t count = 1; count <= std::min(most, default_most); count *= 2) counts.push_back(count);
    return counts;
}

/// Throws ScenarioError with everything that is wrong.
AdviceSpec read(const AdviseArguments& arguments, const Catalog& catalog) {
    Errors errors({"orrery advise partitions"});
    AdviceSpec spec;
    if (const auto keys = read_keys(arguments.keys, requests_default, catalog, errors)) spec.keys = *keys;
    const std::uint64_t parallelism =
        read_whole("--parallelism", arguments.parallelism, 1, 1, parallelism_most, errors);
    spec.parallelism = static_cast<std::uint32_t>(parallelism);
    if (const auto limit = read_limit(arguments.limit, errors)) spec.limit = *limit;
    spec.seed = read_whole("--seed", arguments.seed, 1, 0, std::uint64_t{1} << 62, errors);
    spec.seeds = read_whole("--seeds", arguments.seeds, seeds_default, 1, seeds_most, errors);
    spec.threads = read_whole("--threads", arguments.threads, cores(), 1, 1024, errors);
    check_outputs({arguments.json, arguments.csv, arguments.plot}, errors);
    const auto named = std::find(system_names.begin(), system_names.end(), arguments.system);
    if (named == system_names.end())
        errors.add({}, "--system: " + unknown_name("system", arguments.system, system_names));
    errors.throw_if_any();
    const auto system = static_cast<System>(named - system_names.begin());
    const auto partitions = partition_counts(arguments, system, parallelism, errors);
    const auto virtual_nodes = virtual_node_counts(arguments, parallelism, errors);
    errors.throw_if_any();
    spec.curves.push_back(partition_curve(system, partitions, parallelism, catalog, errors));
    spec.curves.push_back(virtual_node_curve(virtual_nodes, parallelism, catalog, errors));
    errors.throw_if_any();
    return spec;
}

std::vector<std::string> notes_of(const AdviseArguments& arguments, const AdviceSpec& spec) {
    std::vector<std::string> notes = {
        spec.keys.drawn ? "seed S draws keys of its own and names the nodes of the ring sS-node-i"
                        : "seed S names the nodes of the ring sS-node-i; the keys are those of the file"};
    if (arguments.system == "flink")
        notes.emplace_back("key groups and their dealing to subtasks by Flink's code; a rescale keeps the key groups");
    if (arguments.system == "kafka")
        notes.emplace_back("partitions by Kafka's default partitioner, dealt to consumers as by its range assignor");
    if (arguments.system == "hash") notes.emplace_back("partitions by a hash of the key, dealt to subtasks in turn");
    return notes;
}

ExitCode verdict(const analysis::Advice& advice) {
    const analysis::AdviceCurve& partitions = advice.curves.front();
    if (analysis::smallest_that_meets(partitions, advice.limit) != nullptr) return ExitCode::pass;
    const bool some = std::any_of(partitions.points.begin(), partitions.points.end(),
                                  [&](const auto& point) { return analysis::seeds_met(point, advice.limit) > 0; });
    return some ? ExitCode::inconclusive : ExitCode::failed;
}

}  // namespace

ExitCode advise_command(const AdviseArguments& arguments, const Catalog& catalog) {
    AdviceSpec spec = read(arguments, catalog);
    spec.interrupted = &watch_interrupts();
    analysis::Advice advice;
    try {
        advice = measure_advice(spec);
    } catch (const PlacementError& error) {
        complain(error.what());
        return ExitCode::usage;
    } catch (const ParameterError& error) {
        complain("--trace: " + std::string(error.what()));
        return ExitCode::usage;
    }
    advice.notes = notes_of(arguments, spec);
    Documents documents;
    documents.text = [&] { return analysis::advice_text(advice); };
    documents.json = [&] { return analysis::advice_json(advice); };
    documents.csv = [&] { return analysis::advice_csv(advice); };
    documents.script = [&](analysis::PlotFormat format) { return analysis::advice_script(advice, format); };
    write_documents({arguments.json, arguments.csv, arguments.plot}, documents, Summary::shown);
    return verdict(advice);
}

void add_advise(CLI::App& app, AdviseArguments& arguments, const Catalog& catalog, std::function<ExitCode()>& action) {
    CLI::App* advise = app.add_subcommand("advise", "what to choose, from measurements of the real code");
    advise->require_subcommand(1);
    CLI::App* partitions = advise->add_subcommand(
        "partitions", "the smallest number of partitions, and of virtual nodes, that keeps the work of subtasks even");
    add_key_options(*partitions, arguments.keys, "requests in each seed (default: 2e6; of a file: all of it)");
    partitions->add_option("--parallelism", arguments.parallelism, "subtasks, consumers or nodes that share the work")
        ->required();
    partitions->add_option("--limit", arguments.limit, "the work of the busiest over the mean: 1.05, or 5%")
        ->required();
    arguments.system = "hash";
    partitions->add_option(
        "--system", arguments.system,
        "whose partitions: hash (a hash of the key, dealt in turn; the default), kafka, or flink (key "
        "groups, and what a rescale does to them)");
    partitions->add_option("--partitions", arguments.counts, "counts to try: 128,256,1000 (default: a range of them)");
    partitions->add_option("--virtual-nodes", arguments.virtual_nodes, "likewise (default: 1, 2, 4, ... 4096)");
    partitions->add_option("--seed", arguments.seed, "the first seed (default: 1)");
    partitions->add_option("--seeds", arguments.seeds,
                           "how many: each draws other keys and names other nodes (default: 10)");
    partitions->add_option("--threads", arguments.threads, "any number gives the same bytes (default: all cores)");
    partitions->add_option("--json", arguments.json,
                           "write the advice to this file; - is stdout, in place of the tables");
    partitions->add_option("--csv", arguments.csv, "the same as CSV");
    partitions->add_option("--plot", arguments.plot, "draw the curves: a file .svg, .png or .pdf");
    partitions->footer(
        "Examples\n"
        "  orrery advise partitions --keys 'uniform(1e6)' --parallelism 127 --limit 10% --system flink\n"
        "  orrery advise partitions --keys words.txt --parallelism 12 --limit 1.2 --system kafka --plot advice.svg\n"
        "  orrery advise partitions --keys log.csv --trace columns.key=user --parallelism 48 --limit 1.1 --json -\n"
        "Exit codes: 0 a count of partitions keeps to the limit in every seed, 2 in some seeds only, 1 none does.");
    partitions->callback([&] {
        fill_data(arguments.keys);
        action = [&] { return advise_command(arguments, catalog); };
    });
    advise->footer("Example\n  orrery advise partitions --help");
}

}  // namespace orrery
