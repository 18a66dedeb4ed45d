// Transcripts: commands, what they print and how they end.
#include <doctest/doctest.h>

#include "tests/cli/program.hpp"

using orrery::tests::Outcome;
using orrery::tests::Shell;
using orrery::tests::small_service;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("help is no error, and says what there is") {
    const Shell shell;
    const Outcome help = shell.run("orrery --help");
    CHECK(help.code == 0);
    for (const char* command : {"run", "validate", "list", "schema", "plot", "place", "advise"})
        CHECK(contains(help.out, command));
    for (const char* command : {"run", "validate", "list", "schema", "plot", "place", "advise", "advise partitions"}) {
        const Outcome own = shell.run(std::string("orrery ") + command + " --help");
        CHECK(own.code == 0);
        CHECK(contains(own.out, "Example"));
        CHECK(contains(own.out, std::string("orrery ") + command));
    }
}

TEST_CASE("bad usage ends with 64 and a word about it on stderr") {
    const Shell shell;
    for (const char* line :
         {"orrery", "orrery fly", "orrery run", "orrery run x.yaml --sead 3", "orrery run x.yaml --seed many",
          "orrery run x.yaml --replications 0", "orrery run x.yaml --threads -1",
          "orrery plot r.json --kind pie -o x.svg", "orrery list planets"}) {
        CAPTURE(line);
        const Outcome outcome = shell.run(line);
        CHECK(outcome.code == 64);
        CHECK(!outcome.err.empty());
        CHECK(outcome.out.empty());
    }
}

TEST_CASE("a scenario that is not there, or is a folder, ends with 64 and its name") {
    const Shell shell;
    const Outcome missing = shell.run("orrery run nowhere.yaml");
    CHECK(missing.code == 64);
    CHECK(contains(missing.err, "nowhere.yaml: cannot read"));
    const Outcome folder = shell.run("mkdir d; orrery run d");
    CHECK(folder.code == 64);
    CHECK(contains(folder.err, "d: this is a folder"));
}

TEST_CASE("every mistake in a scenario is reported at once, with its place") {
    const Shell shell;
    shell.write("bad.yaml",
                "scenario: x\nduration: 5\nclustre: {}\ncluster:\n  topology: {kind: star, nodes: 1e12}\nsystem: "
                "{kind: servise}\n");
    const Outcome outcome = shell.run("orrery run bad.yaml");
    CHECK(outcome.code == 64);
    CHECK(contains(outcome.err, "bad.yaml:2:11: "));
    CHECK(contains(outcome.err, "bad.yaml:3:1: "));
    CHECK(contains(outcome.err, "did you mean 'cluster'"));
    CHECK(contains(outcome.err, "bad.yaml:5:"));
    CHECK(contains(outcome.err, "did you mean 'service'"));
    CHECK(shell.run("orrery validate bad.yaml").code == 64);
}

TEST_CASE("what only building finds has its place, too") {
    const Shell shell;
    shell.write("rack.yaml", small_service("faults:\n  - {at: 1s, crash: {rack: 7}}\n"));
    const Outcome rack = shell.run("orrery validate rack.yaml");
    CHECK(rack.code == 64);
    CHECK(contains(rack.err, "rack.yaml:16:"));
    CHECK(contains(rack.err, "no rack 7"));
    shell.write("part.yaml",
                small_service("faults:\n  - {time_to_failure: 1s, time_to_repair: 1s, crash: {fraction: 50%}}\n"));
    const Outcome part = shell.run("orrery validate part.yaml");
    CHECK(part.code == 64);
    CHECK(contains(part.err, "part.yaml:16:"));
    CHECK(contains(part.err, "only a fault with `at` draws its targets"));
    shell.write("late.yaml", small_service("faults:\n  - {at: 3s, crash: {node: 1}}\n"));
    CHECK(contains(shell.run("orrery validate late.yaml").err, "the run is over by then"));
    shell.write("metric.yaml", small_service("expect: [latency.p98 < 5ms]\n"));
    const Outcome metric = shell.run("orrery validate metric.yaml");
    CHECK(metric.code == 64);
    CHECK(contains(metric.err, "did you mean latency.p9"));
}

