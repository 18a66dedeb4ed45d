// The parts of the summary that show nodes, time and faults.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analysis/balance.hpp"
#include "analysis/page.hpp"
#include "analysis/profile.hpp"
#include "analysis/scale.hpp"
#include "analysis/sparkline.hpp"

namespace orrery::analysis {

namespace {

constexpr std::size_t columns_most = 80;
constexpr std::size_t items_most = 12;  ///< faults and effects beyond are only counted

std::string item(std::string_view name, std::string_view text) {
    return "  " + padded_right(name, summary_name_width) + "  " + std::string(text);
}

std::vector<double> means(const Profile& profile) {
    std::vector<double> out;
    for (const Estimate& point : profile) out.push_back(point.mean);
    return out;
}

template <class T>
std::set<std::string> names_in(const Result& result, std::map<std::string, T> RunRecord::*member) {
    std::set<std::string> names;
    for (const RunRecord& run : result.runs)
        for (const auto& [name, values] : run.*member) names.insert(name);
    return names;
}

bool base_is(std::string_view name, std::string_view base) {
    return name.substr(0, name.find('{')) == base;
}

/// Busy shares are printed as percentages, requests as counts.
Kind unit_of_node_metric(std::string_view name) {
    if (base_is(name, "load")) return Kind::ratio;
    return base_is(name, "requests") ? Kind::count : Kind::real;
}

void add_node_bars(Page& page, const std::string& name, const std::vector<double>& values) {
    const auto text = [unit = unit_of_node_metric(name)](double value) { return quantity_text(unit, value, 3); };
    const auto bars = binned(values, columns_most, Binning::largest);
    const auto [least, largest] = std::minmax_element(values.begin(), values.end());
    page.line(item(base_is(name, "load") ? name + " (busy share)" : name, sparkline(bars, *largest)));
    std::string range = fmt::format("{} to {}, mean {}", text(*least), text(*largest), text(mean_of(values)));
    if (const std::size_t size = bin_size(values.size(), columns_most); size > 1)
        range += fmt::format("; each bar the largest of {} nodes", size);
    page.line(item("", range));
    if (*least < 0) return;
    const Balance balance = balance_of(values);
    page.line(
        item("", fmt::format("max/mean {:.3f}, CV {:.3f}, Jain {:.3f}, Gini {:.3f}, hottest node has {:.1f} %",
                             balance.max_over_mean, balance.cv, balance.jain, balance.gini, 100 * balance.hot_share)));
}

void add_node_bands(Page& page, const std::string& name, const NodeBands& bands) {
    const auto text = [unit = unit_of_node_metric(name)](double value) { return quantity_text(unit, value, 3); };
    page.line(item(name, fmt::format("{} to {}, mean {}", text(bands.min), text(bands.max), text(bands.mean))));
    page.line(item("", fmt::format("10 % of nodes below {}, half below {}, 90 % below {}", text(bands.p10),
                                   text(bands.p50), text(bands.p90))));
}

/// Columns of the time axis and the width of each in time.
struct Axis {
    Time start;
    Duration column;
    std::size_t columns;

