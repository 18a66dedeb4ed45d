#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/result.hpp"
#include "analysis/result_names.hpp"

namespace orrery::analysis {

namespace {

using Json = nlohmann::json;

/// Thrown inside this file only: `from_json` turns it into an error value.
struct Malformed {
    std::string what;
};

/// A value and where it stands in the document.
class Node {
public:
    Node(const Json& value, std::string path) : value_(value), path_(std::move(path)) {}

    [[noreturn]] void refuse(const std::string& why) const {
        throw Malformed{(path_.empty() ? "the document" : path_) + ": " + why};
    }
    [[noreturn]] void expected(const std::string& what) const {
        refuse("expected " + what + ", found " + (value_.is_null() ? "null" : std::string("a ") + value_.type_name()));
    }

    Node operator[](const char* key) const {
        if (!value_.is_object()) expected("an object");
        const auto at = value_.find(key);
        if (at == value_.end()) refuse(std::string("\"") + key + "\" is missing");
        return Node(*at, path_.empty() ? key : path_ + "." + key);
    }
    bool null() const { return value_.is_null(); }

    template <class Visit>
    void for_each_item(Visit&& visit) const {
        if (!value_.is_array()) expected("an array");
        for (std::size_t i = 0; i < value_.size(); ++i) visit(Node(value_[i], path_ + "[" + std::to_string(i) + "]"));
    }
    template <class Visit>
    void for_each_member(Visit&& visit) const {
        if (!value_.is_object()) expected("an object");
        for (const auto& [key, member] : value_.items()) visit(key, Node(member, path_ + "." + key));
    }

