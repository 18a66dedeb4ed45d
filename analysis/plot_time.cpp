// What happens over time: the system as a whole, and the queues of its nodes.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/plot_script.hpp"

namespace orrery::analysis {

namespace {

constexpr std::size_t steps_most = 600;

struct Line {
    SeriesProfile series;
    std::string title;
    std::string_view colour;
};

struct Panel {
    std::string label;
    Scale scale;
    std::vector<Line> lines;
    double top;  ///< of the y axis, in `scale`; tics every `step`
    double step;
    double most = 1e300;  ///< that a value can be, in its base unit
};

/// A panel from 0 to a little above the largest value.
Panel panel_of(std::string_view name, Kind unit, std::vector<Line> lines) {
    double most = 0;
    for (const Line& line : lines)
        for (const Estimate& point : line.series.points) most = std::max(most, point.high());
    const Scale scale = scale_for(unit, most);
    const double top = most > 0 ? most / scale.base * 1.05 : 1;
    return {fmt::format("{} ({})", name, scale.unit), scale, std::move(lines), top, tic_step(top), 1e300};
}

std::vector<Panel> panels_of(const Result& result) {
    std::vector<Panel> panels;
    const auto series = [&](const char* metric) { return series_profile(result, metric, "", steps_most); };
    if (auto throughput = series("throughput"))
        panels.push_back(panel_of("throughput", Kind::rate, {{std::move(*throughput), "", palette::blue}}));
    if (auto errors = series("errors.rate")) {
        for (Estimate& point : errors->points) point.mean = 1 - point.mean;
        panels.push_back({"success (%)", {0.01, "%"}, {{std::move(*errors), "", palette::green}}, 105, 25, 1});
    }
    std::vector<Line> latency;
    if (auto p99 = series("latency.p99")) latency.push_back({std::move(*p99), "p99", palette::vermillion});
    if (auto mean = series("latency.mean")) latency.push_back({std::move(*mean), "mean", palette::black});
    if (auto p50 = series("latency.p50")) latency.push_back({std::move(*p50), "p50", palette::sky_blue});
    if (!latency.empty()) panels.push_back(panel_of("latency", Kind::duration, std::move(latency)));
    return panels;
}

double end_of(const std::vector<Panel>& panels) {
    double end = 0;
    for (const Panel& panel : panels)
        for (const Line& line : panel.lines) end = std::max(end, seconds(line.series.at(line.series.points.size())));
    return end;
}

void draw_panel(Script& script, const Panel& panel, std::size_t number, Scale time) {
    std::vector<std::string> bands, lines;
    for (std::size_t i = 0; i < panel.lines.size(); ++i) {
        const Line& line = panel.lines[i];
        const std::string name = fmt::format("panel{}_{}", number, i);
        script.data(name, rows_of(line.series, time, panel.scale, panel.most));
        bands.push_back(fmt::format(
            "${} using 1:3:4 with filledcurves fillcolor rgb '{}' fillstyle transparent solid 0.25 noborder notitle",
            name, line.colour));
        lines.push_back(fmt::format("${} using 1:2 with lines linecolor rgb '{}' linewidth 2 {}", name, line.colour,
                                    line.title.empty() ? "notitle" : "title " + quoted(line.title)));
    }
    bands.insert(bands.end(), lines.begin(), lines.end());
    script.line("set ylabel '" + panel.label + "'")
        .line(fmt::format("set yrange [0:{}]", panel.top))
        .line(fmt::format("set ytics {}", panel.step));
    script.plot(bands);
}

/// Queue lengths as quantiles over nodes, whatever form the runs hold them in; empty if they hold none by node.
std::vector<Series> queue_quantiles(const RunRecord& run) {
    std::vector<const Series*> nodes;
    std::vector<Series> quantiles;
    for (const Series& series : run.series) {
        if (series.metric != "queue.length") continue;
        if (series.label.starts_with("node=")) nodes.push_back(&series);
        if (series.label.starts_with("quantile=")) quantiles.push_back(series);
    }
    return nodes.empty() ? quantiles : quantiles_over_nodes(nodes);
}

void begin_time_axis(Script& script, Scale time, double end) {
    script.line(fmt::format("set xrange [0:{}]", end / time.base));
}

}  // namespace

Parsed<std::string> timeline_script(const Result& result, PlotFormat format) {
    const auto panels = panels_of(result);
    if (panels.empty())
        return {std::nullopt,
                "the result has no timeline to plot: no replication has the series throughput, errors.rate, "
                "latency.p50 or latency.p99"};
    const double end = end_of(panels);
    const Scale time = time_scale(end);
    const Faults faults = faults_of(result);
    const auto count = static_cast<double>(panels.size());
    Script script(format, {800, 160 + 150 * static_cast<int>(panels.size())}, "");
    script.line("unset title")
        .line("set key at graph 1,graph 1.19 right top horizontal Left reverse samplen 2 width 0 maxrows 1");
    begin_time_axis(script, time, end);
    script.line("set multiplot title " + quoted(result.title) + " " + script.title_font());
    const int name_rows = shade_faults(script, faults, time, end / time.base);
    const double pixels = 160 + 150 * count;
    const double top = 1 - (45 + 16 * name_rows) / pixels, bottom = 65 / pixels, gap = 28 / pixels;
    const double height = (top - bottom - gap * (count - 1)) / count;
    for (std::size_t i = 0; i < panels.size(); ++i) {
        const double panel_top = top - static_cast<double>(i) * (height + gap);
        script.line(fmt::format("set tmargin at screen {:.4f}", panel_top))
            .line(fmt::format("set bmargin at screen {:.4f}", panel_top - height));
        if (i > 0) script.line("unset label");
        if (i + 1 == panels.size()) {
            script.line("set format x '%g'")
                .line(fmt::format("set xlabel 'time ({}); {}{}'", time.unit, replications_text(result),
                                  faults_text(faults)));
        } else {
            script.line("set format x ''");
        }
        draw_panel(script, panels[i], i, time);
    }
    script.line("unset multiplot");
    return {script.take(), {}};
}

Parsed<std::string> queue_script(const Result& result, PlotFormat format) {
    Result queues;
    queues.confidence = result.confidence;
    for (const RunRecord& run : result.runs) queues.runs.emplace_back().series = queue_quantiles(run);
    const auto at = [&](const char* label) { return series_profile(queues, "queue.length", label, steps_most); };
    const auto least = at("quantile=0"), p10 = at("quantile=0.1"), median = at("quantile=0.5"),
               p90 = at("quantile=0.9"), largest = at("quantile=1");
    const auto whole = series_profile(result, "queue.length", "", steps_most);
    const bool by_node = least && p10 && median && p90 && largest;
    if (!by_node && !whole)
        return {std::nullopt, "the result has no queues to plot: no replication has the series queue.length"};

    const SeriesProfile& axis = by_node ? *median : *whole;
    const double end = seconds(axis.at(axis.points.size()));
    const Scale time = time_scale(end);
    Script script(format, {}, result.title);
    begin_time_axis(script, time, end);
    const Faults faults = faults_of(result);
    const int name_rows = shade_faults(script, faults, time, end / time.base);
    script.line(fmt::format("set tmargin {:.1f}", 3.5 + 1.1 * name_rows))
        .line(fmt::format("set title offset 0,{:.1f}", 1.1 * name_rows));
    const std::string of = result.runs.size() > 1 ? fmt::format(", mean of {} replications", result.runs.size()) : "";
    script.line(fmt::format("set xlabel 'time ({}){}{}'", time.unit, of, faults_text(faults)))
        .line("set ylabel 'queue length (jobs)'")
        .line("set yrange [0:*]");
    if (!by_node) {
        script.data("whole", rows_of(*whole, time, {}));
        script.plot({fmt::format("$whole using 1:3:4 with filledcurves fillcolor rgb '{}' fillstyle transparent solid "
                                 "0.25 noborder notitle",
                                 palette::blue),
                     fmt::format("$whole using 1:2 with lines linecolor rgb '{}' linewidth 2 title {}", palette::blue,
                                 quoted(replications_text(result)))});
        return {script.take(), {}};
    }
    std::vector<std::vector<double>> rows;
    for (std::size_t i = 0; i < median->points.size(); ++i)
        rows.push_back({(seconds(median->at(i)) + seconds(median->step) / 2) / time.base, least->points[i].mean,
                        p10->points[i].mean, median->points[i].mean, p90->points[i].mean, largest->points[i].mean});
    script.data("nodes", rows);
    script.plot(
        {fmt::format("$nodes using 1:2:6 with filledcurves fillcolor rgb '{}' fillstyle solid 0.3 noborder title "
                     "'least to largest'",
                     palette::sky_blue),
         fmt::format("$nodes using 1:3:5 with filledcurves fillcolor rgb '{}' fillstyle solid 0.8 noborder title '10 % "
                     "to 90 % of nodes'",
                     palette::sky_blue),
         fmt::format("$nodes using 1:4 with lines linecolor rgb '{}' linewidth 2 title 'median node'", palette::blue)});
    return {script.take(), {}};
}

}  // namespace orrery::analysis
