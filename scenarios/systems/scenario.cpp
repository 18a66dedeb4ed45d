#include "scenarios/systems/scenario.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "models/hashing/catalog.hpp"
#include "models/partitioning/catalog.hpp"
#include "models/scheduling/catalog.hpp"
#include "scenarios/format/effective.hpp"
#include "scenarios/format/loader.hpp"
#include "scenarios/systems/catalog.hpp"
#include "scenarios/systems/partitioning.hpp"
#include "scenarios/systems/replication.hpp"
#include "sim/cluster/fault.hpp"
#include "sim/cluster/network_link.hpp"
#include "sim/cluster/topology.hpp"
#include "sim/workload/arrivals.hpp"
#include "sim/workload/failure_log.hpp"
#include "sim/workload/keys.hpp"
#include "sim/workload/trace/trace_reader.hpp"

namespace orrery {

namespace {

std::shared_ptr<const Table> shared(Table table) {
    return std::make_shared<const Table>(std::move(table));
}

Child section(std::string name, std::string doc, Table table) {
    Child child;
    child.name = std::move(name);
    child.doc = std::move(doc);
    child.table = shared(std::move(table));
    child.fallback = "{}";
    return child;
}

Child absent_section(std::string name, std::string doc, Table table) {
    Child child = section(std::move(name), std::move(doc), std::move(table));
    child.fallback.reset();
    return child;
}

Child policy(std::string name, std::string family, std::string key, std::string doc) {
    Child child;
    child.name = std::move(name);
    child.shape = Child::Shape::policy;
    child.doc = std::move(doc);
    child.family = std::move(family);
    child.key = std::move(key);
    return child;
}

Child distribution(std::string name, Kind measures, std::optional<std::string> fallback, std::string doc) {
    Child child = policy(std::move(name), "distribution", "distribution", std::move(doc));
    child.measures = measures;
    child.fallback = std::move(fallback);
    return child;
}

Parameter parameter(std::string name, Kind kind, std::optional<std::string> fallback, double least, double most,
                    std::string doc, std::vector<std::string> choices = {}) {
    return {std::move(name), kind, std::move(fallback), least, most, std::move(doc), std::move(choices)};
}

constexpr double longest = 9.2e18;  // ns: 292 years

Table disk_table() {
    return {{parameter("bandwidth", Kind::bandwidth, "", 1, 1e15, "of what is synced; absent: unlimited")},
            {distribution("fsync", Kind::duration, "0s",
                          "time of one sync; what is asked for while one runs goes into the next together")}};
}

std::vector<Parameter> node_parameters(std::optional<std::string> cores, std::optional<std::string> speed,
                                       std::optional<std::string> memory) {
    return {parameter("cores", Kind::count, std::move(cores), 1, 65536, "cores of the processor"),
            parameter("speed", Kind::real, std::move(speed), 1e-6, 1000,
                      "of a core; a demand is time on a core of speed 1"),
            parameter("memory", Kind::bytes, std::move(memory), 0, 1e18, "main memory")};
}

Table node_table() {
    Child discipline = policy("discipline", "discipline", "policy", "order of service at the processor");
    discipline.fallback = "fifo";
    return {node_parameters("1", "1", "0B"),
            {discipline, section("disk", "where logs and cells are kept", disk_table())}};
}

Table node_override_table() {
    Table table{node_parameters("", "", ""), {}};
    table.parameters.insert(
        table.parameters.begin(),
        parameter("node", Kind::list, {}, 0, 0, "nodes by number, each a number or a range: 3, [1, 4..7]"));
    return table;
}

Table cluster_table() {
    Child topology = policy("topology", "topology", "kind", "nodes, switches and the links between them");
    topology.presence = Child::Presence::required;
    Child link = absent_section("link", "every link, each direction", link_table());
    link.presence = Child::Presence::required;
    Child overrides = absent_section("nodes", "nodes that differ from `node`", node_override_table());
    overrides.shape = Child::Shape::sections;
    return {{parameter(
                "fidelity", Kind::choice, "latency", 0, 0,
                "latency: a message takes the latencies of its route; queue: it queues at every hop for the bandwidth",
                {"latency", "queue"})},
            {topology, link, section("node", "every node", node_table()), overrides}};
}

Table workload_table() {
    Child arrivals = policy("arrivals", "arrivals", "process", "when requests come");
    Child keys = policy("keys", "keys", "distribution", "which key a request asks for; absent: any of a million alike");
    return {
        {parameter("limit", Kind::count, "", 1, 1e15, "no more than so many requests in all")},
        {arrivals, keys, distribution("demand", Kind::duration, "0s", "service demand, in time of one core of speed 1"),
         distribution("request_size", Kind::bytes, "0B", "body of a request on the wire"),
         distribution("reply_size", Kind::bytes, "0B", "body of a reply on the wire"),
         absent_section("trace", "replay recorded requests instead of `arrivals`, `keys` and `demand`",
                        trace_table())}};
}

Table fault_table() {
    return {{parameter("at", Kind::duration, "", 0, longest, "when it strikes, from the start of the run"),
             parameter("for", Kind::duration, "", 1, longest, "how long it lasts; absent: to the end"),
             parameter("every", Kind::duration, "", 1, longest, "strikes again every so often")},
            {distribution("time_to_failure", Kind::duration, {},
                          "by chance instead of `at`: up-time of each target by itself"),
             distribution("time_to_repair", Kind::duration, {}, "by chance: down-time of each target by itself"),
             absent_section("log", "as a failure log tells, instead of `at`", failure_log_table())}};
}

}  // namespace

Table scenario_table() {
    Child faults = absent_section("faults", "what goes wrong, and when", fault_table());
    faults.shape = Child::Shape::tagged;
    faults.family = "fault";
    Child system = policy("system", "system", "kind", "what runs on the cluster");
    system.presence = Child::Presence::required;
    return {
        {parameter("scenario", Kind::text, {}, 0, 0, "title: what this shows"),
         parameter("seed", Kind::count, "1", 0, 9.2e18, "all chance comes from it; replication i runs with seed + i"),
         parameter("duration", Kind::duration, {}, 1, longest, "virtual time of a run, warm-up included"),
         parameter("warmup", Kind::duration, "0s", 0, longest, "cut off in front of every measurement"),
         parameter("warmup_rule", Kind::choice, "declared", 0, 0,
                   "declared: cut `warmup`; mser5: found from a pilot run by MSER-5", {"declared", "mser5"}),
         parameter("replications", Kind::count, "5", 1, 1e6, "independent runs, each with its own seed"),
         parameter("confidence", Kind::ratio, "95%", 0.5, 0.9999, "of the intervals over replications"),
         parameter("expect", Kind::list, "", 0, 0, "expectations, e.g. latency.p99 < 5ms")},
        {section("cluster", "the machines", cluster_table()), section("workload", "what arrives", workload_table()),
         system, faults}};
}

Catalog builtin() {
    Catalog catalog;
    catalog.add(distributions());
    catalog.add(arrival_processes());
    catalog.add(key_popularities());
    catalog.add(topologies());
    catalog.add(faults());
    catalog.add(models::hash_functions());
    catalog.add(models::rings());
    catalog.add(models::partitioners());
    catalog.add(models::assignors());
    catalog.add(models::replica_placements());
    catalog.add(partitionings());
    catalog.add(models::disciplines());
    catalog.add(models::dispatchers());
    catalog.add(replications());
    catalog.add(system_kinds());
    return catalog;
}

Scenario read_scenario(const std::string& text, const std::string& file, const std::vector<Override>& overrides,
                       const Catalog& catalog, const DataPlaces& places) {
    Document document = parse(text, file);
    apply_overrides(document, overrides);
    const Table table = scenario_table();
    Scenario scenario{{}, load(document, table, catalog), {}, places, document.errors};
    const Settings& settings = scenario.settings;
    if (settings.duration("warmup") >= settings.duration("duration"))
        scenario.errors.add(settings.where("warmup"), "'warmup': it takes the whole duration; it must be shorter");
    scenario.errors.throw_if_any();
    scenario.title = settings.text("scenario");
    scenario.effective = to_yaml(settings, table, catalog);
    return scenario;
}

Scenario load_scenario(const std::string& path, const std::vector<Override>& overrides, const Catalog& catalog,
                       const std::optional<std::string>& data) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        throw ScenarioError(Problem{path, {}, "this is a folder; a scenario file is expected"});
    std::ifstream in(path, std::ios::binary);
    if (!in) throw ScenarioError(Problem{path, {}, "cannot read this file; is the path right?"});
    // One byte more than a document may have is enough for `parse` to say so.
    std::string text(document_bytes_max + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    DataPlaces places;
    places.beside = std::filesystem::path(path).parent_path();
    if (data) places.data = *data;
    return read_scenario(text, path, overrides, catalog, places);
}

}  // namespace orrery
