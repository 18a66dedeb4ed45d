#include <doctest/doctest.h>

#include <sstream>

#include "tests/cli/program.hpp"

using namespace orrery::tests;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// The values of a metric in --csv, a line each: "modulo,1,load.cv,1,0.5" -> "modulo,1: 0.5".
std::string values_of(const std::string& csv, const std::string& metric) {
    std::istringstream lines(csv);
    std::string out;
    for (std::string line; std::getline(lines, line);) {
        const auto at = line.find("," + metric + ",");
        if (at != std::string::npos) out += line.substr(0, at) + ": " + line.substr(line.rfind(',') + 1) + "\n";
    }
    return out;
}

/// Two hundred keys, some of them often.
std::string some_keys() {
    std::string text;
    for (int i = 0; i < 400; ++i) text += "key-" + std::to_string(i % 7 == 0 ? 3 : i % 200) + "\n";
    return text;
}

}  // namespace

TEST_CASE("a report in full: what goes to one node, and what goes round") {
    const Shell shell;
    const Outcome outcome = shell.run(
        "orrery place --scheme global,round_robin --nodes 4 --keys 'uniform(10)' "
        "--count 8 --seeds 1 --event 'add 1' | sed 's/ *[0-9]* B$//; s/  memory$//'");
    // How much memory an object takes is the compiler's.
    CHECK(outcome.out ==
          "8 requests for uniform(10) on 4 nodes\n"
          "seed 1\n"
          "seed S names node i sS-node-i (s1-node-0 ...) and draws keys of its own\n"
          "\n"
          "load                      max/mean      CV    Jain    Gini  hottest node\n"
          "  global                     4.000  1.7321  0.2500  0.7500      100.00 %\n"
          "  round_robin                1.000  0.0000  1.0000  0.0000       25.00 %\n"
          "\n"
          "add 1 node                 moved  unavoidable  times that\n"
          "  global                  0.00 %      20.00 %        0.00\n"
          "  round_robin                  -            -           -\n"
          "  (shares of 10 distinct keys)\n"
          "\n"
          "load by node, seed 1: a full bar is 4.00 times the mean\n"
          "  global                  █···\n"
          "  round_robin             ▂▂▂▂\n"
          "\n"
          "round_robin: it places each request anew, so no key has a place that it could leave\n");
    CHECK(contains(outcome.err, "round_robin"));
    CHECK(contains(outcome.err, "processor time"));
}

TEST_CASE("keys of a file are its lines, byte for byte, plain or compressed, or a column of records") {
    const Shell shell;
    shell.write("keys.txt", some_keys());
    // The definition, by another implementation of CRC-32.
    const Outcome expected = shell.run(
        "python3 -c \"import zlib\nn=[0]*3\nfor k in open('keys.txt','rb').read().split(): "
        "n[zlib.crc32(k)%3]+=1\nprint(*n)\"");
    REQUIRE(expected.code == 0);
    const std::string place = "orrery place --scheme modulo:hash=crc32 --nodes 3 --seeds 1 --quiet --csv - ";
    const auto loads = [&](const std::string& more) {
        const Outcome outcome = shell.run(place + more);
        CHECK_MESSAGE(outcome.code == 0, outcome.err);
        std::string out;
        for (const char* node : {"0", "1", "2"}) {
            const std::string value = values_of(outcome.out, std::string("requests{node=") + node + "}");
            out += (out.empty() ? "" : " ") + value.substr(value.find(": ") + 2);
            out.pop_back();
        }
        return out + "\n";
    };
    CHECK(loads("--keys keys.txt") == expected.out);
    REQUIRE(shell.run("gzip -k keys.txt && (echo user,size; sed 's/$/,5/' keys.txt) > log.csv").code == 0);
    CHECK(loads("--keys keys.txt.gz") == expected.out);
    CHECK(loads("--keys log.csv --trace columns.key=user") == expected.out);
    REQUIRE(shell.run("sed '1s/^/# no key\\n\\n/' keys.txt > more.txt").code == 0);
    CHECK(loads("--keys more.txt --trace 'comment=#'") == expected.out);
    CHECK(loads("--keys keys.txt --count 400") == expected.out);
    CHECK(loads("--keys keys.txt --count 10") != expected.out);
}

