#include "sample_table.hpp"

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::sample {

namespace {

struct Topology {
    static constexpr std::string_view family = "topology";
};
struct Distribution {
    static constexpr std::string_view family = "distribution";
};
struct Arrivals {
    static constexpr std::string_view family = "arrivals";
};
struct System {
    static constexpr std::string_view family = "system";
};
struct Dispatcher {
    static constexpr std::string_view family = "dispatcher";
};
struct Fault {
    static constexpr std::string_view family = "fault";
};

template <class Policy>
Row<Policy> row(std::string name, std::string summary, Table table) {
    return {std::move(name), std::move(summary), "a test", std::move(table),
            [](const Settings&) { return std::unique_ptr<Policy>(); }};
}

std::shared_ptr<const Table> shared(Table table) {
    return std::make_shared<const Table>(std::move(table));
}

Child section(std::string name, std::string doc, Table table) {
    return {.name = std::move(name),
            .shape = Child::Shape::section,
            .doc = std::move(doc),
            .table = shared(std::move(table))};
}

Child measured(std::string name, Kind kind, std::string doc) {
    return {.name = std::move(name),
            .shape = Child::Shape::policy,
            .doc = std::move(doc),
            .family = "distribution",
            .key = "distribution",
            .measures = kind};
}

Child required(Child child) {
    child.presence = Child::Presence::required;
    return child;
}

Child with_fallback(Child child, std::string fallback) {
    child.fallback = std::move(fallback);
    return child;
}

Table cluster() {
    return {{},
            {required({.name = "topology",
                       .shape = Child::Shape::policy,
                       .doc = "how nodes are connected",
                       .family = "topology",
                       .key = "kind"}),
             with_fallback(section("link", "every link",
                                   {{{"bandwidth", Kind::bandwidth, "10Gbit/s", 1, 1e15, "of one direction"},
                                     {"loss", Kind::ratio, "0", 0, 1, "share of messages lost"},
                                     {"buffer", Kind::bytes, "", 0, 1e12, "queue of a port; unbounded if absent"}},
                                    {with_fallback(measured("latency", Kind::duration, "one way"), "20us")}}),
                           "{}"),
             section("node", "every node",
                     {{{"cores", Kind::count, "1", 1, 1024, "processor cores"},
                       {"memory", Kind::bytes, "16GiB", 0, 1e15, "main memory"},
                       {"ssd", Kind::flag, "true", 0, 1, "whether the disk is fast"}}})}};
}

Table workload() {
    return {{{"fidelity", Kind::choice, "latency", 0, 0, "how links are modelled", {"latency", "queue"}}},
            {required({.name = "arrivals",
                       .shape = Child::Shape::policy,
                       .doc = "when requests come",
                       .family = "arrivals",
                       .key = "process"}),
             measured("demand", Kind::duration, "processor time of a request"),
             measured("size", Kind::bytes, "length of a request")}};
}

void add_topologies(Catalog& out) {
    out.add(
        row<Topology>("star", "all nodes at one switch", {{{"nodes", Kind::count, std::nullopt, 1, 1e7, "hosts"}}}));
    out.add(row<Topology>("leaf_spine", "racks below spines",
                          {{{"racks", Kind::count, std::nullopt, 1, 1e4, "racks"},
                            {"nodes_per_rack", Kind::count, std::nullopt, 1, 1e4, "hosts of a rack"},
                            {"spines", Kind::count, "2", 1, 64, "upper switches"}}}));
}

void add_distributions(Catalog& out) {
    out.add(row<Distribution>("constant", "always the same",
                              {{{"value", Kind::quantity, std::nullopt, 0, 1e18, "the value"}}}));
    out.add(
        row<Distribution>("exponential", "memoryless", {{{"mean", Kind::quantity, std::nullopt, 0, 1e18, "mean"}}}));
    out.add(row<Distribution>("uniform", "between two limits",
                              {{{"low", Kind::quantity, "0", 0, 1e18, "lower limit"},
                                {"high", Kind::quantity, std::nullopt, 0, 1e18, "upper limit"}}}));
    out.add(row<Distribution>("pareto", "heavy-tailed",
                              {{{"scale", Kind::quantity, std::nullopt, 0, 1e18, "minimum"},
                                {"shape", Kind::real, "1.5", 0.01, 100, "tail index"}}}));
    Child part{.name = "parts",
               .shape = Child::Shape::policy,
               .doc = "what is shifted",
               .family = "distribution",
               .key = "distribution"};
    out.add(row<Distribution>("shifted", "another one, later",
                              {{{"by", Kind::quantity, std::nullopt, 0, 1e18, "shift"}}, {required(part)}}));
    out.add(row<Distribution>("exponential_think", "a default of its own",
                              {{{"mean", Kind::quantity, "1000000", 0, 1e18, "mean"}}}));
}

void add_arrivals(Catalog& out) {
    out.add(row<Arrivals>("poisson", "a Poisson process", {{{"rate", Kind::rate, std::nullopt, 0, 1e12, "arrivals"}}}));
    out.add(
        row<Arrivals>("closed", "clients that think",
                      {{{"clients", Kind::count, std::nullopt, 1, 1e6, "clients"}},
                       {with_fallback(measured("think", Kind::duration, "between requests"), "exponential_think")}}));
}

void add_systems(Catalog& out) {
    out.add(row<Dispatcher>("random", "any worker", {}));
    out.add(
        row<Dispatcher>("power_of_d", "the least loaded of d", {{{"d", Kind::count, "2", 1, 64, "workers to draw"}}}));
    out.add(row<Dispatcher>("weighted", "by weight", {{{"weights", Kind::list, "1, 2", 0, 0, "of the workers"}}}));
    Child scheduling{.name = "scheduling",
                     .shape = Child::Shape::policy,
                     .doc = "who serves",
                     .family = "dispatcher",
                     .fallback = "power_of_d"};
    out.add(row<System>("service", "clients and workers",
                        {{{"timeout", Kind::duration, "", 1, 1e18, "of a request"}},
                         {scheduling, section("retries", "off if absent",
                                              {{{"budget", Kind::ratio, "20%", 0, 1, "of all requests"},
                                                {"attempts", Kind::count, "2", 1, 10, "at most"}}})}}));
    out.add(row<System>("idle", "nothing at all", {}));
}

void add_faults(Catalog& out) {
    const Table place{
        {{"node", Kind::count, "", 0, 1e7, "its number"}, {"rack", Kind::count, "", 0, 1e4, "its number"}}};
    out.add(row<Fault>("crash", "a node stops", place));
    out.add(row<Fault>("slow", "a node is slow",
                       {{{"node", Kind::count, std::nullopt, 0, 1e7, "its number"},
                         {"factor", Kind::real, std::nullopt, 1, 1000, "how much"}}}));
}

}  // namespace

Table top() {
    return {
        {{"scenario", Kind::text, "", 0, 0, "what this is about"},
         {"seed", Kind::count, "1", 0, 1e15, "of all chance"},
         {"duration", Kind::duration, std::nullopt, 1, 1e18, "virtual time, warm-up included"},
         {"warmup", Kind::duration, "0s", 0, 1e18, "cut off in front"},
         {"expect", Kind::list, "", 0, 0, "what must hold"}},
        {required(section("cluster", "the simulated machines", cluster())),
         required(section("workload", "what arrives", workload())),
         required(
             {.name = "system", .shape = Child::Shape::policy, .doc = "what runs", .family = "system", .key = "kind"}),
         {.name = "faults",
          .shape = Child::Shape::tagged,
          .doc = "what breaks",
          .family = "fault",
          .table = shared({{{"at", Kind::duration, std::nullopt, 0, 1e18, "when"},
                            {"for", Kind::duration, "", 0, 1e18, "how long; for good if absent"}}})},
         {.name = "phases",
          .shape = Child::Shape::sections,
          .doc = "parts of a run",
          .table = shared({{{"until", Kind::duration, std::nullopt, 0, 1e18, "end"},
                            {"factor", Kind::real, "1", -5, 5, "of the rate"}}})}}};
}

Catalog catalog() {
    Catalog out;
    add_topologies(out);
    add_distributions(out);
    add_arrivals(out);
    add_systems(out);
    add_faults(out);
    return out;
}

}  // namespace orrery::sample
