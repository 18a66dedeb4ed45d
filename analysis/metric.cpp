#include "analysis/metric.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace orrery::analysis {

namespace {

bool is_word(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_-./:").find(c) != std::string_view::npos;
    });
}

Parsed<MetricName> bad_name(std::string_view text, const std::string& why) {
    return {std::nullopt, "\"" + std::string(text) + "\" is no metric: " + why +
                              "; a metric is a name, perhaps with labels, as in latency.p99{op=read}"};
}

}  // namespace

std::string MetricName::text() const {
    std::string out = base;
    char separator = '{';
    for (const auto& [key, value] : labels) {
        out += separator + key + "=" + value;
        separator = ',';
    }
    return labels.empty() ? out : out + "}";
}

Parsed<MetricName> parse_metric_name(std::string_view text) {
    MetricName name;
    if (text.size() > 200) return bad_name(text.substr(0, 40), "it is longer than 200 characters");
    const auto open = text.find('{');
    name.base = text.substr(0, open);
    if (!is_word(name.base))
        return bad_name(text, name.base.empty() ? "it has no name" : "its name is not of letters, digits and _-./:");
    if (open == std::string_view::npos) return {std::move(name), {}};
    if (text.back() != '}') return bad_name(text, "its labels do not end with }");
    std::string_view rest = text.substr(open + 1, text.size() - open - 2);
    for (;;) {
        const auto comma = rest.find(',');
        const auto label = rest.substr(0, comma);
        const auto equals = label.find('=');
        if (equals == std::string_view::npos || !is_word(label.substr(0, equals)) || !is_word(label.substr(equals + 1)))
            return bad_name(text, "\"" + std::string(label) + "\" is no label key=value");
        const auto [at, added] = name.labels.emplace(label.substr(0, equals), label.substr(equals + 1));
        if (!added) return bad_name(text, "label " + at->first + " stands twice");
        if (comma == std::string_view::npos) return {std::move(name), {}};
        rest.remove_prefix(comma + 1);
    }
}