    std::string text() const {
        if (!value_.is_string()) expected("a string");
        return value_.get<std::string>();
    }
    double number() const {
        if (!value_.is_number()) expected("a number");
        const double number = value_.get<double>();
        if (!std::isfinite(number)) refuse("the number is out of range");
        return number;
    }
    std::uint64_t natural() const {
        if (!value_.is_number_unsigned()) expected("a whole number that is not negative");
        return value_.get<std::uint64_t>();
    }
    std::int64_t nanoseconds() const {
        const std::uint64_t count = natural();
        if (count > static_cast<std::uint64_t>(INT64_MAX)) refuse("the time is out of range");
        return static_cast<std::int64_t>(count);
    }
    std::vector<double> numbers() const {
        std::vector<double> out;
        for_each_item([&](const Node& item) { out.push_back(item.number()); });
        return out;
    }
    template <class E, std::size_t n>
    E one_of(const names::Names<E, n>& allowed) const {
        const auto value = names::value_of(allowed, text());
        if (!value) refuse("found \"" + text().substr(0, 40) + "\", allowed are " + names::all(allowed));
        return *value;
    }

private:
    const Json& value_;
    std::string path_;
};

/// Histograms take memory by their range, not by their text, so a forged document could ask for any
/// amount. A real result stays far below this.
class Budget {
public:
    void take(const Node& node, const Histogram::Parts& parts) {
        if (parts.buckets.empty()) return;
        const std::size_t octaves = (parts.buckets.back().first >> Histogram::precision_bits) -
                                    (parts.buckets.front().first >> Histogram::precision_bits) + 1;
        used_ += octaves << (Histogram::precision_bits + 3);
        if (used_ > std::size_t{1} << 30) node.refuse("the histograms of the document would take more than 1 GiB");
    }

private:
    std::size_t used_ = 0;
};

Wide wide(const Node& node) {
    const std::string text = node.text();
    Wide value = 0;
    // 2^64 samples below 2^63 sum up to less than 10^38 < 2^127: 38 digits cannot overflow.
    if (text.empty() || text.size() > 38) node.expected("a decimal of 1 to 38 digits");
    for (const char c : text) {
        if (c < '0' || c > '9') node.expected("a decimal of 1 to 38 digits");
        value = value * 10 + (c - '0');
    }
    return value;
}

std::uint64_t fingerprint(const Node& node) {
    const std::string text = node.text();
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (text.size() != 16 || error != std::errc() || end != text.data() + text.size())
        node.expected("16 hexadecimal digits");
    return value;
}

Histogram histogram(const Node& node, Budget& budget) {
    Histogram::Parts parts;
    parts.min = node["min"].nanoseconds();
    parts.max = node["max"].nanoseconds();
    parts.sum = wide(node["sum"]);
    std::vector<std::uint64_t> flat;
    const Node buckets = node["buckets"];
    buckets.for_each_item([&](const Node& item) { flat.push_back(item.natural()); });
    if (flat.size() % 2 != 0) buckets.refuse("buckets and counts come in pairs");
    for (std::size_t i = 0; i < flat.size(); i += 2) {
        if (flat[i] >= Histogram::bucket_limit) buckets.refuse("there is no bucket " + std::to_string(flat[i]));
        parts.buckets.emplace_back(static_cast<std::uint32_t>(flat[i]), flat[i + 1]);
    }
    if (const auto flaw = Histogram::flaw_of(parts)) node.refuse("no histogram: " + *flaw);
    budget.take(node, parts);
    return Histogram::from(parts);
}

NodeBands node_bands(const Node& node) {
    return {node["nodes"].natural(), node["min"].number(), node["p10"].number(), node["p50"].number(),
            node["p90"].number(),    node["max"].number(), node["mean"].number()};
}

Series series(const Node& node) {
    Series out;
    out.metric = node["metric"].text();
    out.label = node["label"].text();
    out.unit = node["unit"].text();
    out.start = Time(Duration(node["start_ns"].nanoseconds()));
    out.step = Duration(node["step_ns"].nanoseconds());
    if (out.step == Duration::zero()) node["step_ns"].refuse("a step is longer than 0");
    out.values = node["values"].numbers();
    return out;
}

FaultSpan fault(const Node& node) {
    const Node to = node["to_ns"];
    return {node["what"].text(), Time(Duration(node["from_ns"].nanoseconds())),
            to.null() ? time_max : Time(Duration(to.nanoseconds()))};
}

RunRecord run_record(const Node& node, Budget& budget) {
    RunRecord run;
    run.seed = node["seed"].natural();
    run.fingerprint = fingerprint(node["fingerprint"]);
    run.events = node["events"].natural();
    run.warmup = Duration(node["warmup_ns"].nanoseconds());
    run.duration = Duration(node["duration_ns"].nanoseconds());
    node["metrics"].for_each_member([&](const std::string& name, const Node& value) {
        if (const auto parsed = parse_metric_name(name); !parsed) value.refuse(parsed.error);
        run.metrics[name] = value.number();
    });
    node["censored"].for_each_item([&](const Node& item) {
        if (run.metrics.count(item.text()) == 0) item.refuse("a metric that was not measured cannot be censored");
        run.censored.insert(item.text());
    });
    node["histograms"].for_each_member(
        [&](const std::string& name, const Node& value) { run.histograms[name] = histogram(value, budget); });
    node["per_node"].for_each_member(
        [&](const std::string& name, const Node& value) { run.per_node[name] = value.numbers(); });
    node["node_bands"].for_each_member(
        [&](const std::string& name, const Node& value) { run.node_bands[name] = node_bands(value); });
    node["series"].for_each_item([&](const Node& item) { run.series.push_back(series(item)); });
    node["effects"].for_each_item([&](const Node& item) {
        run.effects.push_back({item["what"].text(), item["counted"].text(), item["count"].natural()});
    });
    node["faults"].for_each_item([&](const Node& item) { run.faults.push_back(fault(item)); });
    return run;
}

Estimate estimate_of(const Node& node) {
    const Node half_width = node["half_width"];
    return {node["n"].natural(), node["mean"].number(),
            half_width.null() ? std::nullopt : std::optional<double>(half_width.number())};
}

Judgement judgement(const Node& node) {
    Judgement out;
    out.expectation = node["expectation"].text();
    out.verdict = node["verdict"].one_of(names::verdicts);
    out.basis = node["basis"].one_of(names::bases);
    out.unit = node["unit"].one_of(names::units);
    out.estimate = estimate_of(node["estimate"]);
    out.censored = node["censored"].natural();
    return out;
}

void check_version(const Node& schema) {
    if (schema["name"].text() != "orrery.result") schema["name"].refuse("this is no orrery.result");
    const std::uint64_t version = schema["version"].natural();
    if (version == 0 || version > static_cast<std::uint64_t>(result_version))
        schema["version"].refuse("found version " + std::to_string(version) + ", this program reads up to " +
                                 std::to_string(result_version));
}

Result result_of(const Node& document) {
    check_version(document["schema"]);
    Result result;
    result.title = document["scenario"]["title"].text();
    result.scenario = document["scenario"]["effective"].text();
    result.confidence = document["confidence"].number();
    if (!(result.confidence > 0 && result.confidence < 1))
        document["confidence"].refuse("a confidence is between 0 and 1");
    result.chance = document["chance"].one_of(names::chances);
    // Rows that the program does not know come from a system of somebody's own; means are computed anew.
    document["metrics"].for_each_member([&](const std::string& name, const Node& node) {
        const auto parsed = parse_metric_name(name);
        if (!parsed) node.refuse(parsed.error);
        MetricInfo row{parsed.value->base, node["unit"].one_of(names::units), node["better"].one_of(names::betters),
                       node["summary"].text()};
        if (result.table.find(row.name) == nullptr && !row.summary.empty()) result.table.add(std::move(row));
    });
    Budget budget;
    document["replications"].for_each_item([&](const Node& node) { result.runs.push_back(run_record(node, budget)); });
    document["verdicts"].for_each_item([&](const Node& node) { result.verdicts.push_back(judgement(node)); });
    return result;
}

}  // namespace

Parsed<Result> from_json(std::string_view text) {
    try {
        const Json document = Json::parse(text);
        return {result_of(Node(document, "")), {}};
    } catch (const Json::parse_error& error) {
        return {std::nullopt, "no JSON document, at byte " + std::to_string(error.byte)};
    } catch (const Json::exception& error) {
        return {std::nullopt, std::string("no result document: ") + error.what()};
    } catch (const Malformed& error) {
        return {std::nullopt, "no result document: " + error.what};
    }
}

}  // namespace orrery::analysis
