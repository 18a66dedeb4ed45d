#include "analysis/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/plot_script.hpp"

namespace orrery::analysis {

namespace {

constexpr std::array<std::pair<PlotKind, std::string_view>, 5> kinds = {{{PlotKind::load, "load"},
                                                                         {PlotKind::load_heatmap, "load-heatmap"},
                                                                         {PlotKind::latency, "latency"},
                                                                         {PlotKind::timeline, "timeline"},
                                                                         {PlotKind::queue, "queue"}}};

/// `noenhanced`: an underscore in a title is an underscore.
std::string terminal(PlotFormat format, PlotSize size) {
    switch (format) {
        case PlotFormat::svg:
            return fmt::format("set terminal svg size {},{} font 'DejaVu Sans,13' background rgb 'white' noenhanced",
                               size.width, size.height);
        case PlotFormat::png:
            return fmt::format("set terminal pngcairo size {},{} font 'DejaVu Sans,10' noenhanced", size.width,
                               size.height);
        case PlotFormat::pdf:
            return fmt::format("set terminal pdfcairo size {}in,{}in font 'DejaVu Sans,12' noenhanced",
                               size.width / 100.0, size.height / 100.0);
    }
    return {};
}

}  // namespace

std::string_view plot_kind_text(PlotKind kind) {
    for (const auto& [candidate, text] : kinds)
        if (candidate == kind) return text;
    return {};
}

std::optional<PlotKind> plot_kind_of(std::string_view text) {
    for (const auto& [kind, candidate] : kinds)
        if (candidate == text) return kind;
    return std::nullopt;
}

std::vector<PlotKind> plot_kinds() {
    std::vector<PlotKind> out;
    for (const auto& [kind, text] : kinds) out.push_back(kind);
    return out;
}

std::optional<PlotFormat> plot_format_of(std::string_view path) {
    if (path.ends_with(".svg")) return PlotFormat::svg;
    if (path.ends_with(".png")) return PlotFormat::png;
    if (path.ends_with(".pdf")) return PlotFormat::pdf;
    return std::nullopt;
}

Parsed<std::string> plot_script(const Result& result, PlotKind kind, PlotFormat format) {
    switch (kind) {
        case PlotKind::load:
            return load_script(result, format);
        case PlotKind::load_heatmap:
            return heatmap_script(result, format);
        case PlotKind::latency:
            return latency_script(result, format);
        case PlotKind::timeline:
            return timeline_script(result, format);
        case PlotKind::queue:
            return queue_script(result, format);
    }
    return {std::nullopt, "there is no such kind of plot"};
}

Script::Script(PlotFormat format, PlotSize size, std::string_view title) : format_(format) {
    line("set encoding utf8");
    line(terminal(format, size));
    line("set border 3 linecolor rgb '#555555'");
    line("set tics nomirror out scale 0.6 textcolor rgb '#222222'");
    line("set grid ytics linecolor rgb '#DDDDDD' linewidth 1 linetype 1");
    line("set style fill solid 1.0 noborder");
    line("set key at screen 0.5, screen 0.02 center bottom horizontal Left reverse samplen 2 width 2 maxrows 2");
    line("set lmargin 11");
    line("set rmargin 4");
    line("set bmargin 6.5");
    line("set title " + quoted(title) + " " + title_font() + " textcolor rgb '#000000'");
}

std::string Script::title_font() const {
    switch (format_) {
        case PlotFormat::svg:
            return "font ',16'";
        case PlotFormat::png:
            return "font ',13'";
        case PlotFormat::pdf:
            return "font ',15'";
    }
    return {};
}

std::string Script::remark_font() const {
    switch (format_) {
        case PlotFormat::svg:
            return "font ',12'";
        case PlotFormat::png:
            return "font ',10'";
        case PlotFormat::pdf:
            return "font ',11'";
    }
    return {};
}

Script& Script::line(std::string_view text) {
    text_ += text;
    text_ += '\n';
    return *this;
}

Script& Script::data(std::string_view name, const std::vector<std::vector<double>>& rows) {
    line("$" + std::string(name) + " << END");
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) text_ += fmt::format("{}{}", i == 0 ? "" : " ", row[i]);
        text_ += '\n';
    }
    return line("END");
}

Script& Script::plot(const std::vector<std::string>& parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) text_ += (i == 0 ? "plot " : ", \\\n     ") + parts[i];
    return line("");
}

