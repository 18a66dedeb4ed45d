// The picture of an advice: imbalance against count.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/advice.hpp"
#include "analysis/plot_script.hpp"

namespace orrery::analysis {

namespace {

/// (count, imbalance by count alone) from the first point to the last, close enough to show every tooth of the saw
/// near the first and the height of those behind.
std::vector<std::vector<double>> saw_teeth(const AdviceCurve& curve, std::uint64_t parallelism) {
    constexpr std::uint64_t samples_a_doubling = 256;
    std::vector<std::vector<double>> rows;
    for (std::uint64_t count = curve.points.front().count; count <= curve.points.back().count;
         count += 1 + count / samples_a_doubling)
        rows.push_back({static_cast<double>(count), imbalance_alone(count, parallelism)});
    return rows;
}

}  // namespace

std::string advice_script(const Advice& advice, PlotFormat format) {
    Script script(format, {}, fmt::format("Work of {} subtasks: {}", advice.parallelism, advice.keys));
    const std::string_view colours[] = {palette::blue, palette::orange, palette::green};
    double top = advice.limit;
    std::vector<std::string> parts;
    for (std::size_t c = 0; c < advice.curves.size(); ++c) {
        const AdviceCurve& curve = advice.curves[c];
        std::vector<std::vector<double>> rows;
        for (const AdvicePoint& point : curve.points) {
            const auto [least, most] = std::minmax_element(point.imbalances.begin(), point.imbalances.end());
            rows.push_back({static_cast<double>(point.count), mean_of(point.imbalances), *least, *most});
            top = std::max(top, *most);
        }
        script.data(fmt::format("curve{}", c), rows);
        const std::string_view colour = colours[c % 3];
        const bool partitions = curve.points.front().alone.has_value();
        if (partitions) {
            // Points are apart: between two of them the imbalance is anything.
            script.data(fmt::format("teeth{}", c), saw_teeth(curve, advice.parallelism));
            parts.push_back(fmt::format("$teeth{} using 1:2 with lines linecolor rgb '{}' linewidth 1 title {}", c,
                                        palette::sky_blue, quoted(curve.what + " by count alone")));
            parts.push_back(
                fmt::format("$curve{} using 1:2:3:4 with yerrorbars linecolor rgb '{}' linewidth 1.5 "
                            "pointtype 7 pointsize 0.6 title {}",
                            c, colour, quoted(curve.what)));
            continue;
        }
        parts.push_back(
            fmt::format("$curve{} using 1:3:4 with filledcurves fillcolor rgb '{}' fillstyle transparent "
                        "solid 0.2 noborder notitle",
                        c, colour));
        parts.push_back(
            fmt::format("$curve{} using 1:2 with linespoints linecolor rgb '{}' linewidth 2 pointtype 7 "
                        "pointsize 0.5 title {}",
                        c, colour, quoted(curve.what)));
    }
    parts.push_back(fmt::format("{} with lines linecolor rgb '{}' linewidth 2 dashtype 2 title 'limit {}'",
                                advice.limit, palette::vermillion, advice.limit));
    script.line("set logscale x 2").line("set format x '%.0f'").line("set xtics 4");
    script.line("set key width 0 maxrows 1");
    script.line("set xlabel 'number of partitions, or of virtual nodes a subtask (mean and range over seeds)'");
    script.line("set ylabel 'work of the busiest subtask over the mean'");
    // How bad it is beyond a few times the mean does not matter.
    const double high = std::min(top * 1.03, std::max(4.0, 3 * advice.limit));
    script.line(fmt::format("set yrange [1:{}]", std::max(high, 1.01)));
    script.plot(parts);
    return script.take();
}

}  // namespace orrery::analysis
