#include "analysis/expectation.hpp"

#include <doctest/doctest.h>

using namespace orrery;
using namespace orrery::analysis;

namespace {

const MetricTable& table() {
    static const MetricTable builtin = MetricTable::builtin();
    return builtin;
}

Expectation parsed(std::string_view text) {
    const auto expectation = parse_expectation(text, table());
    REQUIRE_MESSAGE(expectation, expectation.error);
    return *expectation;
}

std::vector<RunRecord> runs_with(const std::string& metric, const std::vector<double>& values) {
    std::vector<RunRecord> runs(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) runs[i].metrics[metric] = values[i];
    return runs;
}

Judgement judged(std::string_view text, const std::vector<RunRecord>& runs) {
    return judge(parsed(text), runs, 0.95, Chance::present);
}

}  // namespace

TEST_CASE("expectations are read with the unit of their metric") {
    const Expectation latency = parsed("  latency.p99 < 5ms ");
    CHECK(latency.metric.text() == "latency.p99");
    CHECK(latency.comparator == Comparator::less);
    CHECK(latency.threshold == seconds(5ms));
    CHECK(parsed("errors.rate<1%").threshold == 0.01);
    CHECK(parsed("load.max_over_mean <= 1.3").comparator == Comparator::less_equal);
    CHECK(parsed("throughput > 9e4/s").threshold == 9e4);
    CHECK(parsed("network.bytes >= 1KiB").threshold == 1024);
    CHECK(parsed("consistency.violations == 0").comparator == Comparator::equal);
    CHECK(parsed("latency.p99{op=read,zone=a} == 5ms").metric.labels.size() == 2);
}

TEST_CASE("the canonical text of an expectation reads back as itself") {
    for (const char* text :
         {"latency.p99 < 5ms", "errors.rate < 1%", "throughput > 90000/s", "load.jain >= 0.95", "network.bytes <= 1KiB",
          "latency.p50{op=read} == 17us", "queue.max < 12", "rebalance.moved_fraction < 33.4%"}) {
        CHECK(parsed(text).text() == text);
        CHECK(parsed(parsed(text).text()) == parsed(text));
    }
}

TEST_CASE("what is no expectation is refused, with what was found and what is allowed") {
    const auto error = [](const char* text) {
        const auto refused = parse_expectation(text, table());
        REQUIRE_MESSAGE(!refused, text);
        return refused.error;
    };
    CHECK(error("latency.p99").find("allowed are < <= > >= ==") != std::string::npos);
    CHECK(error("").find("no comparator") != std::string::npos);
    CHECK(error("latency.p99 = 5ms").find("found comparator =") != std::string::npos);
    CHECK(error("latency.p99 != 5ms").find("found comparator !=") != std::string::npos);
    CHECK(error("latency.p99 <> 5ms").find("found comparator <>") != std::string::npos);
    CHECK(error("latency.p98 < 5ms").find("did you mean latency.p90?") != std::string::npos);
    CHECK(error("latency.p99 < 5").find("latency.p99 is a duration (ns, us, ms") != std::string::npos);
    CHECK(error("latency.p99 < 5%").find("latency.p99 is a duration") != std::string::npos);
    CHECK(error("errors.rate < 5ms").find("errors.rate is a ratio") != std::string::npos);
    CHECK(error("throughput > 9e4").find("throughput is a rate") != std::string::npos);
    CHECK(error("throughput >").find("throughput is a rate") != std::string::npos);
    CHECK(error("< 5ms").find("is no metric") != std::string::npos);
    CHECK(error("latency.p99 < 5ms < 6ms").find("latency.p99 is a duration") != std::string::npos);
}

TEST_CASE("the whole interval decides: inside passes, outside fails, astride is inconclusive") {
    // Half-width of {9, 10, 11}: t(2) * 1 / sqrt(3) = 4.3027 * 0.5774 = 2.484, so [7.516, 12.484].
    const auto runs = runs_with("load.cv", {9, 10, 11});
    const std::pair<const char*, Verdict> table_of[] = {
        {"load.cv < 12.5", Verdict::pass},        {"load.cv < 12.4", Verdict::inconclusive},
        {"load.cv < 7.6", Verdict::inconclusive}, {"load.cv < 7.5", Verdict::fail},
        {"load.cv <= 12.5", Verdict::pass},       {"load.cv <= 7.5", Verdict::fail},
        {"load.cv > 7.5", Verdict::pass},         {"load.cv > 7.6", Verdict::inconclusive},
        {"load.cv > 12.5", Verdict::fail},        {"load.cv >= 7.5", Verdict::pass},
        {"load.cv >= 12.5", Verdict::fail},       {"load.cv == 10", Verdict::inconclusive},
        {"load.cv == 13", Verdict::fail},
    };
    for (const auto& [text, verdict] : table_of) {
        const Judgement judgement = judged(text, runs);
        CHECK_MESSAGE(judgement.verdict == verdict, judgement.expectation);
        CHECK(judgement.basis == Basis::interval);
    }
}