std::string quoted(std::string_view text, std::size_t most) {
    std::string out = "'";
    std::size_t width = 0;
    for (const char c : text) {
        const bool begins = (static_cast<unsigned char>(c) & 0xc0) != 0x80;
        if (begins && ++width > most) {
            out += "…";
            break;
        }
        if (c == '\'')
            out += "''";
        else
            out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out + "'";
}

Scale time_scale(double seconds_most) {
    if (seconds_most < 2e-3) return {1e-6, "us"};
    if (seconds_most < 2) return {1e-3, "ms"};
    if (seconds_most <= 600) return {1, "s"};
    if (seconds_most <= 6 * 3600) return {60, "min"};
    if (seconds_most <= 96 * 3600) return {3600, "h"};
    return {86400, "d"};
}

namespace {

/// Writes a fault's name above the plot, in the lowest row in which it does not run into another.
/// `row_ends` is how far each row is taken.
void name_fault(Script& script, const std::string& name, std::size_t number, double from, double time_end,
                std::vector<double>& row_ends) {
    constexpr double character = 0.0115;  // as a share of the axis
    const double width = time_end * character * static_cast<double>(std::min<std::size_t>(width_of(name) + 2, 40));
    // Where there is no room to the right, the name ends at the fault's start.
    const bool to_the_left = from + width > time_end * 1.07;
    const double begin = to_the_left ? from - width : from;
    auto row = std::find_if(row_ends.begin(), row_ends.end(), [&](double end) { return end <= begin; });
    if (row == row_ends.end()) row = row_ends.insert(row_ends.end(), 0);
    *row = begin + width;
    script.line(fmt::format("set label {} {} at {},graph 1 offset 0,character {:.1f} {} {} textcolor rgb '#8A5F00'",
                            number, quoted(name, 38), from, 0.6 + 1.1 * static_cast<double>(row - row_ends.begin()),
                            to_the_left ? "right" : "left", script.remark_font()));
}

}  // namespace

int shade_faults(Script& script, const Faults& faults, Scale time, double time_end) {
    constexpr std::size_t most = 200;
    std::vector<double> row_ends;
    for (std::size_t i = 0; i < std::min(faults.spans.size(), most); ++i) {
        const FaultSpan& fault = faults.spans[i];
        const double from = seconds(fault.from) / time.base;
        const double to = std::min(seconds(fault.to) / time.base, time_end);
        if (from > time_end) continue;
        script.line(
            fmt::format("set object {} rectangle from {},graph 0 to {},graph 1 behind fillcolor rgb '{}' fillstyle "
                        "solid 0.18 noborder",
                        i + 1, from, to, palette::orange));
        // A line at its start keeps a short fault visible.
        script.line(fmt::format("set arrow {} from {},graph 0 to {},graph 1 nohead back linecolor rgb '{}' linewidth 1",
                                i + 1, from, from, palette::orange));
        if (faults.spans.size() <= fault_names_most) name_fault(script, fault.what, i + 1, from, time_end, row_ends);
    }
    return static_cast<int>(row_ends.size());
}

std::string faults_text(const Faults& faults) {
    if (faults.spans.empty()) return "";
    std::string text =
        faults.spans.size() > fault_names_most ? fmt::format("; shaded: {} faults", faults.spans.size()) : "";
    if (!faults.shared) text += text.empty() ? "; faults of the first" : " of the first replication";
    return text;
}

double tic_step(double most) {
    double step = 1;
    while (step * 5 < most) step *= 10;
    while (step / 2 >= most) step /= 10;
    for (const double divisor : {10.0, 5.0, 4.0, 2.0})
        if (step / divisor * 5 >= most) return step / divisor;
    return step;
}

std::string replications_text(const Result& result) {
    if (result.runs.size() < 2) return "one replication";
    return fmt::format("mean and {} interval of {} replications", quantity_text(Kind::ratio, result.confidence),
                       result.runs.size());
}

std::vector<std::vector<double>> rows_of(const SeriesProfile& series, Scale time, Scale value, double most) {
    std::vector<std::vector<double>> rows;
    for (std::size_t i = 0; i < series.points.size(); ++i) {
        const Estimate& point = series.points[i];
        rows.push_back({(seconds(series.at(i)) + seconds(series.step) / 2) / time.base, point.mean / value.base,
                        std::max(0.0, point.low()) / value.base, std::min(most, point.high()) / value.base});
    }
    return rows;
}

}  // namespace orrery::analysis
