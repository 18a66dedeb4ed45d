// The report of a placement for people: tables and bars.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/page.hpp"
#include "analysis/placement.hpp"
#include "analysis/scale.hpp"
#include "analysis/sparkline.hpp"

namespace orrery::analysis {

namespace {

constexpr std::size_t columns_most = 80;  ///< of a line of bars
constexpr std::size_t bars_most = 256;

using Cells = std::vector<std::string>;

/// The first column to the left, the others to the right; the first row is the heading.
void add_table(Page& page, const std::vector<Cells>& rows) {
    std::vector<std::size_t> widths(rows.front().size(), 0);
    widths[0] = summary_name_width + 2;
    for (const Cells& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
    for (const Cells& row : rows) {
        std::string text = padded_right(row[0], widths[0]);
        for (std::size_t i = 1; i < row.size(); ++i) text += "  " + padded_left(row[i], widths[i]);
        if (&row == &rows.front())
            page.heading(text);
        else
            page.line(text);
    }
}

/// "1.0421 ± 0.0031": so many decimals that the half-width has two digits.
std::string with_interval(const Estimate& estimate, double base, int decimals_least) {
    const Scale scale{base, ""};
    if (!estimate.half_width) return number_text(estimate.mean, scale, decimals_least);
    const int decimals = std::max(decimals_least, decimals_for(estimate.mean / base, *estimate.half_width / base));
    return number_text(estimate.mean, scale, decimals) + " ± " + number_text(*estimate.half_width, scale, decimals);
}

void add_balance(Page& page, const Placement& placement) {
    std::vector<Cells> rows = {{"load", "max/mean", "CV", "Jain", "Gini", "hottest node", "memory"}};
    for (const PlacedScheme& scheme : placement.schemes) {
        const auto of = [&](double Balance::*member) {
            return placement_estimate(scheme, placement.confidence, [&](const PlacementRun& run) {
                return balance_of(run, placement.weights).*member;
            });
        };
        rows.push_back({"  " + scheme.name, with_interval(of(&Balance::max_over_mean), 1, 3),
                        number_text(of(&Balance::cv).mean, {}, 4), number_text(of(&Balance::jain).mean, {}, 4),
                        number_text(of(&Balance::gini).mean, {}, 4),
                        number_text(of(&Balance::hot_share).mean, {0.01, ""}, 2) + " %",
                        quantity_text(Kind::bytes, static_cast<double>(scheme.runs.front().memory), 3)});
    }
    add_table(page, rows);
}

void add_event(Page& page, const Placement& placement, std::size_t event) {
    std::vector<Cells> rows = {{fmt::format("{}", placement.events[event]), "moved", "unavoidable", "times that"}};
    for (const PlacedScheme& scheme : placement.schemes) {
        if (scheme.runs.front().moves.empty()) {
            rows.push_back({"  " + scheme.name, "-", "-", "-"});
            continue;
        }
        const auto of = [&](const auto& value) { return placement_estimate(scheme, placement.confidence, value); };
        const Estimate moved = of([&](const PlacementRun& run) { return run.moves[event].moved; });
        const Estimate least = of([&](const PlacementRun& run) { return run.moves[event].least; });
        rows.push_back({"  " + scheme.name, with_interval(moved, 0.01, 2) + " %",
                        number_text(least.mean, {0.01, ""}, 2) + " %",
                        least.mean > 0 ? number_text(moved.mean / least.mean, {}, 2) : "-"});
    }
    add_table(page, rows);
}

double largest_over_mean(const Placement& placement) {
    double most = 1;
    for (const PlacedScheme& scheme : placement.schemes) {
        const std::vector<double>& loads = scheme.runs.front().loads;
        const double mean = mean_of(loads);
        for (const double load : loads) most = std::max(most, mean > 0 ? load / mean : 0);
    }
    return most;
}

void add_bars(Page& page, const Placement& placement) {
    const double top = largest_over_mean(placement);
    const std::size_t nodes = placement.weights.size();
    std::string title = fmt::format("load by node, seed {}: a full bar is {} times the mean",
                                    placement.schemes.front().runs.front().seed, number_text(top, {}, 2));
    if (const std::size_t size = bin_size(nodes, bars_most); size > 1)
        title += fmt::format("; each the largest of {} nodes", size);
    page.heading(title);
    for (const PlacedScheme& scheme : placement.schemes) {
        const std::vector<double>& loads = scheme.runs.front().loads;
        const auto bars = binned(loads, bars_most, Binning::largest);
        const std::size_t lines = (bars.size() + columns_most - 1) / columns_most;
        const std::size_t columns = (bars.size() + lines - 1) / lines;
        for (std::size_t first = 0; first < bars.size(); first += columns) {
            const auto part = std::span(bars).subspan(first, std::min(columns, bars.size() - first));
            page.line(padded_right(first == 0 ? "  " + scheme.name : "", summary_name_width + 2) + "  " +
                      sparkline(part, top * mean_of(loads)));
        }
    }
}

void add_notes(Page& page, const Placement& placement) {
    std::vector<std::string> notes;
    for (const PlacedScheme& scheme : placement.schemes)
        for (const std::string& note : scheme.notes) notes.push_back(scheme.name + ": " + note);
    if (notes.empty()) return;
    page.line();
    for (const std::string& note : notes) page.line(note);
}

}  // namespace

std::string placement_text(const Placement& placement) {
    Page page(Colour::off);
    const std::size_t runs = placement.schemes.front().runs.size();
    page.line(fmt::format("{} for {} on {} {}",
                          placement.requests == 1 ? "1 request" : count_text(placement.requests) + " requests",
                          placement.keys, count_text(placement.weights.size()),
                          placement.weights.size() == 1 ? "node" : "nodes") +
              (placement.replicas > 1 ? fmt::format(", {} copies of each key", placement.replicas) : ""));
    const std::uint64_t seed = placement.schemes.front().runs.front().seed;
    page.line(runs == 1 ? fmt::format("seed {}", seed)
                        : fmt::format("seeds {} to {}; ± is the half-width of the {} interval over seeds", seed,
                                      seed + runs - 1, quantity_text(Kind::ratio, placement.confidence)));
    for (const std::string& note : placement.notes) page.line(note);
    add_balance(page, placement);
    for (std::size_t i = 0; i < placement.events.size(); ++i) add_event(page, placement, i);
    if (!placement.events.empty())
        page.line(fmt::format("  (shares of {} distinct keys{})", count_text(placement.distinct),
                              placement.replicas > 1 ? "' copies" : ""));
    add_bars(page, placement);
    add_notes(page, placement);
    return page.take();
}

}  // namespace orrery::analysis
