/// The result document: everything that is known after a run, on one JSON page or in a CSV table.
///
/// The document is deterministic: keys sorted, doubles as the shortest decimals that read back to the same
/// bits, no wall-clock time, no path, no host. Written, read and written again it is the same bytes, and
/// `analysis` draws no distinction between a fresh result and a saved one.
///
///     {"schema": {"name": "orrery.result", "version": 1},
///      "scenario": {"title": ..., "effective": "the scenario file, defaults filled in"},
///      "confidence": 0.95, "chance": "present" | "absent",
///      "metrics": {"latency.p99": {"unit": "duration", "better": "smaller", "summary": ...,
///                                  "mean": ..., "half_width": ... | null, "n": ..., "censored": ...}},
///      "replications": [{"seed": ..., "fingerprint": "0123456789abcdef", "events": ..., "metrics": {...}, ...}],
///      "verdicts": [{"expectation": "latency.p99 < 5ms", "verdict": "pass", "basis": "interval", ...}]}
///
/// Times end in _ns and are whole nanoseconds; metrics that are durations are in seconds. Per-node values
/// are kept for at most 256 nodes, quantiles over nodes beyond.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/expectation.hpp"
#include "analysis/files.hpp"
#include "analysis/metric.hpp"
#include "analysis/run_record.hpp"
#include "analysis/statistics.hpp"

namespace orrery::analysis {

inline constexpr int result_version = 1;
/// More nodes than this are summed up as quantiles.
inline constexpr std::size_t node_limit = 256;

struct Result {
    std::string title;
    std::string scenario;  ///< effective scenario, YAML
    double confidence = 0.95;
    Chance chance = Chance::present;
    /// What the metrics of the runs mean; rows for what they do not measure do no harm.
    MetricTable table = MetricTable::builtin();
    std::vector<RunRecord> runs;  ///< in the order of their replication number
    std::vector<Judgement> verdicts;
};

/// A metric over the replications that measured it.
struct MetricSummary {
    std::string name;  ///< full name
    MetricInfo info;   ///< a metric without a row is a real number, neither direction better
    Estimate estimate;
    std::size_t censored = 0;
};

/// All metrics of all runs: in the order of the builtin table, then by name.
std::vector<MetricSummary> metric_summaries(const Result& result);

/// Puts quantiles in place of per-node values (`node_bands`) and per-node series (labels quantile=0, 0.1,
/// 0.5, 0.9, 1) of more than 256 nodes. Doing it twice changes nothing.
void condense(RunRecord& run);

/// The document, condensed, with a newline at its end. A metric that is not finite breaks an invariant.
std::string to_json(const Result& result);

/// Reads a document. What is malformed, inconsistent or of a newer version is an error that says where:
/// "replications[2].metrics.throughput: expected a number, found a string".
Parsed<Result> from_json(std::string_view text);

/// Reads the document at `path`; errors name the path.
Parsed<Result> load_result(const std::string& path);

/// The long form "replication,seed,metric,unit,value,censored" with a header line; replications count from 0, lines
/// end in \n, names with a comma are quoted (RFC 4180). Censored values are lower bounds: 1, else 0.
std::string to_csv(const Result& result);

}  // namespace orrery::analysis