TEST_CASE("the same bytes on any number of threads, and other ones for another seed") {
    const Shell shell;
    const std::string place =
        "orrery place --scheme ring,jump,random,storm_pkg,rendezvous --nodes 9 --keys "
        "'zipf(1e4,0.9)' --count 3e5 --seeds 2 --event 'add 1' --event 'remove 3' --json - ";
    const Outcome one = shell.run(place + "--threads 1");
    CHECK(one.code == 0);
    for (const char* threads : {"1", "2", "5"}) CHECK(shell.run(place + "--threads " + threads).out == one.out);
    CHECK(shell.run(place + "--seed 8").out != one.out);
    CHECK(shell.run("orrery place --scheme ring --nodes 3 --keys 'uniform(9)' 2>/dev/null").out ==
          shell.run("orrery place --scheme ring --nodes 3 --keys 'uniform(9)' --threads 1 2>/dev/null").out);
}

TEST_CASE("seed i of several is the only seed of a run that begins there") {
    const Shell shell;
    const std::string place = "orrery place --scheme ring,modulo --nodes 5 --keys 'uniform(1e4)' --count 1e4 --csv - ";
    const std::string both = shell.run(place + "--seed 3 --seeds 2").out;
    const std::string second = shell.run(place + "--seed 4 --seeds 1").out;
    std::istringstream lines(second);
    for (std::string line; std::getline(lines, line);) CHECK(contains(both, line + "\n"));
}

TEST_CASE("a node that leaves takes only its keys along, and no scheme needs less") {
    const Shell shell;
    const Outcome outcome = shell.run(
        "orrery place --scheme ring,rendezvous,anchor,multi_probe,jump,modulo --nodes 10 --keys "
        "'uniform(2e4)' --count 1e4 --seeds 1 --event 'remove 3' --event 'remove 4..5' --csv -");
    CHECK(outcome.code == 0);
    for (const char* event : {"0", "1"}) {
        const std::string moved = values_of(outcome.out, std::string("rebalance.moved_fraction{event=") + event + "}");
        const std::string least = values_of(outcome.out, std::string("rebalance.least_fraction{event=") + event + "}");
        std::istringstream moved_lines(moved), least_lines(least);
        for (std::string a, b; std::getline(moved_lines, a) && std::getline(least_lines, b);) {
            CAPTURE(a);
            const bool exact =
                a.starts_with("ring") || a.starts_with("rend") || a.starts_with("anch") || a.starts_with("multi");
            const double of_a = std::stod(a.substr(a.find(": ") + 2));
            const double of_b = std::stod(b.substr(b.find(": ") + 2));
            if (exact)
                CHECK(a == b);
            else
                CHECK(of_a > of_b);
        }
    }
}

TEST_CASE("what an added node must get is its fair part, by weight where weights count") {
    const Shell shell;
    const Outcome outcome = shell.run(
        "orrery place --scheme ring,jump --weights 1x3,2 --keys 'uniform(5000)' --count "
        "1000 --seeds 1 --event 'add 2 weight 2.5' --csv -");
    CHECK(outcome.code == 0);
    CHECK(values_of(outcome.out, "rebalance.least_fraction{event=0}") == "ring,1: 0.5\njump,1: 0.3333333333333333\n");
}

TEST_CASE("copies are on different nodes, and as many copies as nodes put every key everywhere") {
    const Shell shell;
    const Outcome all = shell.run(
        "orrery place --scheme ring,jump,rendezvous_skeleton,multi_probe --nodes 4 "
        "--replicas 4 --keys 'uniform(1000)' --count 1000 --seeds 1 --event 'add 1' --csv -");
    CHECK(all.code == 0);
    CHECK(values_of(all.out, "load.cv") == "ring,1: 0\njump,1: 0\nrendezvous_skeleton,1: 0\nmulti_probe,1: 0\n");
    CHECK(values_of(all.out, "requests{node=2}") ==
          "ring,1: 1000\njump,1: 1000\nrendezvous_skeleton,1: 1000\nmulti_probe,1: 1000\n");
}

