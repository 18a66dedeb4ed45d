#include "analysis/metric.hpp"

#include <doctest/doctest.h>

#include "sim/base/check.hpp"

using namespace orrery;
using namespace orrery::analysis;

TEST_CASE("a metric's name is read with its labels, and written with the labels sorted") {
    const auto plain = parse_metric_name("latency.p99");
    REQUIRE(plain);
    CHECK(plain.value->labels.empty());
    CHECK(plain.value->text() == "latency.p99");
    const auto labelled = parse_metric_name("latency.p99{zone=b,op=read}");
    REQUIRE(labelled);
    CHECK(labelled.value->base == "latency.p99");
    CHECK(labelled.value->labels.at("op") == "read");
    CHECK(labelled.value->text() == "latency.p99{op=read,zone=b}");
    CHECK(*parse_metric_name(labelled.value->text()) == *labelled);
}

TEST_CASE("what is no metric name is refused with a reason") {
    for (const char* text : {"", "{}", "latency p99", "latency{", "latency{}", "latency{op}", "latency{op=}",
                             "latency{=read}", "latency{op=read", "latency{op=read}x", "latency{op=read,}",
                             "latency{op=read,op=write}", "latency{op=a=b}", "\xff"}) {
        CAPTURE(text);
        const auto parsed = parse_metric_name(text);
        CHECK_FALSE(parsed);
        CHECK(parsed.error.find("is no metric") != std::string::npos);
    }
    CHECK(parse_metric_name(std::string(1'000'000, 'a')).error.size() < 300);
}

TEST_CASE("the builtin table knows the documented names, each once, with unit and direction") {
    const MetricTable table = MetricTable::builtin();
    for (const char* name :
         {"latency.mean", "latency.p999", "throughput", "load.gini", "queue.max", "recovery.unavailable",
          "rebalance.moved_fraction", "network.dropped", "consistency.violations", "errors.rate", "utilisation.max",
          "in_system.mean", "requests.hedged", "election.first_candidacy"})
        CHECK_MESSAGE(table.find(name) != nullptr, name);
    CHECK(table.find("latency.p99{op=read}")->unit == Kind::duration);
    CHECK(table.find("load.jain")->better == Better::larger);
    CHECK(table.find("latency") == nullptr);
    for (const auto& row : table.rows()) {
        CHECK(table.find(row.name) == &row);
        CHECK_FALSE(row.summary.empty());
        CHECK(row.summary.back() != '.');
        CHECK_FALSE(unit_text(row.unit).empty());
    }
}

TEST_CASE("a system adds a row of its own; the same name twice breaks an invariant") {
    MetricTable table = MetricTable::builtin();
    table.add({"checkpoint.duration", Kind::duration, Better::smaller, "time from barrier to acknowledgement"});
    CHECK(table.find("checkpoint.duration{job=a}")->unit == Kind::duration);
    CHECK_THROWS_AS(table.add({"throughput", Kind::rate, Better::larger, "again"}), InvariantBroken);
    CHECK_THROWS_AS(table.add({"a{b=c}", Kind::rate, Better::larger, "labelled"}), InvariantBroken);
    CHECK_THROWS_AS(table.add({"policy", Kind::text, Better::larger, "not a number"}), InvariantBroken);
}

TEST_CASE("an unknown name is answered with the nearest one, or with the list") {
    const MetricTable table = MetricTable::builtin();
    CHECK(table.unknown("latency.p98") == "no metric is named latency.p98; did you mean latency.p90?");
    CHECK(table.unknown("trougput{op=read}") == "no metric is named trougput; did you mean throughput?");
    CHECK(table.unknown("utilization.mean").ends_with("did you mean utilisation.mean?"));
    CHECK(table.unknown("zzzzzzzzzzzz").find("allowed are latency.mean, latency.p50") != std::string::npos);
    CHECK(nearest_name("", {"abc"}).empty());
    CHECK(nearest_name("ab", {"abc", "ab"}) == "ab");
}