MetricTable MetricTable::builtin() {
    MetricTable table;
    table.rows_ = {
        {"latency.mean", Kind::duration, Better::smaller,
         "mean time from intended arrival to the last reply of a success"},
        {"latency.p50", Kind::duration, Better::smaller, "median latency"},
        {"latency.p90", Kind::duration, Better::smaller, "90th percentile of latency"},
        {"latency.p99", Kind::duration, Better::smaller, "99th percentile of latency"},
        {"latency.p999", Kind::duration, Better::smaller, "99.9th percentile of latency"},
        {"latency.max", Kind::duration, Better::smaller, "largest latency"},
        {"throughput", Kind::rate, Better::larger, "requests answered with success, per second"},
        {"errors.rate", Kind::ratio, Better::smaller,
         "share of requests that failed, timed out or were unfinished at the end"},
        {"requests.arrived", Kind::count, Better::neither, "requests that arrived after the warm-up"},
        {"requests.succeeded", Kind::count, Better::larger, "requests answered with success"},
        {"requests.failed", Kind::count, Better::smaller,
         "requests that failed, timed out or were unfinished at the end"},
        {"requests.retried", Kind::count, Better::smaller, "attempts after the first"},
        {"requests.hedged", Kind::count, Better::smaller, "attempts sent in parallel to a slow one"},
        {"load.max_over_mean", Kind::real, Better::smaller, "largest load over the mean load; 1 is even"},
        {"load.cv", Kind::real, Better::smaller, "standard deviation of load over its mean; 0 is even"},
        {"load.jain", Kind::real, Better::larger, "Jain's fairness index of load; 1 is even"},
        {"load.gini", Kind::real, Better::smaller, "Gini coefficient of load; 0 is even"},
        {"load.hot_share", Kind::ratio, Better::smaller, "share of all load on the hottest node"},
        {"utilisation.mean", Kind::ratio, Better::neither, "busy time over time up, mean of nodes"},
        {"utilisation.max", Kind::ratio, Better::smaller, "busy time over time up, busiest node"},
        {"queue.mean", Kind::real, Better::smaller, "jobs waiting or in service at a node, over time and nodes"},
        {"queue.max", Kind::count, Better::smaller, "most jobs waiting or in service at one node"},
        {"in_system.mean", Kind::real, Better::smaller, "requests between arrival and end, over time"},
        {"recovery.detect", Kind::duration, Better::smaller, "from a fault until it was noticed"},
        {"recovery.failover", Kind::duration, Better::smaller, "from a fault until another node had taken over"},
        {"recovery.unavailable", Kind::duration, Better::smaller,
         "from a fault until success was back at 99 % of before for 1 s"},
        {"recovery.catch_up", Kind::duration, Better::smaller,
         "from a restart until the node had what the others have"},
        {"recovery.lost", Kind::count, Better::smaller, "acknowledged operations that were lost"},
        {"recovery.duplicated", Kind::count, Better::smaller, "operations that took effect more than once"},
        {"election.first_candidacy", Kind::duration, Better::smaller,
         "from the loss of a leader until the first candidacy"},
        {"election.leader", Kind::duration, Better::smaller, "from the loss of a leader until the next one"},
        {"rebalance.moved_fraction", Kind::ratio, Better::smaller, "share of keys that changed their owner"},
        {"rebalance.bytes", Kind::bytes, Better::smaller, "bytes moved between nodes to rebalance"},
        {"rebalance.duration", Kind::duration, Better::smaller, "from a change of members until all keys had moved"},
        {"network.messages", Kind::count, Better::smaller, "messages that entered the network"},
        {"network.bytes", Kind::bytes, Better::smaller, "bytes that entered the network"},
        {"network.dropped", Kind::count, Better::smaller,
         "messages dropped by loss, full queues, partitions or dead nodes"},
        {"network.delay.mean", Kind::duration, Better::smaller, "mean time of a message from sender to receiver"},
        {"network.delay.p99", Kind::duration, Better::smaller, "99th percentile of a message's time in the network"},
        {"network.delay.max", Kind::duration, Better::smaller, "largest time of a message in the network"},
        {"consistency.violations", Kind::count, Better::smaller, "histories that the checkers refused"},
    };
    return table;
}

void MetricTable::add(MetricInfo row) {
    const auto name = parse_metric_name(row.name);
    ORRERY_CHECK(name && name.value->labels.empty(), "a row of the metric table is a plain name, got " + row.name);
    ORRERY_CHECK(find(row.name) == nullptr, "the metric table has two rows named " + row.name);
    ORRERY_CHECK(!unit_text(row.unit).empty(), "metric " + row.name + " has a unit that no metric can have");
    rows_.push_back(std::move(row));
}

const MetricInfo* MetricTable::find(std::string_view name) const {
    const std::string_view base = name.substr(0, name.find('{'));
    const auto at = std::find_if(rows_.begin(), rows_.end(), [&](const MetricInfo& row) { return row.name == base; });
    return at == rows_.end() ? nullptr : &*at;
}

std::string MetricTable::unknown(std::string_view name) const {
    const std::string base(name.substr(0, std::min<std::size_t>(name.find('{'), 60)));
    std::vector<std::string> names;
    for (const auto& row : rows_) names.push_back(row.name);
    std::string message = "no metric is named " + base;
    if (const auto nearest = nearest_name(base, names); !nearest.empty())
        return message + "; did you mean " + nearest + "?";
    message += "; allowed are";
    for (std::size_t i = 0; i < names.size(); ++i) message += (i == 0 ? " " : ", ") + names[i];
    return message;
}

std::string_view unit_text(Kind unit) {
    switch (unit) {
        case Kind::duration:
            return "s";
        case Kind::rate:
            return "1/s";
        case Kind::bytes:
            return "bytes";
        case Kind::ratio:
        case Kind::count:
        case Kind::real:
            return "1";
        case Kind::bandwidth:
        case Kind::quantity:
        case Kind::flag:
        case Kind::choice:
        case Kind::text:
        case Kind::list:
            return {};
    }
    return {};
}

}  // namespace orrery::analysis