TEST_CASE("at the threshold itself < misses and <= meets") {
    const auto runs = runs_with("queue.max", {5, 5, 5});
    CHECK(judged("queue.max < 5", runs).verdict == Verdict::fail);
    CHECK(judged("queue.max <= 5", runs).verdict == Verdict::pass);
    CHECK(judged("queue.max > 5", runs).verdict == Verdict::fail);
    CHECK(judged("queue.max >= 5", runs).verdict == Verdict::pass);
    CHECK(judged("queue.max == 5", runs).verdict == Verdict::pass);
}

TEST_CASE("one replication has no interval: its value decides, and that is said") {
    const Judgement one = judged("latency.p99 < 5ms", runs_with("latency.p99", {0.004}));
    CHECK(one.verdict == Verdict::pass);
    CHECK(one.basis == Basis::single);
    CHECK_FALSE(one.estimate.half_width.has_value());
    CHECK(judged("latency.p99 < 4ms", runs_with("latency.p99", {0.004})).verdict == Verdict::fail);

    const auto exact = judge(parsed("latency.p99 < 5ms"), runs_with("latency.p99", {0.004}), 0.95, Chance::absent);
    CHECK(exact.verdict == Verdict::pass);
    CHECK(exact.basis == Basis::exact);
}

TEST_CASE("a censored value is a lower bound: it can fail < and never pass it") {
    const auto censored = [](std::vector<double> values) {
        auto runs = runs_with("recovery.unavailable", values);
        runs.back().censored.insert("recovery.unavailable");
        return runs;
    };
    CHECK(judged("recovery.unavailable < 2s", censored({20, 20, 20})).verdict == Verdict::fail);
    CHECK(judged("recovery.unavailable < 30s", censored({20, 20, 20})).verdict == Verdict::inconclusive);
    CHECK(judged("recovery.unavailable <= 30s", censored({20})).verdict == Verdict::inconclusive);
    CHECK(judged("recovery.unavailable > 2s", censored({20, 20, 20})).verdict == Verdict::pass);
    CHECK(judged("recovery.unavailable > 30s", censored({20, 20, 20})).verdict == Verdict::inconclusive);
    CHECK(judged("recovery.unavailable == 20s", censored({20, 20})).verdict == Verdict::inconclusive);
    CHECK(judged("recovery.unavailable == 10s", censored({20, 20})).verdict == Verdict::fail);
    CHECK(judged("recovery.unavailable == 30s", censored({20, 20})).verdict == Verdict::inconclusive);
    CHECK(judged("recovery.unavailable < 2s", censored({20, 20, 20})).censored == 1);
}

TEST_CASE("what was not measured in every replication is inconclusive") {
    auto runs = runs_with("latency.p99", {0.001, 0.001, 0.001});
    runs[1].metrics.clear();
    const Judgement partly = judged("latency.p99 < 5ms", runs);
    CHECK(partly.verdict == Verdict::inconclusive);
    CHECK(partly.basis == Basis::missing);
    CHECK(partly.estimate.n == 2);
    CHECK(judged("latency.p99{op=read} < 5ms", runs).estimate.n == 0);
    CHECK(judged("latency.p99 < 5ms", {}).verdict == Verdict::inconclusive);
}

TEST_CASE("one failure fails all, one doubt leaves doubt, nothing expected passes") {
    const auto with = [](std::vector<Verdict> verdicts) {
        std::vector<Judgement> judgements(verdicts.size());
        for (std::size_t i = 0; i < verdicts.size(); ++i) judgements[i].verdict = verdicts[i];
        return overall(judgements);
    };
    CHECK(with({}) == Verdict::pass);
    CHECK(with({Verdict::pass, Verdict::pass}) == Verdict::pass);
    CHECK(with({Verdict::pass, Verdict::inconclusive}) == Verdict::inconclusive);
    CHECK(with({Verdict::inconclusive, Verdict::fail, Verdict::pass}) == Verdict::fail);
}
