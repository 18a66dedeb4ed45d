/// Metrics by name: what each measures, in which unit, and which way is better.
///
/// A full name is a base name and perhaps labels: "latency.p99", "latency.p99{op=read}",
/// "load.cv{of=keys}". Labels are sorted in the canonical form. The table of base names is a value; a
/// system that measures something of its own adds a row.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/nearest_name.hpp"
#include "sim/base/units.hpp"

namespace orrery::analysis {

enum class Better : std::uint8_t { smaller, larger, neither };

struct MetricInfo {
    std::string name;        ///< without labels
    Kind unit = Kind::real;  ///< duration (in seconds), rate (1/s), bytes, ratio, count or real
    Better better = Better::neither;
    std::string summary;  ///< one line, without a full stop
    friend bool operator==(const MetricInfo&, const MetricInfo&) = default;
};

struct MetricName {
    std::string base;
    std::map<std::string, std::string> labels;

    /// "base" or "base{key=value,key=value}", keys ascending.
    std::string text() const;
    friend bool operator==(const MetricName&, const MetricName&) = default;
};

/// Reads a full name. Names, label keys and label values are of letters, digits and "_", "-", ".", "/", ":".
Parsed<MetricName> parse_metric_name(std::string_view text);

class MetricTable {
public:
    /// The metrics that Orrery itself knows.
    static MetricTable builtin();

    /// A name twice, or a unit other than the six above, breaks an invariant.
    void add(MetricInfo row);
    /// By base name or full name; null if there is none.
    const MetricInfo* find(std::string_view name) const;
    /// In the order in which they were added: the order of reports.
    const std::vector<MetricInfo>& rows() const { return rows_; }
    /// "no metric is named latency.p98; did you mean latency.p99?"
    std::string unknown(std::string_view name) const;

    friend bool operator==(const MetricTable&, const MetricTable&) = default;

private:
    std::vector<MetricInfo> rows_;
};

/// As a column of a table and an axis write it: "s", "1/s", "bytes", "1".
std::string_view unit_text(Kind unit);

}  // namespace orrery::analysis
