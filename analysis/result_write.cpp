#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/machine_text.hpp"
#include "analysis/result.hpp"
#include "analysis/result_names.hpp"

namespace orrery::analysis {

namespace {

using Json = nlohmann::json;

std::int64_t count_of(Duration duration) {
    return duration.count();
}
std::int64_t count_of(Time time) {
    return time.time_since_epoch().count();
}

std::string decimal(Wide value) {
    // Sums of histograms are not negative.
    std::string digits;
    for (; value > 0; value /= 10) digits.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
    std::reverse(digits.begin(), digits.end());
    return digits.empty() ? "0" : digits;
}

Json to_value(const Histogram& histogram) {
    const Histogram::Parts parts = histogram.parts();
    Json buckets = Json::array();
    for (const auto& [bucket, count] : parts.buckets) {
        buckets.push_back(bucket);
        buckets.push_back(count);
    }
    return {{"min", parts.min}, {"max", parts.max}, {"sum", decimal(parts.sum)}, {"buckets", std::move(buckets)}};
}

Json to_value(const NodeBands& bands) {
    return {{"nodes", bands.nodes}, {"min", bands.min}, {"p10", bands.p10},  {"p50", bands.p50},
            {"p90", bands.p90},     {"max", bands.max}, {"mean", bands.mean}};
}

Json to_value(const Series& series) {
    return {{"metric", series.metric},
            {"label", series.label},
            {"unit", series.unit},
            {"start_ns", count_of(series.start)},
            {"step_ns", count_of(series.step)},
            {"values", series.values}};
}

Json to_value(const FaultSpan& fault) {
    Json to = fault.to == time_max ? Json() : Json(count_of(fault.to));
    return {{"what", fault.what}, {"from_ns", count_of(fault.from)}, {"to_ns", std::move(to)}};
}

Json to_value(const Effect& effect) {
    return {{"what", effect.what}, {"counted", effect.counted}, {"count", effect.count}};
}

Json to_value(const Estimate& estimate) {
    return {{"n", estimate.n},
            {"mean", estimate.mean},
            {"half_width", estimate.half_width ? Json(*estimate.half_width) : Json()}};
}

Json to_value(const MetricSummary& metric) {
    Json out = to_value(metric.estimate);
    out["unit"] = names::of(names::units, metric.info.unit);
    out["better"] = names::of(names::betters, metric.info.better);
    out["summary"] = metric.info.summary;
    out["censored"] = metric.censored;
    return out;
}

Json to_value(const Judgement& judgement) {
    return {{"expectation", judgement.expectation},
            {"verdict", names::of(names::verdicts, judgement.verdict)},
            {"basis", names::of(names::bases, judgement.basis)},
            {"unit", names::of(names::units, judgement.unit)},
            {"estimate", to_value(judgement.estimate)},
            {"censored", judgement.censored}};
}

template <class T>
Json to_array(const std::vector<T>& items) {
    Json out = Json::array();
    for (const T& item : items) out.push_back(to_value(item));
    return out;
}

template <class T>
Json to_object(const std::map<std::string, T>& items) {
    Json out = Json::object();
    for (const auto& [name, item] : items) out[name] = to_value(item);
    return out;
}

Json to_value(const RunRecord& run) {
    Json out;
    out["seed"] = run.seed;
    out["fingerprint"] = fmt::format("{:016x}", run.fingerprint);
    out["events"] = run.events;
    out["warmup_ns"] = count_of(run.warmup);
    out["duration_ns"] = count_of(run.duration);
    out["metrics"] = run.metrics;
    out["censored"] = run.censored;
    out["histograms"] = to_object(run.histograms);
    out["per_node"] = run.per_node;
    out["node_bands"] = to_object(run.node_bands);
    out["series"] = to_array(run.series);
    out["effects"] = to_array(run.effects);
    out["faults"] = to_array(run.faults);
    return out;
}

}  // namespace

std::string to_json(const Result& result) {
    Json document;
    document["schema"] = {{"name", "orrery.result"}, {"version", result_version}};
    document["scenario"] = {{"title", result.title}, {"effective", result.scenario}};
    document["confidence"] = result.confidence;
    document["chance"] = names::of(names::chances, result.chance);
    document["metrics"] = Json::object();
    for (const MetricSummary& metric : metric_summaries(result)) document["metrics"][metric.name] = to_value(metric);
    document["replications"] = Json::array();
    for (RunRecord run : result.runs) {
        condense(run);
        document["replications"].push_back(to_value(run));
    }
    document["verdicts"] = to_array(result.verdicts);
    return json_text(document);
}

}  // namespace orrery::analysis
