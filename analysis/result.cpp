#include "analysis/result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/machine_text.hpp"
#include "analysis/profile.hpp"
#include "sim/base/check.hpp"

namespace orrery::analysis {

namespace {

bool is_of_node(const Series& series) {
    return series.label.starts_with("node=");
}

}  // namespace

std::vector<MetricSummary> metric_summaries(const Result& result) {
    std::map<std::string, std::vector<double>> values;
    std::map<std::string, std::size_t> censored;
    for (const RunRecord& run : result.runs) {
        for (const auto& [name, value] : run.metrics) values[name].push_back(value);
        for (const auto& name : run.censored) ++censored[name];
    }
    // Rows that others added go by name, so that a result read from a file, which knows no order, agrees.
    const MetricTable builtin = MetricTable::builtin();
    std::vector<std::pair<std::size_t, MetricSummary>> ranked;
    for (const auto& [name, measured] : values) {
        const MetricInfo* info = result.table.find(name);
        const MetricInfo* ours = builtin.find(name);
        const std::size_t rank =
            ours == nullptr ? builtin.rows().size() : static_cast<std::size_t>(ours - builtin.rows().data());
        MetricInfo without_row{name.substr(0, name.find('{')), Kind::real, Better::neither, ""};
        const auto at = censored.find(name);
        ranked.emplace_back(
            rank, MetricSummary{name, info == nullptr ? without_row : *info, estimate(measured, result.confidence),
                                at == censored.end() ? 0 : at->second});
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<MetricSummary> out;
    for (auto& [rank, summary] : ranked) out.push_back(std::move(summary));
    return out;
}

void condense(RunRecord& run) {
    for (auto at = run.per_node.begin(); at != run.per_node.end();) {
        if (at->second.size() <= node_limit) {
            ++at;
            continue;
        }
        run.node_bands[at->first] = bands_of(at->second);
        at = run.per_node.erase(at);
    }

    std::map<std::string, std::vector<const Series*>> of_nodes;
    for (const Series& series : run.series)
        if (is_of_node(series)) of_nodes[series.metric].push_back(&series);
    std::vector<Series> kept;
    std::map<std::string, bool> done;
    bool changed = false;
    for (const Series& series : run.series) {
        const bool many = is_of_node(series) && of_nodes[series.metric].size() > node_limit;
        if (!many) {
            kept.push_back(series);
        } else if (!std::exchange(done[series.metric], true)) {
            for (Series& quantiles : quantiles_over_nodes(of_nodes[series.metric]))
                kept.push_back(std::move(quantiles));
            changed = true;
        }
    }
    if (changed) run.series = std::move(kept);
}

std::string to_csv(const Result& result) {
    std::string out = "replication,seed,metric,unit,value,censored\n";
    for (std::size_t i = 0; i < result.runs.size(); ++i) {
        const RunRecord& run = result.runs[i];
        for (const auto& [name, value] : run.metrics) {
            ORRERY_CHECK(std::isfinite(value), "metric " + name + " is not finite");
            const MetricInfo* info = result.table.find(name);
            const std::string_view unit = info == nullptr ? "1" : unit_text(info->unit);
            out +=
                fmt::format("{},{},{},{},{},{}\n", i, run.seed, csv_field(name), unit, value, run.censored.count(name));
        }
    }
    return out;
}

Parsed<Result> load_result(const std::string& path) {
    const auto text = read_file(path);
    if (!text) return {std::nullopt, text.error};
    auto result = from_json(*text);
    if (!result) result.error = path + ": " + result.error;
    return result;
}

}  // namespace orrery::analysis
