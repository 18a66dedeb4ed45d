#include "analysis/summary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/page.hpp"
#include "analysis/scale.hpp"

namespace orrery::analysis {

namespace {

/// "seed 7", "seeds 7, 8, 9", "seeds 7, 8, 9, 10, 11, ..."
std::string seeds_text(const std::vector<RunRecord>& runs) {
    constexpr std::size_t shown = 5;
    std::string text = runs.size() == 1 ? "seed " : "seeds ";
    for (std::size_t i = 0; i < std::min(runs.size(), shown); ++i)
        text += (i == 0 ? "" : ", ") + std::to_string(runs[i].seed);
    return runs.size() > shown ? text + ", ..." : text;
}

void add_title(Page& page, const Result& result) {
    page.line(page.painted(result.title, "1"));
    if (result.runs.empty()) return page.line("no replications");
    const RunRecord& first = result.runs.front();
    std::uint64_t events = 0;
    for (const RunRecord& run : result.runs) events += run.events;
    std::string text =
        result.runs.size() == 1 ? "one replication of " : fmt::format("{} replications of ", result.runs.size());
    text += quantity_text(Kind::duration, seconds(first.duration));
    if (first.warmup > Duration::zero())
        text += fmt::format(" (warm-up of {} cut off)", quantity_text(Kind::duration, seconds(first.warmup)));
    page.line(text + "; " + seeds_text(result.runs) + "; " + count_text(events) + " events");
}

/// The number cells of a metric or a judgement, all in one unit.
struct Cells {
    std::string mean;
    std::string unit;
    std::string half_width;  ///< empty where there is none
};

Cells cells_of(Kind unit, const Estimate& estimate, std::size_t censored) {
    const Scale scale = scale_for(unit, estimate.mean);
    const double half_width = estimate.half_width.value_or(0) / scale.base;
    const double mean = estimate.mean / scale.base;
    // A count that is the same in every replication is a whole number and is shown as one.
    const bool whole = unit == Kind::count && scale.base == 1 && half_width == 0;
    const int decimals = whole || mean == 0 ? (half_width == 0 ? 0 : 3) : decimals_for(mean, half_width);
    Cells cells{number_text(estimate.mean, scale, decimals), std::string(scale.unit), {}};
    if (censored > 0) cells.mean = "≥ " + cells.mean;
    if (estimate.half_width)
        cells.half_width = half_width == 0 ? "0" : number_text(*estimate.half_width, scale, decimals);
    return cells;
}

/// "4.210 ± 0.120 ms", "≥ 20.00 s (n=1)", "not measured"
std::string measured_text(const Judgement& judgement) {
    if (judgement.estimate.n == 0) return "not measured";
    const Cells cells = cells_of(judgement.unit, judgement.estimate, judgement.censored);
    std::string text = cells.mean;
    if (!cells.half_width.empty()) text += " ± " + cells.half_width;
    if (!cells.unit.empty()) text += " " + cells.unit;
    if (judgement.censored > 0 && judgement.estimate.n > 1)
        text += fmt::format(" ({} of {} are lower bounds)", judgement.censored, judgement.estimate.n);
    switch (judgement.basis) {
        case Basis::interval:
            return text;
        case Basis::single:
            return text + " (n=1)";
        case Basis::exact:
            return text + " (exact)";
        case Basis::missing:
            return text + fmt::format(" (measured in {} only)", judgement.estimate.n);
    }
    return text;
}

void add_verdicts(Page& page, const Result& result) {
    if (result.verdicts.empty()) return;
    page.heading("expectations");
    std::size_t widest = 0;
    for (const Judgement& judgement : result.verdicts) widest = std::max(widest, width_of(judgement.expectation));
    for (const Judgement& judgement : result.verdicts) {
        const std::string_view rendition = judgement.verdict == Verdict::pass   ? "32"
                                           : judgement.verdict == Verdict::fail ? "1;31"
                                                                                : "33";
        page.line("  " + page.painted(padded_right(verdict_text(judgement.verdict), 12), rendition) + "  " +
                  padded_right(judgement.expectation, widest) + "   " + measured_text(judgement));
    }
}

struct MetricRow {
    std::string name;
    Cells cells;
    std::string n;
};

void add_metrics(Page& page, const Result& result) {
    const auto metrics = metric_summaries(result);
    if (metrics.empty()) return;
    const bool several = result.runs.size() > 1;
    std::vector<MetricRow> rows = {
        {"metrics",
         {"mean", "", several ? "± at " + quantity_text(Kind::ratio, result.confidence) : ""},
         several ? "n" : ""}};
    for (const MetricSummary& metric : metrics)
        rows.push_back({"  " + metric.name, cells_of(metric.info.unit, metric.estimate, metric.censored),
                        several ? std::to_string(metric.estimate.n) : ""});

    std::size_t name = summary_name_width + 2, mean = 0, unit = 0, half_width = 0, n = 0;
    for (const MetricRow& row : rows) {
        name = std::max(name, width_of(row.name));
        mean = std::max(mean, width_of(row.cells.mean));
        unit = std::max(unit, width_of(row.cells.unit));
        half_width = std::max(half_width, width_of(row.cells.half_width));
        n = std::max(n, width_of(row.n));
    }
    for (const MetricRow& row : rows) {
        const std::string text = padded_right(row.name, name) + "  " + padded_left(row.cells.mean, mean) + " " +
                                 padded_right(row.cells.unit, unit) + "   " +
                                 padded_left(row.cells.half_width, half_width) + "   " + padded_left(row.n, n);
        if (&row == &rows.front())
            page.heading(text);
        else
            page.line(text);
    }
}

}  // namespace

void Page::line(std::string_view text) {
    const auto last = text.find_last_not_of(' ');
    text_ += text.substr(0, last == std::string_view::npos ? 0 : last + 1);
    text_ += '\n';
}

void Page::heading(std::string_view text) {
    line();
    const auto last = text.find_last_not_of(' ');
    line(painted(text.substr(0, last + 1), "1"));
}

std::string Page::painted(std::string_view text, std::string_view rendition) const {
    return colour_ == Colour::off ? std::string(text) : fmt::format("\x1b[{}m{}\x1b[0m", rendition, text);
}

std::string summary_text(const Result& result, Colour colour) {
    Result condensed = result;
    for (RunRecord& run : condensed.runs) condense(run);
    Page page(colour);
    add_title(page, condensed);
    add_verdicts(page, condensed);
    add_metrics(page, condensed);
    add_nodes(page, condensed);
    add_timeline(page, condensed);
    add_effects(page, condensed);
    return page.take();
}

}  // namespace orrery::analysis