TEST_CASE("a data file that is missing ends with 64, its name, source and licence") {
    const Shell shell;
    std::string text = small_service();
    const auto at = text.find("  arrivals:");
    text.replace(at, text.find('\n', at) - at,
                 "  trace: {file: none.csv, source: the moon, licence: CC0, format: csv, columns: {time: t}}");
    shell.write("trace.yaml", text);
    const Outcome outcome = shell.run("ORRERY_DATA= orrery run trace.yaml");
    CHECK(outcome.code == 64);
    for (const char* part : {"none.csv", "the moon", "CC0"}) CHECK(contains(outcome.err, part));
}

TEST_CASE("the exit code is the verdict: 0 pass, 1 fail, 2 inconclusive") {
    const Shell shell;
    shell.write("pass.yaml", small_service("expect: [latency.p50 < 1s]\n"));
    shell.write("fail.yaml", small_service("expect: [latency.p50 < 1us]\n"));
    CHECK(shell.run("orrery run pass.yaml").code == 0);
    CHECK(shell.run("orrery run fail.yaml").code == 1);
    // One replication's mean as the threshold lies inside the interval of three.
    const Outcome csv = shell.run("orrery run pass.yaml --csv -");
    REQUIRE(csv.code == 0);
    const auto line = csv.out.find("latency.mean,s,");
    REQUIRE(line != std::string::npos);
    const std::string value = csv.out.substr(line + 15, csv.out.find(',', line + 15) - line - 15);
    const auto nanoseconds = static_cast<long long>(std::stod(value) * 1e9);
    shell.write("between.yaml", small_service("expect: [latency.mean < " + std::to_string(nanoseconds) + "ns]\n"));
    CHECK(shell.run("orrery run between.yaml").code == 2);
    // Of several files the worst counts.
    CHECK(shell.run("orrery run pass.yaml fail.yaml --quiet").code == 1);
    CHECK(shell.run("orrery run fail.yaml nowhere.yaml --quiet").code == 64);
    CHECK(shell.run("orrery run between.yaml pass.yaml --quiet").code == 2);
}

TEST_CASE("a declared fault without effect is a failed guard, not a pass") {
    const Shell shell;
    shell.write("idle.yaml",
                small_service("faults:\n  - {at: 1s, for: 1us, partition: {node: 4}}\nexpect: [latency.p50 < 1s]\n"));
    const Outcome outcome = shell.run("orrery run idle.yaml --set workload.limit=100");
    CHECK(outcome.code == 3);
    CHECK(contains(outcome.err, "faults[0] partition node 4 had no effect"));
    CHECK(outcome.out.empty());
}

TEST_CASE("a load that does not arrive is a failed guard") {
    const Shell shell;
    shell.write("silent.yaml", small_service());
    const Outcome outcome = shell.run("orrery run silent.yaml --set workload.arrivals.rate=1/h");
    CHECK(outcome.code == 3);
    CHECK(contains(outcome.err, "0 requests arrived"));
}

TEST_CASE("the same bytes on 1, 2 and 4 threads, and on every run") {
    const Shell shell;
    shell.write("s.yaml",
                small_service("faults:\n  - {at: 1s, for: 300ms, crash: {node: 3}}\nexpect: [latency.p50 < 1s]\n"));
    const Outcome one = shell.run("orrery run s.yaml --threads 1 --json -");
    CHECK(one.code == 0);
    CHECK(contains(one.out, "\"fingerprint\""));
    for (const char* threads : {"1", "2", "4"})
        CHECK(shell.run(std::string("orrery run s.yaml --json - --threads ") + threads).out == one.out);
    CHECK(shell.run("orrery run s.yaml --seed 4 --json -").out != one.out);
    CHECK(shell.run("orrery run s.yaml").out == shell.run("orrery run s.yaml --threads 1").out);
}

TEST_CASE("the effective scenario inside a result runs again to the same fingerprints") {
    const Shell shell;
    shell.write("s.yaml", small_service());
    REQUIRE(shell.run("orrery run s.yaml --set system.scheduling.policy=power_of_d --out first --quiet").code == 0);
    REQUIRE(shell
                .run("python3 -c \"import json; "
                     "open('again.yaml','w').write(json.load(open('first/s.json'))['scenario']['effective'])\"")
                .code == 0);
    REQUIRE(shell.run("orrery run again.yaml --out second --quiet").code == 0);
    CHECK(shell.read("second/again.json") == shell.read("first/s.json"));
}

