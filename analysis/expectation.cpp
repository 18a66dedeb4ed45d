#include "analysis/expectation.hpp"

#include <algorithm>
#include <array>

namespace orrery::analysis {

namespace {

constexpr std::array comparators = {Comparator::less_equal, Comparator::greater_equal, Comparator::equal,
                                    Comparator::less, Comparator::greater};

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

Parsed<Expectation> refused(std::string_view text, const std::string& why) {
    return {std::nullopt, "expectation \"" + std::string(text.substr(0, 100)) + "\": " + why};
}

/// Durations are parsed and printed in nanoseconds, but metrics are in seconds.
double base_units_in(Kind unit) {
    return unit == Kind::duration ? 1e-9 : 1;
}

struct Ends {
    bool all_meet;
    bool all_miss;
};

/// How the points from `low` to `high` stand to `threshold`.
Ends compare(Comparator comparator, double low, double high, double threshold) {
    switch (comparator) {
        case Comparator::less:
            return {high < threshold, low >= threshold};
        case Comparator::less_equal:
            return {high <= threshold, low > threshold};
        case Comparator::greater:
            return {low > threshold, high <= threshold};
        case Comparator::greater_equal:
            return {low >= threshold, high < threshold};
        case Comparator::equal:
            return {low == threshold && high == threshold, low > threshold || high < threshold};
    }
    return {false, false};
}

/// The same when the true value may be anywhere above: what a larger value could undo is not concluded.
Ends compare_lower_bound(Comparator comparator, double low, double high, double threshold) {
    const Ends ends = compare(comparator, low, high, threshold);
    switch (comparator) {
        case Comparator::less:
        case Comparator::less_equal:
            return {false, ends.all_miss};
        case Comparator::greater:
        case Comparator::greater_equal:
            return {ends.all_meet, false};
        case Comparator::equal:
            return {false, low > threshold};
    }
    return {false, false};
}

}  // namespace

std::string Expectation::text() const {
    return metric.text() + " " + std::string(comparator_text(comparator)) + " " +
           print_quantity(unit, threshold / base_units_in(unit));
}

Parsed<Expectation> parse_expectation(std::string_view text, const MetricTable& table) {
    // Labels hold "=", so the comparator is looked for behind them.
    const auto labels_end = text.find('}');
    const auto from = labels_end == std::string_view::npos ? 0 : labels_end;
    const auto at = text.find_first_of("<>=!", from);
    if (at == std::string_view::npos)
        return refused(text, "there is no comparator; allowed are < <= > >= ==, as in latency.p99 < 5ms");
    const auto sign_end = std::min(text.find_first_not_of("<>=!", at), text.size());
    const auto sign = text.substr(at, sign_end - at);
    const auto found =
        std::find_if(comparators.begin(), comparators.end(), [&](Comparator c) { return comparator_text(c) == sign; });
    if (found == comparators.end())
        return refused(text, "found comparator " + std::string(sign.substr(0, 10)) + ", allowed are < <= > >= ==");

    auto metric = parse_metric_name(trimmed(text.substr(0, at)));
    if (!metric) return refused(text, metric.error);
    const MetricInfo* info = table.find(metric.value->base);
    if (info == nullptr) return refused(text, table.unknown(metric.value->base));

    const auto value_text = trimmed(text.substr(sign_end));
    const auto value = parse_quantity(info->unit, value_text);
    if (!value) {
        std::string why = info->name + " is " + std::string(kind_name(info->unit));
        if (!kind_units(info->unit).empty()) why += " (" + std::string(kind_units(info->unit)) + ")";
        return refused(text, why + ": " + value.error);
    }
    return {Expectation{std::move(*metric.value), *found, info->unit, *value * base_units_in(info->unit)}, {}};
}

Judgement judge(const Expectation& expectation, std::span<const RunRecord> runs, double confidence, Chance chance) {
    const std::string name = expectation.metric.text();
    Judgement judgement;
    judgement.expectation = expectation.text();
    judgement.unit = expectation.unit;
    std::vector<double> values;
    for (const RunRecord& run : runs) {
        if (const auto at = run.metrics.find(name); at != run.metrics.end()) values.push_back(at->second);
        judgement.censored += run.censored.count(name);
    }
    judgement.estimate = estimate(values, confidence);
    if (values.empty() || values.size() < runs.size()) return judgement;

    judgement.basis = chance == Chance::absent ? Basis::exact : values.size() == 1 ? Basis::single : Basis::interval;
    const auto compared = judgement.censored > 0 ? compare_lower_bound : compare;
    const Ends ends =
        compared(expectation.comparator, judgement.estimate.low(), judgement.estimate.high(), expectation.threshold);
    judgement.verdict = ends.all_meet ? Verdict::pass : ends.all_miss ? Verdict::fail : Verdict::inconclusive;
    return judgement;
}

Verdict overall(std::span<const Judgement> judgements) {
    const auto any = [&](Verdict verdict) {
        return std::any_of(judgements.begin(), judgements.end(),
                           [&](const Judgement& j) { return j.verdict == verdict; });
    };
    return any(Verdict::fail) ? Verdict::fail : any(Verdict::inconclusive) ? Verdict::inconclusive : Verdict::pass;
}

std::string_view comparator_text(Comparator comparator) {
    switch (comparator) {
        case Comparator::less:
            return "<";
        case Comparator::less_equal:
            return "<=";
        case Comparator::greater:
            return ">";
        case Comparator::greater_equal:
            return ">=";
        case Comparator::equal:
            return "==";
    }
    return {};
}

std::string_view verdict_text(Verdict verdict) {
    switch (verdict) {
        case Verdict::pass:
            return "pass";
        case Verdict::fail:
            return "fail";
        case Verdict::inconclusive:
            return "inconclusive";
    }
    return {};
}

std::string_view basis_text(Basis basis) {
    switch (basis) {
        case Basis::interval:
            return "interval";
        case Basis::single:
            return "n=1";
        case Basis::exact:
            return "exact";
        case Basis::missing:
            return "missing";
    }
    return {};
}

}  // namespace orrery::analysis
