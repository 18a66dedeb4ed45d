#include <doctest/doctest.h>

#include "tests/cli/program.hpp"

using namespace orrery::tests;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

const std::string advise = "orrery advise partitions ";

}  // namespace

TEST_CASE("Flink: 128 key groups on 127 subtasks lose half of the capacity, its default there a third") {
    const Shell shell;
    const Outcome outcome = shell.run(advise +
                                      "--system flink --parallelism 127 --limit 10% --keys 'uniform(1e6)' --count 1e6 "
                                      "--seeds 2 --virtual-nodes 128");
    CHECK(outcome.code == 0);
    // ceil(128 / 127) / (128 / 127) and ceil(256 / 127) / (256 / 127)
    for (const char* part : {"128            1.984", "256            1.488", "Flink's default here",
                             "Flink's default up to 85 subtasks, kept by a rescale", "worst of 64..254 subtasks",
                             "key groups: 127 is the smallest tried that keeps within 1.1"})
        CHECK_MESSAGE(contains(outcome.out, part), outcome.out);
    const Outcome lost = shell.run(advise +
                                   "--system flink --parallelism 127 --limit 10% --keys 'uniform(1e6)' --count 1e6 "
                                   "--seeds 2 --virtual-nodes 128 --json - | python3 -c \"import json,sys\n"
                                   "for p in json.load(sys.stdin)['curves'][0]['points']:\n"
                                   "  if p['count'] in (128, 256): print(p['count'], round(100 - 100 / "
                                   "p['imbalance']['mean'], -1))\"");
    CHECK(lost.out == "128 50.0\n256 30.0\n");
}

TEST_CASE("a rescale that keeps its key groups is judged at its worst parallelism") {
    const Shell shell;
    const Outcome outcome =
        shell.run(advise +
                  "--system flink --parallelism 64 --limit 1.2 --keys 'uniform(1e5)' --count 1e5 --seeds 1 "
                  "--virtual-nodes 1 --partitions 64,128,4096");
    CHECK(contains(outcome.out, "1.984 at 127   Flink's default here"));
    CHECK(contains(outcome.out, "1.969 at 63"));
    CHECK(contains(outcome.out, "from 4,096 on every count tried does"));
}

TEST_CASE("the imbalance of as many partitions as subtasks is that of placing by modulo") {
    const Shell shell;
    const Outcome one = shell.run(advise +
                                  "--parallelism 13 --limit 2 --keys 'zipf(1000,0.8)' --count 1e5 --seeds 1 "
                                  "--partitions 13 --virtual-nodes 64 --csv -");
    const Outcome other = shell.run(
        "orrery place --scheme modulo,ring:virtual_nodes=64 --nodes 13 --keys "
        "'zipf(1000,0.8)' --count 1e5 --seeds 1 --csv - | grep max_over | cut -d, -f5");
    REQUIRE(contains(one.out, "partitions,13,1,"));
    std::string found;
    for (const char* row : {"partitions,13,1,", "virtual nodes,64,1,"}) {
        const auto begin = one.out.find(row) + std::string(row).size();
        found += one.out.substr(begin, one.out.find(',', begin) - begin) + "\n";
    }
    CHECK(found == other.out);
}

TEST_CASE("the exit code says whether a count was found: 0 yes, 2 in some seeds, 1 no") {
    const Shell shell;
    const std::string keys = "--keys 'uniform(1000)' --count 1e4 --parallelism 10 --virtual-nodes 1 --partitions 10 ";
    CHECK(shell.run(advise + keys + "--limit 5").code == 0);
    CHECK(shell.run(advise + keys + "--limit 1").code == 1);
    const Outcome csv = shell.run(advise + keys +
                                  "--limit 5 --csv - | grep ^partitions | cut -d, -f4 | sort -n | sed "
                                  "-n 5p");
    REQUIRE(csv.code == 0);
    const Outcome some = shell.run(advise + keys + "--limit " + csv.out.substr(0, csv.out.size() - 1));
    CHECK(some.code == 2);
    CHECK(contains(some.out, "in 5 of 10 seeds"));
    CHECK(contains(some.out, "partitions: none of those tried keeps within"));
}

TEST_CASE("a key hotter than the limit is named, since no count helps") {
    const Shell shell;
    const Outcome outcome = shell.run(advise +
                                      "--keys 'zipf(1e4,1.5)' --count 1e4 --seeds 1 --parallelism 50 --limit "
                                      "1.2 --partitions 64 --virtual-nodes 8");
    CHECK(outcome.code == 1);
    CHECK(contains(outcome.out,
                   "the hottest key has 38.6 % of the work, 19.29 times the mean of a subtask; whoever "
                   "has it is above 1.2 whatever the count: split that key, or run 3 subtasks at most"));
}

