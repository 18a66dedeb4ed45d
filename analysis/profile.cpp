#include "analysis/profile.hpp"

#include <algorithm>

#include "analysis/sparkline.hpp"

namespace orrery::analysis {

namespace {

Profile estimates(const std::vector<const std::vector<double>*>& columns, std::size_t length, double confidence) {
    Profile profile;
    profile.reserve(length);
    std::vector<double> values;
    for (std::size_t i = 0; i < length; ++i) {
        values.clear();
        for (const auto* column : columns)
            if (i < column->size()) values.push_back((*column)[i]);
        profile.push_back(estimate(values, confidence));
    }
    return profile;
}

const Series* find_series(const RunRecord& run, std::string_view metric, std::string_view label) {
    const auto at = std::find_if(run.series.begin(), run.series.end(), [&](const Series& series) {
        return series.metric == metric && series.label == label;
    });
    return at == run.series.end() ? nullptr : &*at;
}

bool same(const std::vector<FaultSpan>& a, const std::vector<FaultSpan>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const FaultSpan& x, const FaultSpan& y) {
        return x.what == y.what && x.from == y.from && x.to == y.to;
    });
}

}  // namespace

NodeBands bands_of(const std::vector<double>& values) {
    std::vector<double> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    return {values.size(),
            sorted.front(),
            sample_quantile(sorted, 0.1),
            sample_quantile(sorted, 0.5),
            sample_quantile(sorted, 0.9),
            sorted.back(),
            mean_of(sorted)};
}

std::vector<Series> quantiles_over_nodes(const std::vector<const Series*>& nodes) {
    std::size_t length = 0;
    for (const Series* series : nodes) length = std::max(length, series->values.size());
    std::vector<Series> out;
    for (const char* quantile : {"0", "0.1", "0.5", "0.9", "1"}) {
        Series series = *nodes.front();
        series.label = std::string("quantile=") + quantile;
        series.values.clear();
        out.push_back(std::move(series));
    }
    std::vector<double> at;
    for (std::size_t i = 0; i < length; ++i) {
        at.clear();
        for (const Series* series : nodes)
            if (i < series->values.size()) at.push_back(series->values[i]);
        const NodeBands bands = bands_of(at);
        out[0].values.push_back(bands.min);
        out[1].values.push_back(bands.p10);
        out[2].values.push_back(bands.p50);
        out[3].values.push_back(bands.p90);
        out[4].values.push_back(bands.max);
    }
    return out;
}

Profile node_profile(const Result& result, std::string_view name) {
    std::vector<const std::vector<double>*> columns;
    for (const RunRecord& run : result.runs) {
        const auto at = run.per_node.find(std::string(name));
        if (at == run.per_node.end()) continue;
        if (columns.empty() || at->second.size() == columns.front()->size()) columns.push_back(&at->second);
    }
    return columns.empty() ? Profile{} : estimates(columns, columns.front()->size(), result.confidence);
}

std::optional<SeriesProfile> series_profile(const Result& result, std::string_view metric, std::string_view label,
                                            std::size_t steps_most) {
    const Series* first = nullptr;
    std::size_t length = 0;
    std::vector<const Series*> found;
    for (const RunRecord& run : result.runs) {
        const Series* series = find_series(run, metric, label);
        if (series == nullptr || series->values.empty()) continue;
        if (first == nullptr) first = series;
        if (series->start != first->start || series->step != first->step) continue;
        found.push_back(series);
        length = std::max(length, series->values.size());
    }
    if (first == nullptr) return std::nullopt;

    const std::size_t size = bin_size(length, steps_most);
    std::vector<std::vector<double>> columns;
    std::vector<const std::vector<double>*> pointers;
    for (const Series* series : found)
        columns.push_back(binned(series->values, (series->values.size() + size - 1) / size, Binning::mean));
    for (const auto& column : columns) pointers.push_back(&column);
    return SeriesProfile{first->unit, first->start, first->step * static_cast<std::int64_t>(size),
                         estimates(pointers, (length + size - 1) / size, result.confidence)};
}

std::vector<std::string> series_labels(const Result& result, std::string_view metric) {
    for (const RunRecord& run : result.runs) {
        std::vector<std::string> labels;
        for (const Series& series : run.series)
            if (series.metric == metric) labels.push_back(series.label);
        if (!labels.empty()) return labels;
    }
    return {};
}

Faults faults_of(const Result& result) {
    if (result.runs.empty()) return {};
    const auto& first = result.runs.front().faults;
    const bool shared = std::all_of(result.runs.begin(), result.runs.end(),
                                    [&](const RunRecord& run) { return same(run.faults, first); });
    return {first, shared};
}

}  // namespace orrery::analysis
