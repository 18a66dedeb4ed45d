// Advice on partitions for people: tables, and the smallest counts that will do.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/advice.hpp"
#include "analysis/page.hpp"
#include "analysis/scale.hpp"
#include "sim/base/math.hpp"

namespace orrery::analysis {

namespace {

using Cells = std::vector<std::string>;

std::string three(double value) {
    return number_text(value, {}, 3);
}

std::string percent(double share) {
    return number_text(share, {0.01, ""}, 0) + " %";
}

void add_table(Page& page, const std::vector<Cells>& rows) {
    std::vector<std::size_t> widths(rows.front().size(), 0);
    for (const Cells& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
    for (const Cells& row : rows) {
        std::string text = padded_left(row[0], widths[0]);
        for (std::size_t i = 1; i + 1 < row.size(); ++i) text += "   " + padded_left(row[i], widths[i]);
        text += "   " + row.back();
        if (&row == &rows.front())
            page.heading(text);
        else
            page.line(text);
    }
}

bool agree(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [&](double one) { return one == values.front(); });
}

std::string imbalance_cell(const AdvicePoint& point, double confidence) {
    const Estimate mean = estimate(point.imbalances, confidence);
    if (!mean.half_width || agree(point.imbalances)) return three(mean.mean);
    return three(mean.mean) + " ± " + three(*mean.half_width);
}

std::string met_cell(const AdvicePoint& point, double limit) {
    const std::size_t met = seeds_met(point, limit);
    if (met == 0) return "no";
    if (met == point.imbalances.size()) return "yes";
    return fmt::format("in {} of {} seeds", met, point.imbalances.size());
}

void add_curve(Page& page, const Advice& advice, const AdviceCurve& curve) {
    const bool partitions = std::any_of(curve.points.begin(), curve.points.end(),
                                        [](const AdvicePoint& point) { return point.alone.has_value(); });
    const bool rescale = std::any_of(curve.points.begin(), curve.points.end(),
                                     [](const AdvicePoint& point) { return point.worst.has_value(); });
    std::vector<Cells> rows(1);
    rows[0] = {curve.what, "max/mean"};
    if (partitions) rows[0].insert(rows[0].begin() + 1, "by count alone");
    rows[0].insert(rows[0].end(), {"largest", "capacity lost", fmt::format("within {}", advice.limit)});
    if (rescale) rows[0].push_back(fmt::format("worst of {}..{} subtasks", curve.rescale_least, curve.rescale_most));
    rows[0].emplace_back();
    for (const AdvicePoint& point : curve.points) {
        Cells row = {count_text(point.count)};
        if (partitions) row.push_back(point.alone ? three(*point.alone) : "");
        const double mean = mean_of(point.imbalances);
        row.insert(row.end(), {imbalance_cell(point, advice.confidence),
                               three(*std::max_element(point.imbalances.begin(), point.imbalances.end())),
                               percent(1 - 1 / mean), met_cell(point, advice.limit)});
        if (rescale)
            row.push_back(point.worst ? fmt::format("{} at {}", three(point.worst->alone), point.worst->parallelism)
                                      : "");
        row.push_back(point.remark);
        rows.push_back(std::move(row));
    }
    add_table(page, rows);
}

/// How sure it is that a count keeps to the limit which has done so in every seed.
std::string sureness(const Advice& advice, const AdvicePoint& point) {
    const std::size_t seeds = point.imbalances.size();
    if (seeds == 1) return "in one seed";
    if (agree(point.imbalances)) return "exactly so for these keys";
    const double share = portable_pow(1 - advice.confidence, 1 / static_cast<double>(seeds));
    return fmt::format("in all {} seeds; {} sure that it is so in at least {} of cases", seeds,
                       quantity_text(Kind::ratio, advice.confidence), percent(share));
}

void add_smallest(Page& page, const Advice& advice, const AdviceCurve& curve) {
    const AdvicePoint* smallest = smallest_that_meets(curve, advice.limit);
    if (smallest == nullptr)
        return page.line(fmt::format("{}: none of those tried keeps within {}", curve.what, advice.limit));
    page.line(fmt::format("{}: {} is the smallest tried that keeps within {} ({})", curve.what,
                          count_text(smallest->count), advice.limit, sureness(advice, *smallest)));
    // A count that divides well is no better than its neighbours for another parallelism.
    const AdvicePoint* steady = nullptr;
    for (const AdvicePoint& point : curve.points) {
        const bool met = seeds_met(point, advice.limit) == point.imbalances.size();
        const bool rescaled = !point.worst || point.worst->alone <= advice.limit;
        if (!met || !rescaled)
            steady = nullptr;
        else if (steady == nullptr)
            steady = &point;
    }
    if (steady != nullptr && steady != smallest && steady->worst)
        page.line(fmt::format(
            "{}  from {} on every count tried does, and goes on doing so by its count at any "
            "parallelism from {} to {}",
            std::string(curve.what.size(), ' '), count_text(steady->count), curve.rescale_least, curve.rescale_most));
}

}  // namespace

std::string advice_text(const Advice& advice) {
    Page page(Colour::off);
    const std::size_t seeds = advice.curves.front().points.front().imbalances.size();
    page.line(fmt::format("work of {} subtasks: {} requests for {}", count_text(advice.parallelism),
                          count_text(advice.requests), advice.keys));
    page.line(seeds == 1 ? fmt::format("seed {}", advice.seed)
                         : fmt::format("seeds {} to {}; ± is the half-width of the {} interval over seeds", advice.seed,
                                       advice.seed + seeds - 1, quantity_text(Kind::ratio, advice.confidence)));
    for (const std::string& note : advice.notes) page.line(note);
    for (const AdviceCurve& curve : advice.curves) add_curve(page, advice, curve);
    page.line();
    const double alone = advice.hottest_key * static_cast<double>(advice.parallelism);
    std::string hottest = fmt::format("the hottest key has {} of the work, {} times the mean of a subtask",
                                      quantity_text(Kind::ratio, advice.hottest_key, 3), number_text(alone, {}, 2));
    if (alone > advice.limit)
        hottest +=
            fmt::format("; whoever has it is above {} whatever the count: split that key, or run {} subtasks at most",
                        advice.limit, count_text(static_cast<std::uint64_t>(advice.limit / advice.hottest_key)));
    page.line(hottest);
    for (const AdviceCurve& curve : advice.curves) add_smallest(page, advice, curve);
    return page.take();
}

}  // namespace orrery::analysis