TEST_CASE("replication i of a seed is replication 0 of seed + i") {
    const Shell shell;
    shell.write("s.yaml", small_service());
    const std::string all = shell.run("orrery run s.yaml --json - | grep '\"fingerprint\"'").out;
    const std::string second =
        shell.run("orrery run s.yaml --seed 4 --replications 1 --json - | grep '\"fingerprint\"'").out;
    REQUIRE(!second.empty());
    CHECK(contains(all, second.substr(0, second.find(','))));
}

TEST_CASE("check-determinism runs twice, copied half-way and in shuffled windows") {
    const Shell shell;
    shell.write("s.yaml", small_service());
    const Outcome outcome = shell.run("orrery run s.yaml --check-determinism");
    CHECK(outcome.code == 0);
    CHECK(contains(outcome.out, "deterministic: "));
    CHECK(contains(outcome.out, "shuffled windows"));
}

TEST_CASE("outputs go where they are told, whole or not at all") {
    const Shell shell;
    shell.write("s.yaml", small_service());
    CHECK(shell.run("orrery run s.yaml --out results --quiet").out.empty());
    CHECK(shell.exists("results/s.json"));
    CHECK(shell.exists("results/s.csv"));
    CHECK(shell.exists("results/s.txt"));
    CHECK(shell.run("orrery run s.yaml --json no/such/folder/x.json").code == 74);
    CHECK(shell.run("orrery run s.yaml s.yaml --json x.json").code == 64);
    CHECK(shell.run("mkdir b; cp s.yaml b; orrery run s.yaml b/s.yaml --out results").code == 64);
    const Outcome full = shell.run("orrery run s.yaml --json - >/dev/full");
    CHECK(full.code == 74);
}

TEST_CASE("an interrupt ends a run within a second, with 130 and no half-written result") {
    const Shell shell;
    shell.write("long.yaml", small_service());
    const Outcome outcome = shell.run(
        "timeout --preserve-status -s INT 1 \"$ORRERY\" run long.yaml --set duration=100000s --json result.json");
    CHECK(outcome.code == 130);
    CHECK(contains(outcome.err, "interrupted"));
    CHECK(shell.files() == std::vector<std::string>{"long.yaml"});
}

TEST_CASE("a saved result can be drawn; what is no result is refused") {
    const Shell shell;
    shell.write("s.yaml", small_service());
    REQUIRE(shell.run("orrery run s.yaml --json r.json --quiet").code == 0);
    const bool gnuplot = shell.run("command -v gnuplot").code == 0;
    if (!gnuplot) {
        MESSAGE("gnuplot is not there: drawing is skipped");
    } else {
        for (const char* kind : {"load", "load-heatmap", "latency", "timeline", "queue"}) {
            CAPTURE(kind);
            const Outcome outcome =
                shell.run(std::string("orrery plot r.json --kind ") + kind + " -o " + kind + ".svg");
            CHECK(outcome.code == 0);
            CHECK(contains(shell.read(std::string(kind) + ".svg"), "</svg>"));
        }
    }
    CHECK(shell.run("orrery plot r.json --kind load -o load.bmp").code == 64);
    CHECK(shell.run("orrery plot s.yaml --kind load -o load.svg").code == 64);
    CHECK(shell.run("orrery plot nowhere.json --kind load -o load.svg").code == 64);
}

TEST_CASE("list and schema come from the same tables as the loader") {
    const Shell shell;
    const Outcome dispatchers = shell.run("orrery list dispatcher");
    CHECK(dispatchers.code == 0);
    CHECK(contains(dispatchers.out, "power_of_d"));
    CHECK(contains(dispatchers.out, "default 2"));
    CHECK(contains(shell.run("orrery list metric").out, "latency.p99"));
    const Outcome schema =
        shell.run("orrery schema | python3 -c 'import json,sys; print(sorted(json.load(sys.stdin)[\"properties\"]))'");
    CHECK(schema.code == 0);
    for (const char* key : {"cluster", "workload", "system", "faults", "expect", "seed"})
        CHECK(contains(schema.out, std::string("'") + key + "'"));
}
