#include "analysis/result.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/base/check.hpp"
#include "synthetic.hpp"

using namespace orrery;
using namespace orrery::analysis;

namespace {

Result small_result() {
    return synthetic_result({4, 2, 500});
}

/// The error of the document after `change` was made to it.
template <class Change>
std::string error_after(Change&& change) {
    auto document = nlohmann::json::parse(to_json(small_result()));
    change(document);
    const auto read = from_json(document.dump());
    REQUIRE_FALSE(read);
    return read.error;
}

}  // namespace

TEST_CASE("written, read and written again, a result is the same bytes") {
    for (const Result& result : {small_result(), synthetic_result({300, 3, 100}), Result{}}) {
        const std::string once = to_json(result);
        const auto read = from_json(once);
        REQUIRE_MESSAGE(read, read.error);
        CHECK(to_json(*read) == once);
        CHECK(to_csv(*read) == to_csv(result));
    }
}

TEST_CASE("everything that a run left behind comes back") {
    Result result = small_result();
    result.title = "quotes \" and \\ and \xc3\xbc and\nlines";
    result.chance = Chance::absent;
    result.runs[0].seed = UINT64_MAX;
    result.runs[0].faults.push_back({"never healed", Time(1s), time_max});
    result.runs[0].metrics["load.cv"] = -0.0;
    result.runs[0].metrics["load.gini"] = 0.1 + 0.2;
    result.runs[0].histograms["latency"].record(INT64_MAX);
    const auto read = from_json(to_json(result));
    REQUIRE_MESSAGE(read, read.error);
    const RunRecord& run = read.value->runs[0];
    CHECK(read.value->title == result.title);
    CHECK(read.value->scenario == result.scenario);
    CHECK(read.value->chance == Chance::absent);
    CHECK(run.seed == UINT64_MAX);
    CHECK(run.fingerprint == result.runs[0].fingerprint);
    CHECK(run.metrics == result.runs[0].metrics);
    CHECK(std::signbit(run.metrics.at("load.cv")));
    CHECK(run.censored == result.runs[0].censored);
    CHECK(run.histograms == result.runs[0].histograms);
    CHECK(run.per_node == result.runs[0].per_node);
    CHECK(run.series.size() == result.runs[0].series.size());
    CHECK(run.series[3].values == result.runs[0].series[3].values);
    CHECK(run.series[3].step == 500ms);
    CHECK(run.faults.back().to == time_max);
    CHECK(run.effects[1].count == 4);
    CHECK(read.value->verdicts == result.verdicts);
}

TEST_CASE("a metric that a system added is known to whoever reads the document") {
    Result result = small_result();
    result.table.add({"checkpoint.duration", Kind::duration, Better::smaller, "time from barrier to acknowledgement"});
    result.runs[0].metrics["checkpoint.duration{job=a}"] = 0.25;
    result.runs[0].metrics["nobody.knows"] = 3;
    const auto read = from_json(to_json(result));
    REQUIRE_MESSAGE(read, read.error);
    CHECK(*read.value->table.find("checkpoint.duration") == *result.table.find("checkpoint.duration"));
    CHECK(read.value->table.find("nobody.knows") == nullptr);
    const auto metrics = metric_summaries(*read);
    CHECK(metrics.front().name == "latency.mean");
    CHECK(metrics.back().name == "nobody.knows");
    CHECK(metrics.back().estimate == Estimate{1, 3, std::nullopt});
}

TEST_CASE("beyond 256 nodes quantiles stand in for nodes, in values and in series") {
    RunRecord run = synthetic_run(1, {300, 1, 10});
    for (std::size_t node = 0; node < 300; ++node) run.per_node["load"][node] = static_cast<double>(299 - node);
    condense(run);
    CHECK(run.per_node.empty());
    CHECK(run.node_bands.at("load") == NodeBands{300, 0, 29.900000000000002, 149.5, 269.1, 299, 149.5});
    std::vector<std::string> labels;
    for (const Series& series : run.series)
        if (series.metric == "queue.length") labels.push_back(series.label);
    CHECK(labels ==
          std::vector<std::string>{"quantile=0", "quantile=0.1", "quantile=0.5", "quantile=0.9", "quantile=1"});
    CHECK(run.series.back().metric == "latency.p99");
    const std::size_t count = run.series.size();
    condense(run);
    CHECK(run.series.size() == count);

    RunRecord kept = synthetic_run(1, {256, 1, 10});
    condense(kept);
    CHECK(kept.per_node.at("load").size() == 256);
    CHECK(kept.node_bands.empty());
}

TEST_CASE("the table has a line for each replication and metric") {
    Result result;
    result.runs.resize(2);
    result.runs[0].seed = 7;
    result.runs[0].metrics = {{"latency.p99", 0.0015}, {"latency.p99{op=read,zone=a}", 0.1}, {"throughput", 90000}};
    result.runs[1].seed = 8;
    result.runs[1].metrics = {{"recovery.unavailable", 20}, {"own", 1e-7}};
    result.runs[1].censored = {"recovery.unavailable"};
    CHECK(to_csv(result) ==
          "replication,seed,metric,unit,value,censored\n"
          "0,7,latency.p99,s,0.0015,0\n"
          "0,7,\"latency.p99{op=read,zone=a}\",s,0.1,0\n"
          "0,7,throughput,1/s,90000,0\n"
          "1,8,own,1,1e-07,0\n"
          "1,8,recovery.unavailable,s,20,1\n");
}

