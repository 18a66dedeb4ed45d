#include "analysis/summary.hpp"

#include <doctest/doctest.h>

#include "synthetic.hpp"

using namespace orrery;
using namespace orrery::analysis;

namespace {

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// Text without ANSI sequences.
std::string plain(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x1b')
            i = text.find('m', i);
        else
            out += text[i];
    }
    return out;
}

}  // namespace

TEST_CASE("the page of a result with everything in it") {
    CHECK(summary_text(synthetic_result({12, 3, 2000})) ==
          R"(A keyed service on twelve nodes; one rack dies for twenty seconds
3 replications of 60 s (warm-up of 10 s cut off); seeds 7, 8, 9; 36,007,508 events

expectations
  pass          latency.p99 < 20ms           6.31 ± 2.22 ms
  inconclusive  errors.rate < 0.8%           0.825 ± 0.069 %
  fail          throughput > 2e5/s           178.2 ± 1.0 k/s
  inconclusive  recovery.unavailable < 30s   ≥ 18.2 ± 3.9 s (1 of 3 are lower bounds)
  inconclusive  queue.max < 12               not measured

metrics                     mean       ± at 95 %   n
  latency.mean             1.150 ms        0.079   3
  latency.p50                833 us           18   3
  latency.p99               6.31 ms         2.22   3
  latency.p99{op=read}      2.33 ms         0.48   3
  latency.p999              18.0 ms          8.4   3
  latency.max               21.6 ms          9.9   3
  throughput               178.2 k/s         1.0   3
  errors.rate              0.825 %         0.069   3
  requests.arrived         9.000 M             0   3
  recovery.unavailable    ≥ 18.2 s           3.9   3
  consistency.violations       0               0   3

12 nodes
  load (busy share)       █▆▆▅▅▅▅▅▃▃▃▃
                          32.2 % to 90.3 %, mean 53.6 %
                          max/mean 1.686, CV 0.325, Jain 0.904, Gini 0.177, hottest node has 14.0 %
  requests                █▆▆▅▅▅▅▅▃▃▃▃
                          321,788 to 903,194, mean 535,850
                          max/mean 1.686, CV 0.325, Jain 0.904, Gini 0.177, hottest node has 14.0 %

timeline, 0 s to 60 s, 1 s a column
  throughput              ██████████████████████████████▅▅████████████████████████████
                          118 k/s to 182 k/s
  success rate            ██████████████████████████████▅▅████████████████████████████
                          64 % to 100 %
  faults                                                ╰──────────────────╯
                                                        crash rack 2, 30 s to 50 s

what was declared, and its effects in all replications together
  workload.arrivals       27,011,747 requests
  faults[0] crash rack 2          12 nodes down
)");
}

TEST_CASE("a fresh result and the same one from its document give the same page") {
    for (const SyntheticSpec spec :
         {SyntheticSpec{12, 3, 500}, SyntheticSpec{300, 1, 100}, SyntheticSpec{200, 2, 100}}) {
        const Result result = synthetic_result(spec);
        CHECK(summary_text(*from_json(to_json(result))) == summary_text(result));
    }
}

TEST_CASE("colour adds colour and changes nothing else") {
    const Result result = synthetic_result({12, 3, 500});
    const std::string coloured = summary_text(result, Colour::ansi);
    CHECK(coloured != summary_text(result));
    CHECK(plain(coloured) == summary_text(result));
    CHECK(contains(coloured, "\x1b[1;31mfail"));
    CHECK_FALSE(contains(summary_text(result), "\x1b"));
}

TEST_CASE("one replication shows no interval, and its verdicts say n=1") {
    const std::string page = summary_text(synthetic_result({12, 1, 500}));
    CHECK(contains(page, "one replication of 60 s"));
    CHECK(contains(page, "(n=1)"));
    CHECK_FALSE(contains(page, "±"));
}

TEST_CASE("a scenario without chance says exact") {
    Result result;
    result.chance = Chance::absent;
    result.runs.emplace_back().metrics["queue.max"] = 3;
    result.verdicts.push_back(
        judge(*parse_expectation("queue.max <= 3", result.table), result.runs, 0.95, result.chance));
    CHECK(contains(summary_text(result), "  pass          queue.max <= 3   3 (exact)\n"));
}

TEST_CASE("more nodes than fit share bars, and more than are kept are quantiles") {
    const std::string shared = summary_text(synthetic_result({200, 1, 100}));
    CHECK(contains(shared, "\n200 nodes\n"));
    CHECK(contains(shared, "each bar the largest of 3 nodes"));
    const std::string quantiles = summary_text(synthetic_result({300, 1, 100}));
    CHECK(contains(quantiles, "\n300 nodes\n"));
    CHECK(contains(quantiles, "half below"));
}

TEST_CASE("what was declared and did not happen stands out") {
    Result result = synthetic_result({12, 2, 100});
    result.runs[1].effects[1].count = 0;
    CHECK(contains(summary_text(result), " 4 nodes down  (none in 1 of 2)\n"));
}

TEST_CASE("an instant, an unhealed and a late fault are marked inside the axis") {
    Result result = synthetic_result({3, 1, 100});
    result.runs[0].faults = {
        {"crash leader", Time(10s), Time(10s)}, {"no heal", Time(45s), time_max}, {"late", Time(99s), Time(100s)}};
    const std::string page = summary_text(result);
    CHECK(contains(
        page, "\n  faults                            ▲\n                                    crash leader, at 10 s\n"));
    CHECK(contains(page, "╰──────────────\n"));
    CHECK(contains(page, "no heal, from 45 s on\n"));
    CHECK(contains(page, "late, 99 s to 100 s\n"));
}

TEST_CASE("no line ends in blanks, and a result without anything is a page too") {
    const std::string page = summary_text(synthetic_result());
    CHECK_FALSE(contains(page, " \n"));
    Result bare;
    bare.title = "nothing yet";
    CHECK(summary_text(bare) == "nothing yet\nno replications\n");
    bare.runs.emplace_back();
    CHECK(summary_text(bare) == "nothing yet\none replication of 0 s; seed 0; 0 events\n");
}
