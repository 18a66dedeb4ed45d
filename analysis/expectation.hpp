/// Expectations: `latency.p99 < 5ms`, judged over replications, and never more certain than they are.
///
///     pass          the whole confidence interval meets it
///     fail          the whole interval misses it
///     inconclusive  the interval straddles it, or something is missing
///
/// - With one replication there is no interval: the value decides, and the judgement says n=1.
/// - A scenario without chance has one possible outcome: the value decides, and it says exact.
/// - A censored value is a lower bound. It can fail `<`, and pass `>`; it can never pass `<` or fail `>`.
/// - A metric that was not measured in every replication is inconclusive.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/metric.hpp"
#include "analysis/run_record.hpp"
#include "analysis/statistics.hpp"

namespace orrery::analysis {

enum class Comparator : std::uint8_t { less, less_equal, greater, greater_equal, equal };

struct Expectation {
    MetricName metric;
    Comparator comparator = Comparator::less;
    Kind unit = Kind::real;  ///< the metric's
    double threshold = 0;    ///< in the unit of RunRecord::metrics: seconds, 1/s, bytes, a ratio, a number

    /// The canonical text; it parses to an equal expectation: "latency.p99 < 5ms".
    std::string text() const;
    friend bool operator==(const Expectation&, const Expectation&) = default;
};

/// Reads "METRIC COMPARATOR VALUE" with < <= > >= ==. The metric must be in `table`, the value a quantity of its kind.
Parsed<Expectation> parse_expectation(std::string_view text, const MetricTable& table);

enum class Verdict : std::uint8_t { pass, fail, inconclusive };
enum class Basis : std::uint8_t {
    interval,  ///< the Student interval over replications
    single,    ///< one replication's value (n=1)
    exact,     ///< the scenario has no chance
    missing,   ///< not measured in every replication
};

struct Judgement {
    std::string expectation;
    Verdict verdict = Verdict::inconclusive;
    Basis basis = Basis::missing;
    Estimate estimate;
    std::size_t censored = 0;  ///< replications whose value is a lower bound
    Kind unit = Kind::real;
    friend bool operator==(const Judgement&, const Judgement&) = default;
};

/// Whether a scenario draws anything at all: if not, every seed gives the same values.
enum class Chance : std::uint8_t { present, absent };

Judgement judge(const Expectation& expectation, std::span<const RunRecord> runs, double confidence, Chance chance);

/// fail if any failed, else inconclusive if any is, else pass (of none, too).
Verdict overall(std::span<const Judgement> judgements);

std::string_view comparator_text(Comparator comparator);  ///< "<="
std::string_view verdict_text(Verdict verdict);           ///< "pass"
std::string_view basis_text(Basis basis);                 ///< "interval", "n=1", "exact", "missing"

}  // namespace orrery::analysis