TEST_CASE("a document that is malformed is refused, and the error says where") {
    CHECK(error_after([](auto& d) { d["schema"]["version"] = 2; }) ==
          "no result document: schema.version: found version 2, this program reads up to 1");
    CHECK(error_after([](auto& d) { d["schema"]["name"] = "other"; }).find("this is no orrery.result") !=
          std::string::npos);
    CHECK(error_after([](auto& d) { d.erase("replications"); }) ==
          "no result document: the document: \"replications\" is missing");
    CHECK(error_after([](auto& d) { d["replications"] = 3; }) ==
          "no result document: replications: expected an array, found a number");
    CHECK(error_after([](auto& d) { d["replications"][1]["metrics"]["throughput"] = "fast"; }) ==
          "no result document: replications[1].metrics.throughput: expected a number, found a string");
    CHECK(error_after([](auto& d) {
              d["replications"][0]["seed"] = -1;
          }).find("expected a whole number that is not negative") != std::string::npos);
    CHECK(error_after([](auto& d) { d["replications"][0]["seed"] = 1.5; }).find("replications[0].seed") !=
          std::string::npos);
    CHECK(error_after([](auto& d) { d["replications"][0]["fingerprint"] = "xyz"; }).find("16 hexadecimal digits") !=
          std::string::npos);
    CHECK(error_after([](auto& d) { d["replications"][0]["duration_ns"] = UINT64_MAX; }).find("out of range") !=
          std::string::npos);
    CHECK(error_after([](auto& d) { d["replications"][0]["metrics"]["a b"] = 1; }).find("is no metric") !=
          std::string::npos);
    CHECK(error_after([](auto& d) { d["replications"][0]["censored"] = {"none.such"}; }).find("cannot be censored") !=
          std::string::npos);
    CHECK(error_after([](auto& d) {
              d["replications"][0]["histograms"]["latency"]["buckets"] = {1, 2, 3};
          }).find("come in pairs") != std::string::npos);
    CHECK(error_after([](auto& d) {
              d["replications"][0]["histograms"]["latency"]["buckets"] = {60000, 2};
          }).find("no bucket 60000") != std::string::npos);
    CHECK(error_after([](auto& d) {
              d["replications"][0]["histograms"]["latency"]["sum"] = "12a";
          }).find("a decimal of 1 to 38 digits") != std::string::npos);
    CHECK(error_after([](auto& d) {
              d["replications"][0]["histograms"]["latency"]["sum"] = "1";
          }).find("the sum does not fit") != std::string::npos);
    CHECK(error_after([](auto& d) { d["replications"][0]["series"][0]["step_ns"] = 0; }).find("series[0].step_ns") !=
          std::string::npos);
    CHECK(error_after([](auto& d) {
              d["replications"][0]["series"][0]["values"][2] = nullptr;
          }).find("series[0].values[2]: expected a number, found null") != std::string::npos);
    CHECK(error_after([](auto& d) { d["verdicts"][0]["verdict"] = "maybe"; }) ==
          "no result document: verdicts[0].verdict: found \"maybe\", allowed are pass, fail, inconclusive");
    CHECK(error_after([](auto& d) { d["confidence"] = 1; }).find("between 0 and 1") != std::string::npos);
    CHECK(error_after([](auto& d) { d["chance"] = "some"; }).find("allowed are present, absent") != std::string::npos);
}

TEST_CASE("what is no JSON at all, cut off or hostile, is refused") {
    const std::string text = to_json(small_result());
    for (std::size_t length = 0; length + 2 < text.size(); length += 997)
        CHECK_FALSE(from_json(text.substr(0, length)));
    CHECK_FALSE(from_json(text + "}"));
    CHECK_FALSE(from_json(std::string(100'000, '[')));
    CHECK_FALSE(from_json("[]"));
    CHECK_FALSE(from_json("null"));
    CHECK_FALSE(from_json("{\"schema\": {\"name\": \"orrery.result\", \"version\": 1e400}}"));
    CHECK(from_json("{").error == "no JSON document, at byte 2");
    CHECK(load_result("/nowhere/result.json").error.find("/nowhere/result.json") != std::string::npos);
}

TEST_CASE("forged histograms cannot ask for more memory than a real result needs") {
    const std::string error = error_after([](auto& d) {
        const nlohmann::json wide = {
            {"min", 0}, {"max", INT64_MAX}, {"sum", std::to_string(INT64_MAX)}, {"buckets", {0, 1, 55295, 1}}};
        for (int i = 0; i < 3000; ++i)
            d["replications"][0]["histograms"]["latency{op=" + std::to_string(i) + "}"] = wide;
    });
    CHECK(error.find("more than 1 GiB") != std::string::npos);
}

TEST_CASE("a metric that is not finite never reaches a document") {
    Result result = small_result();
    result.runs[0].per_node["load"][0] = std::nan("");
    CHECK_THROWS_AS(to_json(result), InvariantBroken);
    result = small_result();
    result.runs[0].metrics["load.cv"] = INFINITY;
    CHECK_THROWS_AS(to_json(result), InvariantBroken);
    CHECK_THROWS_AS(to_csv(result), InvariantBroken);
}
