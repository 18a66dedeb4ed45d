#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/result.hpp"
#include "analysis/result_names.hpp"
#include "sim/base/check.hpp"

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

std::string number_text(double value) {
    ORRERY_CHECK(std::isfinite(value), "a result holds a number that is not finite");
    std::string text = fmt::format("{}", value);
    // 3.0 and not 3, or it would come back as an integer; and -0 would lose its sign.
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

/// Objects with a line for each key, arrays of numbers on one line: small enough to store, and a
/// difference of two documents points at what differs.
void print(const Json& value, std::size_t depth, std::string& out) {
    const auto line = [&](std::size_t at) {
        out += '\n';
        out.append(2 * at, ' ');
    };
    const bool flat = value.is_array() &&
                      std::none_of(value.begin(), value.end(), [](const Json& item) { return item.is_structured(); });
    if (value.is_number_float()) {
        out += number_text(value.get<double>());
    } else if (!value.is_structured() || value.empty()) {
        out += value.dump(-1, ' ', false, Json::error_handler_t::replace);
    } else {
        out += value.is_object() ? '{' : '[';
        bool first = true;
        for (auto at = value.begin(); at != value.end(); ++at) {
            if (!std::exchange(first, false)) out += ',';
            if (!flat) line(depth + 1);
            if (value.is_object()) out += Json(at.key()).dump(-1, ' ', false, Json::error_handler_t::replace) + ": ";
            print(*at, depth + 1, out);
        }
        if (!flat) line(depth);
        out += value.is_object() ? '}' : ']';
    }
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
    std::string out;
    print(document, 0, out);
    return out + "\n";
}

}  // namespace orrery::analysis
