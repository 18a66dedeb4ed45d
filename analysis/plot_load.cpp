// Load by node, and by node and time.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/plot_script.hpp"

namespace orrery::analysis {

namespace {

struct LoadAxis {
    std::string metric;
    std::string label;
    double base;
};

LoadAxis busy_axis() {
    return {"load", "busy share (%)", 0.01};
}

/// Requests are plain counts; large ones are labelled in thousands or millions.
LoadAxis request_axis(double most) {
    if (most >= 1e7) return {"requests", "requests (millions)", 1e6};
    if (most >= 1e4) return {"requests", "requests (thousands)", 1e3};
    return {"requests", "requests", 1};
}

double largest_of(const Profile& profile) {
    double most = 0;
    for (const Estimate& node : profile) most = std::max(most, node.mean);
    return most;
}

/// From 0 to a little above `most`.
void set_range(Script& script, double most) {
    const double top = most > 0 ? most * 1.05 : 1;
    script.line(fmt::format("set yrange [0:{}]", top)).line(fmt::format("set ytics {}", tic_step(top)));
}

Parsed<std::string> node_script(const Result& result, PlotFormat format, const Profile& profile, const LoadAxis& axis) {
    std::vector<std::vector<double>> rows;
    double sum = 0;
    double most = 0;
    bool whiskers = false;
    for (std::size_t i = 0; i < profile.size(); ++i) {
        const Estimate& node = profile[i];
        rows.push_back({static_cast<double>(i), node.mean / axis.base, std::max(0.0, node.low()) / axis.base,
                        node.high() / axis.base});
        sum += node.mean / axis.base;
        most = std::max(most, node.high() / axis.base);
        whiskers = whiskers || node.half_width.has_value();
    }
    const double mean = sum / static_cast<double>(profile.size());
    Script script(format, {}, result.title);
    script.data("nodes", rows);
    script.line("set xlabel 'node'").line("set ylabel '" + axis.label + "'");
    script.line(fmt::format("set xrange [-0.7:{}]", static_cast<double>(profile.size()) - 0.3));
    set_range(script, most);
    script.line(fmt::format("set boxwidth {}", profile.size() <= 64 ? 0.8 : 1.0));
    if (profile.size() <= 32) script.line("set xtics 1");
    std::vector<std::string> parts = {fmt::format("$nodes using 1:2 with boxes fillcolor rgb '{}' title {}",
                                                  palette::sky_blue, quoted("node: " + replications_text(result)))};
    if (whiskers)
        parts.push_back(
            fmt::format("$nodes using 1:3:(0):($4 - $3) with vectors heads size screen 0.005,90 linecolor rgb '{}' "
                        "linewidth 1.5 notitle",
                        palette::black));
    parts.push_back(fmt::format("{} with lines linecolor rgb '{}' linewidth 2 dashtype 2 title 'mean of nodes: {:.4g}'",
                                mean, palette::vermillion, mean));
    script.plot(parts);
    return {script.take(), {}};
}

/// Too many nodes for a bar each: five quantiles over nodes.
Parsed<std::string> band_script(const Result& result, PlotFormat format, const NodeBands& bands, const LoadAxis& axis) {
    Script script(format, {}, result.title);
    const double values[] = {bands.min, bands.p10, bands.p50, bands.p90, bands.max};
    std::vector<std::vector<double>> rows;
    for (std::size_t i = 0; i < 5; ++i) rows.push_back({static_cast<double>(i), values[i] / axis.base});
    script.data("nodes", rows);
    script.line(fmt::format("set xlabel 'quantile over {} nodes (first replication)'", count_text(bands.nodes)));
    script.line("set ylabel '" + axis.label + "'").line("set xrange [-0.7:4.7]").line("set boxwidth 0.6");
    set_range(script, bands.max / axis.base);
    script.line("set xtics ('least' 0, '10 %%' 1, 'median' 2, '90 %%' 3, 'largest' 4)");
    script.plot({fmt::format("$nodes using 1:2 with boxes fillcolor rgb '{}' notitle", palette::sky_blue),
                 fmt::format("{} with lines linecolor rgb '{}' linewidth 2 dashtype 2 title 'mean of nodes: {:.4g}'",
                             bands.mean / axis.base, palette::vermillion, bands.mean / axis.base)});
    return {script.take(), {}};
}

}  // namespace

Parsed<std::string> load_script(const Result& result, PlotFormat format) {
    if (const Profile load = node_profile(result, "load"); !load.empty())
        return node_script(result, format, load, busy_axis());
    if (const Profile requests = node_profile(result, "requests"); !requests.empty())
        return node_script(result, format, requests, request_axis(largest_of(requests)));
    for (const RunRecord& run : result.runs) {
        if (const auto at = run.node_bands.find("load"); at != run.node_bands.end())
            return band_script(result, format, at->second, busy_axis());
        if (const auto at = run.node_bands.find("requests"); at != run.node_bands.end())
            return band_script(result, format, at->second, request_axis(at->second.max));
    }
    return {std::nullopt, "the result has no load to plot: no replication has the per-node values load or requests"};
}

Parsed<std::string> heatmap_script(const Result& result, PlotFormat format) {
    constexpr std::size_t steps_most = 400;
    const auto labels = series_labels(result, "load.busy");
    std::vector<std::vector<double>> rows;
    std::optional<SeriesProfile> first;
    std::vector<std::string> kept;
    for (const auto& label : labels) {
        if (label.empty()) continue;
        const auto series = series_profile(result, "load.busy", label, steps_most);
        if (!series) continue;
        if (!first) first = series;
        auto& row = rows.emplace_back();
        for (const Estimate& point : series->points) row.push_back(100 * point.mean);
        row.resize(first->points.size(), 0);
        kept.push_back(label);
    }
    if (rows.empty())
        return {std::nullopt,
                "the result has no load over time to plot: no replication has the series load.busy by node"};

    const double end = seconds(first->at(first->points.size()));
    const Scale time = time_scale(end);
    const double step = seconds(first->step) / time.base;
    const double start = seconds(first->start) / time.base;
    Script script(format, {}, result.title);
    script.data("busy", rows);
    script.line("unset grid").line("unset key");
    script.line("set rmargin 14").line("set bmargin 4");
    script.line(
        fmt::format("set xlabel 'time ({}){}'", time.unit,
                    result.runs.size() > 1 ? fmt::format(", mean of {} replications", result.runs.size()) : ""));
    script.line(fmt::format("set xrange [{}:{}]", start, end / time.base));
    // Node 0 on top as in a list, but the largest quantile above the smaller ones.
    const bool quantiles = kept.front().starts_with("quantile=");
    const double edge = static_cast<double>(rows.size()) - 0.5;
    script.line(quantiles ? fmt::format("set yrange [-0.5:{}]", edge) : fmt::format("set yrange [{}:-0.5]", edge));
    if (quantiles) {
        script.line("set ylabel 'quantile over nodes'");
        std::string tics;
        for (std::size_t i = 0; i < kept.size(); ++i)
            tics += fmt::format("{}{} {}", i == 0 ? "" : ", ", quoted(kept[i].substr(9)), i);
        script.line("set ytics (" + tics + ")");
    } else {
        script.line("set ylabel 'node'");
        if (rows.size() <= 32) script.line("set ytics 1");
    }
    script.line("set cblabel 'busy share (%)'")
        .line("set cbrange [0:100]")
        .line("set colorbox user origin graph 1.03, graph 0 size graph 0.03, graph 1");
    // Cividis: Nunez, Anderton, Renslow, "Optimizing colormaps with consideration for color vision deficiency", 2018.
    script.line("set palette defined (0 '#00224E', 0.25 '#434E6C', 0.5 '#7D7C78', 0.75 '#BCAE6C', 1 '#FEE838')");
    const Faults faults = faults_of(result);
    for (std::size_t i = 0; i < std::min<std::size_t>(faults.spans.size(), 20); ++i) {
        const double from = seconds(faults.spans[i].from) / time.base;
        const double to = seconds(faults.spans[i].to) / time.base;
        for (const double at : {from, to})
            if (at >= start && at <= end / time.base)
                script.line(
                    fmt::format("set arrow from {},graph 0 to {},graph 1 nohead front linecolor rgb 'white' linewidth "
                                "1.5 dashtype 2",
                                at, at));
    }
    script.plot({fmt::format("$busy matrix using ({} + ($1 + 0.5) * {}):2:3 with image", start, step)});
    return {script.take(), {}};
}

}  // namespace orrery::analysis
