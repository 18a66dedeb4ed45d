// The distribution of latency: the share of requests slower than x, both axes logarithmic.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "analysis/plot_script.hpp"

namespace orrery::analysis {

namespace {

constexpr std::array colours = {palette::blue, palette::vermillion, palette::green, palette::purple, palette::orange};

/// One curve: shares falling from 1, and the latency that each share exceeds (ms).
struct Curve {
    std::string name;
    std::vector<std::vector<double>> points;  ///< (latency, share)
    std::vector<std::vector<double>> band;    ///< a closed outline, empty without replications
};

std::vector<const Histogram*> histograms_named(const Result& result, const std::string& name) {
    std::vector<const Histogram*> out;
    for (const RunRecord& run : result.runs)
        if (const auto at = run.histograms.find(name); at != run.histograms.end() && !at->second.empty())
            out.push_back(&at->second);
    return out;
}

/// Interval of the quantile over replications; nothing for one.
std::optional<Interval> quantile_interval(const std::vector<const Histogram*>& histograms, double quantile,
                                          double confidence) {
    if (histograms.size() < 2) return std::nullopt;
    std::vector<double> values;
    double least = 1e300;
    for (const Histogram* histogram : histograms) {
        values.push_back(static_cast<double>(histogram->value_at(quantile)));
        least = std::min(least, values.back());
    }
    const Estimate found = estimate(values, confidence);
    // A latency is positive, and a logarithmic axis has no 0: a wide interval ends at half the least seen.
    return Interval{std::max(found.low(), least / 2), found.high()};
}

Curve curve_of(const std::string& name, const std::vector<const Histogram*>& histograms, double confidence) {
    Curve curve{name, {}, {}};
    Histogram all;
    std::uint64_t fewest = histograms.front()->count();
    for (const Histogram* histogram : histograms) {
        all.merge(*histogram);
        fewest = std::min(fewest, histogram->count());
    }
    constexpr double nanoseconds = 1e-6;              // in milliseconds
    constexpr double twentieth = 0.8912509381337456;  // 10^(-1/20): 20 points a decade
    std::vector<std::vector<double>> upper;
    for (double share = 1; share * static_cast<double>(all.count()) >= 1; share *= twentieth) {
        const double latency = static_cast<double>(all.value_at(1 - share));
        if (latency <= 0) continue;
        curve.points.push_back({latency * nanoseconds, share});
        // Beyond the last ten samples of a replication its quantiles are single samples.
        if (share * static_cast<double>(fewest) < 10) continue;
        if (const auto interval = quantile_interval(histograms, 1 - share, confidence); interval && interval->low > 0) {
            curve.band.push_back({interval->low * nanoseconds, share});
            upper.push_back({interval->high * nanoseconds, share});
        }
    }
    // The last sample is the largest; nothing is slower, which a logarithm cannot show: a level end does.
    if (all.max() > 0)
        curve.points.push_back(
            {static_cast<double>(all.max()) * nanoseconds, curve.points.empty() ? 1 : curve.points.back()[1]});
    curve.band.insert(curve.band.end(), upper.rbegin(), upper.rend());
    return curve;
}

/// "1 ms" at every power of ten from `least` to `most` (in ms), small tics between; 2 and 5 labelled on a short axis.
std::string latency_tics(double least, double most) {
    std::string tics;
    const bool is_short = most / least < 100;
    for (double decade = 1e-6; decade <= 1e9; decade *= 10) {
        for (int digit = 1; digit <= 9; ++digit) {
            const double at = decade * digit;
            if (at < least * 0.999 || at > most * 1.001) continue;
            const bool labelled = digit == 1 || (is_short && (digit == 2 || digit == 5));
            tics += fmt::format("{}'{}' {:.6g} {}", tics.empty() ? "" : ", ",
                                labelled ? quantity_text(Kind::duration, at * 1e-3) : "", at, labelled ? 0 : 1);
        }
    }
    return tics;
}

std::string share_tics(double least) {
    std::string tics;
    for (double share = 1; share >= least * 0.999; share /= 10)
        tics += fmt::format("{}'{} %%' {:.6g}", tics.empty() ? "" : ", ", fmt::format("{:.6g}", share * 100), share);
    return tics;
}

/// Labelled points at the usual percentiles of the first curve.
void add_marks(Script& script, const std::vector<const Histogram*>& histograms) {
    constexpr std::array<std::pair<double, std::string_view>, 4> marks = {
        {{0.5, "p50"}, {0.9, "p90"}, {0.99, "p99"}, {0.999, "p999"}}};
    Histogram all;
    for (const Histogram* histogram : histograms) all.merge(*histogram);
    std::vector<std::vector<double>> rows;
    for (const auto& [quantile, name] : marks) {
        const double latency = static_cast<double>(all.value_at(quantile)) * 1e-6;
        if (latency <= 0 || (1 - quantile) * static_cast<double>(all.count()) < 1) continue;
        rows.push_back({latency, 1 - quantile});
        script.line(fmt::format("set label '{}  {}' at {},{} left offset 1,0.4 front", name,
                                quantity_text(Kind::duration, latency * 1e-3, 3), latency, 1 - quantile));
    }
    script.data("marks", rows);
}

/// Names of the histograms of `base` (labels aside; any for an empty one), sorted.
std::vector<std::string> histogram_names(const Result& result, std::string_view base) {
    std::set<std::string> names;
    for (const RunRecord& run : result.runs)
        for (const auto& [name, histogram] : run.histograms)
            if (base.empty() || name.substr(0, name.find('{')) == base) names.insert(name);
    return {names.begin(), names.end()};
}

/// Axes that hold all curves; x from a little below the fastest to a little above the slowest.
void add_axes(Script& script, const std::vector<Curve>& curves) {
    double least = 1e300, most = 0, share = 0.5;
    for (const Curve& curve : curves) {
        least = std::min(least, curve.points.front()[0]);
        most = std::max(most, curve.points.back()[0]);
        share = std::min(share, curve.points.back()[1]);
    }
    least /= 1.1;
    most *= 1.5;
    script.line("set logscale xy").line("set grid xtics ytics").line("set lmargin 13");
    script.line(fmt::format("set xrange [{:.6g}:{:.6g}]", least, most))
        .line("set xtics (" + latency_tics(least, most) + ")");
    script.line(fmt::format("set yrange [{:.6g}:1]", share)).line("set ytics (" + share_tics(share) + ")");
}

/// Bands first, so that no line is covered.
void add_curves(Script& script, const std::vector<Curve>& curves, const std::string& of_first) {
    std::vector<std::string> parts, lines;
    for (std::size_t i = 0; i < curves.size(); ++i) {
        script.data(fmt::format("curve{}", i), curves[i].points);
        const std::string title = i == 0 ? curves[i].name + ": " + of_first : curves[i].name;
        lines.push_back(fmt::format("$curve{} using 1:2 with lines linecolor rgb '{}' linewidth 2 title {}", i,
                                    colours[i], quoted(title)));
        if (curves[i].band.empty()) continue;
        script.data(fmt::format("band{}", i), curves[i].band);
        parts.push_back(
            fmt::format("$band{} using 1:2 with filledcurves closed fillcolor rgb '{}' fillstyle transparent solid "
                        "0.25 noborder notitle",
                        i, colours[i]));
    }
    parts.insert(parts.end(), lines.begin(), lines.end());
    parts.push_back(fmt::format("$marks using 1:2 with points pointtype 7 pointsize 0.8 linecolor rgb '{}' notitle",
                                palette::black));
    script.plot(parts);
}

}  // namespace

Parsed<std::string> latency_script(const Result& result, PlotFormat format) {
    std::vector<std::string> names = histogram_names(result, "latency");
    const bool of_requests = !names.empty();
    if (!of_requests) names = histogram_names(result, "");
    if (names.size() > colours.size()) names.resize(colours.size());

    std::vector<Curve> curves;
    for (const auto& name : names)
        if (const auto histograms = histograms_named(result, name); !histograms.empty())
            curves.push_back(curve_of(name, histograms, result.confidence));
    std::erase_if(curves, [](const Curve& curve) { return curve.points.empty(); });
    if (curves.empty())
        return {std::nullopt,
                "the result has no latency to plot: no replication has a histogram of latency with samples above 0"};

    Script script(format, {800, 520}, result.title);
    add_axes(script, curves);
    script.line(of_requests ? "set xlabel 'latency, from intended arrival to the last reply'" : "set xlabel 'time'");
    script.line(of_requests ? "set ylabel 'share of requests slower'" : "set ylabel 'share slower'");
    add_marks(script, histograms_named(result, curves.front().name));
    std::string of_first = "one replication";
    if (result.runs.size() > 1)
        of_first = fmt::format("{} replications together; band: {} interval of each quantile", result.runs.size(),
                               quantity_text(Kind::ratio, result.confidence));
    add_curves(script, curves, of_first);
    return {script.take(), {}};
}

}  // namespace orrery::analysis