TEST_CASE("every ring and every partitioner of the catalog can be placed by, or says what it lacks") {
    const Shell shell;
    for (const char* family : {"ring", "partitioner"}) {
        const std::string names = shell.run(std::string("orrery list ") + family + " | grep -o '^[a-z][a-z0-9_]*'").out;
        std::istringstream lines(names);
        int placed = 0;
        for (std::string name; std::getline(lines, name);) {
            CAPTURE(name);
            const Outcome outcome =
                shell.run("orrery place --scheme " + std::string(family) + "/" + name +
                          " --nodes 5 --keys 'uniform(1000)' --count 2000 --seeds 2 --event 'add 1'");
            CHECK((outcome.code == 0 || outcome.code == 64));
            if (outcome.code == 0) ++placed;
            if (outcome.code == 64) CHECK(contains(outcome.err, name));
        }
        CHECK(placed >= 7);
    }
}

TEST_CASE("wrong input to place ends with 64, says what is allowed, and prints no result") {
    const Shell shell;
    shell.write("empty.txt", "\n\n");
    struct Wrong {
        const char* arguments;
        const char* said;
    };
    const std::string good = " --scheme ring --nodes 3 --keys 'uniform(10)' ";
    const Wrong wrongs[] = {
        {"--nodes 3 --keys 'uniform(10)'", "--scheme is required"},
        {"--scheme rnig --nodes 3 --keys 'uniform(10)'", "unknown scheme 'rnig'; did you mean 'ring'?"},
        {"--scheme '' --nodes 3 --keys 'uniform(10)'", "unknown scheme ''"},
        {"--scheme ring,ring --nodes 3 --keys 'uniform(10)'", "'ring' stands there twice"},
        {"--scheme ring:virtual_node=3 --nodes 3 --keys 'uniform(10)'", "did you mean 'virtual_nodes'?"},
        {"--scheme ring:virtual_nodes=0 --nodes 3 --keys 'uniform(10)'", "a whole number from 1 to 65536"},
        {"--scheme ring:virtual_nodes --nodes 3 --keys 'uniform(10)'", "expected PARAMETER=VALUE"},
        {"--scheme 'ring{virtual_nodes=3}' --nodes 3 --keys 'uniform(10)'", "stand behind colons"},
        {"--scheme ring --keys 'uniform(10)'", "--nodes: it is missing"},
        {"--scheme ring --nodes 0 --keys 'uniform(10)'", "--nodes: found '0', expected a whole number from 1"},
        {"--scheme ring --nodes -3 --keys 'uniform(10)'", "--nodes: found '-3'"},
        {"--scheme ring --nodes many --keys 'uniform(10)'", "--nodes: found 'many'"},
        {"--scheme ring --nodes 3 --keys 'uniform(10)' --weights 1,2", "2 weights for 3 nodes"},
        {"--scheme ring --nodes 2 --keys 'uniform(10)' --weights 1,0", "found '0', expected a weight above 0"},
        {"--scheme ring --nodes 2 --keys 'uniform(10)' --weights 1,-1", "found '-1', expected a weight above 0"},
        {"--scheme ring --nodes 2 --keys 'uniform(10)' --weights nan,1", "found 'nan', expected a weight above 0"},
        {"--scheme ring --nodes 2 --keys 'uniform(10)' --weights 1e400,1", "found '1e400'"},
        {"--scheme ring --nodes 3 --replicas 4 --keys 'uniform(10)'", "4 copies need as many nodes; there are 3"},
        {"--scheme ring --nodes 3 --replicas 0 --keys 'uniform(10)'", "--replicas: found '0'"},
        {"--scheme modulo --nodes 3 --replicas 2 --keys 'uniform(10)'", "modulo: it places one copy of a key, not 2"},
        {"--scheme ring --nodes 3 --keys 'ziff(10)'", "did you mean 'zipf'?"},
        {"--scheme ring --nodes 3 --keys uniform", "such as uniform(1e6)"},
        {"--scheme ring --nodes 3 --keys 'uniform()'", "missing key 'count'"},
        {"--scheme ring --nodes 3 --keys 'zipf(0,1)'", "'count': '0' is out of range"},
        {"--scheme ring --nodes 3 --keys 'zipf(10,-1)'", "'exponent': '-1' is out of range"},
        {"--scheme ring --nodes 3 --keys 'uniform(10,20)'", "2 values; uniform takes count"},
        {"--scheme ring --nodes 3 --keys 'uniform(10,count=20)'", "count is given twice"},
        {"--scheme ring --nodes 3 --keys nowhere.txt", "\"nowhere.txt\" is not there"},
        {"--scheme ring --nodes 3 --keys empty.txt", "empty.txt: there is no key in it"},
        {"--scheme ring --nodes 3 --keys empty.txt --trace formt=csv", "did you mean 'format'?"},
        {"--scheme ring --nodes 3 --keys empty.txt --trace format=csv", "columns.key is missing"},
        {"--scheme ring --nodes 3 --keys 'uniform(10)' --trace format=csv", "--trace: it is for a file"},
        {"--count -1", "--count: found '-1', expected a whole number from 1"},
        {"--count 0", "--count: found '0'"},
        {"--seeds 0", "--seeds: found '0'"},
        {"--seed -1", "--seed: found '-1'"},
        {"--threads 0", "--threads: found '0'"},
        {"--event fly", "expected `add COUNT`"},
        {"--event 'add 0'", "found 'add 0', expected `add COUNT`"},
        {"--event 'add 1 weight 0'", "--event: found '0', expected a weight above 0"},
        {"--event 'remove 3'", "there is no node 3 then"},
        {"--event 'remove 1' --event 'remove 1'", "there is no node 1 then"},
        {"--event 'remove 2..1'", "`remove FIRST..LAST`"},
        {"--event 'remove 0..2'", "it leaves 0 nodes"},
        {"--plot load.bmp", "a picture's name ends in .svg, .png or .pdf"},
        {"--json - --csv -", "both want stdout"},
    };
    for (const Wrong& wrong : wrongs) {
        CAPTURE(wrong.arguments);
        const bool whole = contains(wrong.arguments, "--keys");
        const Outcome outcome =
            shell.run(std::string("ORRERY_DATA= orrery place ") + (whole ? "" : good) + wrong.arguments);
        CHECK(outcome.code == 64);
        CHECK_MESSAGE(contains(outcome.err, wrong.said), outcome.err);
        CHECK(outcome.out.empty());
    }
    CHECK(shell.files() == std::vector<std::string>{"empty.txt"});
}

