/// What one replication leaves behind: everything that a result document says of it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/base/histogram.hpp"
#include "sim/base/time.hpp"

namespace orrery::analysis {

/// A metric over virtual time: `values[i]` covers [start + i*step, start + (i+1)*step).
struct Series {
    std::string metric;  ///< "load.busy", "queue.length", "throughput", "errors.rate", ...
    std::string label;   ///< "node=3", "quantile=0.9", or empty for the whole system
    std::string unit;    ///< "1", "1/s", "s", "bytes"
    Time start{};
    Duration step{};
    std::vector<double> values;
};

/// Proof that something declared has happened: the false-green guard refuses a count of zero.
struct Effect {
    std::string what;     ///< "faults[0] crash rack 2", "workload arrivals"
    std::string counted;  ///< what the count counts: "nodes down", "messages dropped", "requests"
    std::uint64_t count = 0;
};

/// A fault on the time axis of plots and timelines.
struct FaultSpan {
    std::string what;
    Time from{};
    Time to{};  ///< time_max if never healed
};

/// What is kept of a per-node metric when there are too many nodes to keep each: quantiles over nodes.
struct NodeBands {
    std::uint64_t nodes = 0;
    double min = 0, p10 = 0, p50 = 0, p90 = 0, max = 0, mean = 0;
    friend bool operator==(const NodeBands&, const NodeBands&) = default;
};

struct RunRecord {
    std::uint64_t seed = 0;
    std::uint64_t fingerprint = 0;
    std::uint64_t events = 0;
    /// Whether chance had a say anywhere in the run. Not part of a saved run: the document says it once for all.
    enum class Drew : std::uint8_t { something, nothing } drew = Drew::something;
    Duration warmup{};    ///< virtual time cut off in front
    Duration duration{};  ///< virtual time, warm-up included
    /// By full name, labels included: "latency.p99", "latency.p99{op=read}". Times in seconds.
    std::map<std::string, double> metrics;
    /// Names of metrics whose value is only a lower bound (an outage that the run did not see end).
    std::set<std::string> censored;
    /// By name without statistic: "latency", "latency{op=read}"; in nanoseconds.
    std::map<std::string, Histogram> histograms;
    /// One value per node, by metric: "load" (busy share), "requests", "queue.mean".
    std::map<std::string, std::vector<double>> per_node;
    /// In place of `per_node` beyond 256 nodes; filled by `condense` (result.hpp), never by a run itself.
    std::map<std::string, NodeBands> node_bands;
    std::vector<Series> series;
    std::vector<Effect> effects;
    std::vector<FaultSpan> faults;
};

}  // namespace orrery::analysis
