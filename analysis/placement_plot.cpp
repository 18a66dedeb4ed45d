// The picture of a placement: a panel of bars for each scheme, all on one scale.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/placement.hpp"
#include "analysis/plot_script.hpp"
#include "analysis/sparkline.hpp"

namespace orrery::analysis {

namespace {

constexpr std::size_t bars_most = 256;
constexpr int panel_height = 150;
constexpr int frame_height = 110;  ///< the title above, the name of the axis below

double value_over_mean(double load, double mean) {
    return mean > 0 ? load / mean : 0;
}

std::string panel_title(const PlacedScheme& scheme, const Placement& placement) {
    const Estimate max = placement_estimate(scheme, placement.confidence, [&](const PlacementRun& run) {
        return balance_of(run, placement.weights).max_over_mean;
    });
    const Estimate cv = placement_estimate(
        scheme, placement.confidence, [&](const PlacementRun& run) { return balance_of(run, placement.weights).cv; });
    std::string text = fmt::format("{}: max/mean {:.3f}", scheme.name, max.mean);
    if (max.half_width) text += fmt::format(" ± {:.3f}", *max.half_width);
    return text + fmt::format(", CV {:.4f}", cv.mean);
}

}  // namespace

std::string placement_script(const Placement& placement, PlotFormat format) {
    const std::size_t panels = placement.schemes.size();
    const std::size_t columns = panels > 4 ? 2 : 1;
    const std::size_t rows = (panels + columns - 1) / columns;
    const int height = frame_height + panel_height * static_cast<int>(rows);
    Script script(format, {columns == 2 ? 1000 : 800, height}, "");
    const std::size_t nodes = placement.weights.size();
    const std::size_t bins = bin_size(nodes, bars_most);
    double top = 1;
    for (std::size_t i = 0; i < panels; ++i) {
        const std::vector<double>& loads = placement.schemes[i].runs.front().loads;
        std::vector<std::vector<double>> bars;
        const double mean = mean_of(loads);
        for (const double load : binned(loads, bars_most, Binning::largest)) {
            top = std::max(top, value_over_mean(load, mean));
            bars.push_back({static_cast<double>(bars.size() * bins) + 0.5 * static_cast<double>(bins - 1),
                            value_over_mean(load, mean)});
        }
        script.data(fmt::format("scheme{}", i), bars);
    }
    const double gap = 26.0 / height;  // of a panel's title
    const double bottom = 56.0 / height;
    script.line(fmt::format("set multiplot layout {},{} rowsfirst margins {},0.97,{},{} spacing 0.06,{} title {} {}",
                            rows, columns, columns == 2 ? 0.06 : 0.08, bottom, 1 - 66.0 / height, gap * 1.25,
                            quoted(fmt::format("Load by node over the mean: {}, {} nodes", placement.keys, nodes)),
                            script.title_font()));
    script.line("unset key").line(fmt::format("set yrange [0:{}]", top * 1.08));
    script.line(fmt::format("set ytics {}", tic_step(top * 1.08)));
    script.line(fmt::format("set xrange [-0.7:{}]", static_cast<double>(nodes) - 0.3));
    script.line(fmt::format("set boxwidth {}", static_cast<double>(bins) * (nodes <= 64 ? 0.8 : 1.0)));
    for (std::size_t i = 0; i < panels; ++i) {
        script.line("set title " + quoted(panel_title(placement.schemes[i], placement), 80) + " " +
                    script.remark_font() + " offset 0,-0.6");
        const bool last_in_column = i + columns >= panels;
        script.line(last_in_column ? "set format x '%g'" : "set format x ''");
        script.line(last_in_column
                        ? "set xlabel " +
                              quoted(bins > 1 ? fmt::format("node (each bar the largest of {})", bins) : "node") +
                              " offset 0,0.5"
                        : "unset xlabel");
        script.plot(
            {fmt::format("$scheme{} using 1:2 with boxes fillcolor rgb '{}' notitle", i, palette::sky_blue),
             fmt::format("1 with lines linecolor rgb '{}' linewidth 2 dashtype 2 notitle", palette::vermillion)});
    }
    script.line("unset multiplot");
    return script.take();
}

}  // namespace orrery::analysis