TEST_CASE("all that is wrong is said at once") {
    const Shell shell;
    const Outcome outcome =
        shell.run("orrery place --scheme rnig,jmp --nodes 0 --keys 'ziff(3)' --seeds 0 --plot load.bmp");
    for (const char* part : {"'ring'", "'jump'", "--nodes", "'zipf'", "--seeds", "--plot"})
        CHECK(contains(outcome.err, part));
}

TEST_CASE("a placement goes where it is told, whole or not at all") {
    const Shell shell;
    const std::string place = "orrery place --scheme ring,jump --nodes 5 --keys 'uniform(100)' --count 100 --quiet ";
    CHECK(shell.run(place + "--json p.json --csv p.csv").out.empty());
    CHECK(shell
              .run("python3 -c \"import json; d=json.load(open('p.json')); print(d['schema']['name'], "
                   "[len(s['runs']) for s in d['schemes']], sum(d['schemes'][0]['runs'][0]['loads']))\"")
              .out == "orrery.placement [5, 5] 100.0\n");
    CHECK(shell.run(place + "--json no/such/folder/x.json").code == 74);
    CHECK(shell.run(place + "--json - >/dev/full").code == 74);
    CHECK(shell.files() == std::vector<std::string>{"p.csv", "p.json"});
    if (shell.run("command -v gnuplot").code != 0) {
        MESSAGE("gnuplot is not there: drawing is skipped");
        return;
    }
    for (const char* name : {"p.svg", "p.png", "p.pdf"}) {
        CHECK(shell.run(place + "--plot " + name).code == 0);
        CHECK(shell.read(name).size() > 1000);
    }
    // More nodes than bars, more schemes than a column holds.
    CHECK(shell
              .run("orrery place --scheme ring,jump,guava,anchor,modulo --nodes 700 --keys 'uniform(1000)' --count "
                   "1000 --seeds 1 --quiet --plot many.svg")
              .code == 0);
    CHECK(contains(shell.read("many.svg"), "each bar the largest of 3"));
}

TEST_CASE("an interrupt ends a placement with 130 and nothing written") {
    const Shell shell;
    const Outcome outcome = shell.run(
        "timeout --preserve-status -s INT 1 \"$ORRERY\" place --scheme ring --nodes 9 --keys 'uniform(1e6)' "
        "--count 1e11 --json result.json");
    CHECK(outcome.code == 130);
    CHECK(shell.files().empty());
}