TEST_CASE("how sure an advice is grows with the seeds; of a file's own keys it is exact") {
    const Shell shell;
    const std::string rest = " --parallelism 4 --limit 3 --partitions 4 --virtual-nodes 64 ";
    // The one-sided Clopper-Pearson bound: 0.05^(1/5) and 0.05^(1/20).
    CHECK(contains(shell.run(advise + "--keys 'uniform(100)' --count 1e3 --seeds 5" + rest).out,
                   "in all 5 seeds; 95 % sure that it is so in at least 55 % of cases"));
    CHECK(contains(shell.run(advise + "--keys 'uniform(100)' --count 1e3 --seeds 20" + rest).out,
                   "in all 20 seeds; 95 % sure that it is so in at least 86 % of cases"));
    std::string text;
    for (int i = 0; i < 100; ++i) text += "key " + std::to_string(i) + "\n";
    shell.write("keys.txt", text);
    for (const char* system : {"hash", "kafka", "flink"})
        CHECK(
            contains(shell.run(advise + "--keys keys.txt --system " + system + rest).out, "exactly so for these keys"));
}

TEST_CASE("an advice is the same on any number of threads, as a table, JSON, CSV and a picture") {
    const Shell shell;
    const std::string line = advise + "--keys 'zipf(1e5,0.5)' --count 5e5 --seeds 2 --parallelism 7 --limit 1.2 ";
    const Outcome one = shell.run(line + "--threads 1");
    CHECK(shell.run(line + "--threads 3").out == one.out);
    CHECK(shell.run(line + "--threads 1 --json -").out == shell.run(line + "--threads 2 --json -").out);
    CHECK(shell.run(line + "--seed 5").out != one.out);
    CHECK(shell.run(line + "--json no/such/folder/x.json").code == 74);
    if (shell.run("command -v gnuplot").code != 0) {
        MESSAGE("gnuplot is not there: drawing is skipped");
        return;
    }
    CHECK(shell.run(line + "--plot advice.svg").out == one.out);
    CHECK(contains(shell.read("advice.svg"), "limit 1.2"));
}

TEST_CASE("wrong input to advise ends with 64 and says what is allowed") {
    const Shell shell;
    struct Wrong {
        const char* arguments;
        const char* said;
    };
    const std::string good = "--keys 'uniform(100)' --parallelism 10 --limit 1.1 ";
    const Wrong wrongs[] = {
        {"--keys 'uniform(100)' --limit 1.1", "--parallelism is required"},
        {"--keys 'uniform(100)' --parallelism 10", "--limit is required"},
        {"--parallelism 10 --limit 1.1", "--keys is required"},
        {"--keys 'uniform(100)' --limit 1.1 --parallelism 0",
         "--parallelism: found '0', expected a whole number from 1"},
        {"--keys 'uniform(100)' --limit 1.1 --parallelism -4", "--parallelism: found '-4'"},
        {"--keys 'uniform(100)' --limit 0.9 --parallelism 4", "--limit: found '0.9', expected max/mean from 1"},
        {"--keys 'uniform(100)' --limit nan --parallelism 4", "--limit: found 'nan'"},
        {"--keys nowhere.txt --limit 1.1 --parallelism 4", "\"nowhere.txt\" is not there"},
        {"--system flnk", "did you mean 'flink'?"},
        {"--partitions 5,20", "5 are fewer than 10 subtasks"},
        {"--partitions 20,,30", "--partitions: found"},
        {"--partitions 0", "--partitions: found '0'"},
        {"--partitions 32769 --system flink", "expected a whole number from 1 to 32768"},
        {"--virtual-nodes 0", "--virtual-nodes: found '0'"},
        {"--seeds -1", "--seeds: found '-1'"},
        {"--count x", "--count: found 'x'"},
        {"--plot x.gif", "a picture's name ends in"},
    };
    for (const Wrong& wrong : wrongs) {
        CAPTURE(wrong.arguments);
        const bool whole = contains(wrong.arguments, "--limit") || contains(wrong.arguments, "--parallelism");
        const Outcome outcome = shell.run("ORRERY_DATA= " + advise + (whole ? "" : good) + wrong.arguments);
        CHECK(outcome.code == 64);
        CHECK_MESSAGE(contains(outcome.err, wrong.said), outcome.err);
        CHECK(outcome.out.empty());
    }
    CHECK(shell.run("orrery advise").code == 64);
    CHECK(shell.run("orrery advise nodes").code == 64);
}