    /// The column of `at`, kept inside.
    std::size_t column_of(Time at) const {
        if (at < start) return 0;
        return std::min(static_cast<std::size_t>((at - start) / column), columns - 1);
    }
};

void add_time_bars(Page& page, std::string_view name, const std::vector<double>& values, double top, Kind unit,
                   Binning binning) {
    const auto bars = binned(values, columns_most, binning);
    const auto [least, largest] = std::minmax_element(bars.begin(), bars.end());
    page.line(item(name, sparkline(bars, top)));
    page.line(item("", fmt::format("{} to {}", quantity_text(unit, *least, 3), quantity_text(unit, *largest, 3))));
}

/// "    ╰────╯": where on the axis the fault is; an instant is one mark.
std::string fault_mark(const Axis& axis, const FaultSpan& fault) {
    const std::size_t from = axis.column_of(fault.from);
    // The end is exclusive: a fault healed at the border of two columns does not touch the second.
    const std::size_t to = fault.to > fault.from ? std::max(from, axis.column_of(fault.to - Duration(1))) : from;
    std::string mark(from, ' ');
    if (to == from) return mark + "▲";
    mark += "╰";
    for (std::size_t i = from + 1; i < to; ++i) mark += "─";
    return mark + (fault.to == time_max ? "─" : "╯");
}

void add_faults(Page& page, const Result& result, const Axis& axis) {
    const Faults faults = faults_of(result);
    const auto text = [](Time at) { return quantity_text(Kind::duration, seconds(at)); };
    for (std::size_t i = 0; i < std::min(faults.spans.size(), items_most); ++i) {
        const FaultSpan& fault = faults.spans[i];
        page.line(item(i == 0 ? "faults" : "", fault_mark(axis, fault)));
        const std::string when = fault.to == time_max     ? fmt::format("from {} on", text(fault.from))
                                 : fault.to == fault.from ? fmt::format("at {}", text(fault.from))
                                                          : fmt::format("{} to {}", text(fault.from), text(fault.to));
        page.line(item(
            "", std::string(std::min(axis.column_of(fault.from), columns_most / 2), ' ') + fault.what + ", " + when));
    }
    if (faults.spans.size() > items_most)
        page.line(item("", fmt::format("and {} more", faults.spans.size() - items_most)));
    if (!faults.shared) page.line(item("", "(the faults of the first replication; others differ)"));
}

}  // namespace

void add_nodes(Page& page, const Result& result) {
    const auto names = names_in(result, &RunRecord::per_node);
    const auto band_names = names_in(result, &RunRecord::node_bands);
    if (names.empty() && band_names.empty()) return;
    std::size_t nodes = 0;
    for (const RunRecord& run : result.runs) {
        for (const auto& [name, values] : run.per_node) nodes = std::max(nodes, values.size());
        for (const auto& [name, bands] : run.node_bands) nodes = std::max<std::size_t>(nodes, bands.nodes);
    }
    page.heading(nodes == 1 ? "one node" : count_text(nodes) + " nodes");
    for (const auto& name : names)
        if (const auto values = means(node_profile(result, name)); !values.empty()) add_node_bars(page, name, values);
    for (const auto& name : band_names) {
        const auto at = std::find_if(result.runs.begin(), result.runs.end(),
                                     [&](const RunRecord& run) { return run.node_bands.count(name) > 0; });
        add_node_bands(page, name, at->node_bands.at(name));
    }
    if (!band_names.empty() && result.runs.size() > 1) page.line(item("", "(nodes of the first replication)"));
}

void add_timeline(Page& page, const Result& result) {
    const auto throughput = series_profile(result, "throughput", "");
    const auto errors = series_profile(result, "errors.rate", "");
    const auto& any = throughput ? throughput : errors;
    if (!any) return;
    const std::size_t steps = any->points.size();
    const std::size_t per_column = bin_size(steps, columns_most);
    const Axis axis{any->start, any->step * static_cast<std::int64_t>(per_column),
                    (steps + per_column - 1) / per_column};
    page.heading(fmt::format("timeline, {} to {}, {} a column", quantity_text(Kind::duration, seconds(any->start)),
                             quantity_text(Kind::duration, seconds(any->at(steps))),
                             quantity_text(Kind::duration, seconds(axis.column))));
    if (throughput) {
        const auto values = means(throughput->points);
        add_time_bars(page, "throughput", values, *std::max_element(values.begin(), values.end()), Kind::rate,
                      Binning::mean);
    }
    if (errors) {
        auto success = means(errors->points);
        for (double& value : success) value = 1 - value;
        // The worst step of a column, so that a short outage is not averaged away.
        add_time_bars(page, "success rate", success, 1, Kind::ratio, Binning::least);
    }
    add_faults(page, result, axis);
}

void add_effects(Page& page, const Result& result) {
    struct Total {
        const Effect* effect;
        std::uint64_t count = 0;
        std::size_t without = 0;  ///< replications in which it did not happen
    };
    std::vector<Total> totals;
    for (const RunRecord& run : result.runs) {
        for (const Effect& effect : run.effects) {
            auto at = std::find_if(totals.begin(), totals.end(), [&](const Total& total) {
                return total.effect->what == effect.what && total.effect->counted == effect.counted;
            });
            if (at == totals.end()) at = totals.insert(totals.end(), Total{&effect});
            at->count += effect.count;
            at->without += effect.count == 0 ? 1 : 0;
        }
    }
    if (totals.empty()) return;
    page.heading(result.runs.size() > 1 ? "what was declared, and its effects in all replications together"
                                        : "what was declared, and its effects");
    std::size_t widest = summary_name_width, digits = 0;
    for (const Total& total : totals) {
        widest = std::max(widest, width_of(total.effect->what));
        digits = std::max(digits, count_text(total.count).size());
    }
    for (const Total& total : totals) {
        const std::string line = "  " + padded_right(total.effect->what, widest) + "  " +
                                 padded_left(count_text(total.count), digits) + " " + total.effect->counted;
        page.line(
            total.without == 0
                ? line
                : page.painted(line + fmt::format("  (none in {} of {})", total.without, result.runs.size()), "1;31"));
    }
}

}  // namespace orrery::analysis
