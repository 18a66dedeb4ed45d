/// Rows: the cells of a record turned into a time stamp, a key, a size and a demand.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/workload/trace/trace_reader.hpp"

namespace orrery {

/// `item.at` is not set yet: that takes the order of the whole trace.
struct TraceRow {
    Duration stamp;
    TraceItem item;
};

class TraceRowReader {
public:
    /// Compiles the expressions and binds the columns. Throws `ParameterError`, `DataError`.
    explicit TraceRowReader(const TraceSpec& spec);

    /// Passes a record without looking inside; false after the last.
    bool skip() { return records_->next(cells_); }
    std::optional<TraceRow> next();

    /// An error at the time of the row read last.
    DataError error(const std::string& message) const { return records_->error(message, cells_[time_slot_]); }

private:
    Duration stamp() const;
    std::uint64_t key() const;
    /// `found` rounded half up, if it is in range.
    std::int64_t amount(std::string_view field, double found) const;

    TimeFormat time_format_;
    std::uint32_t time_slot_ = 0;
    std::optional<Expression> key_, size_, demand_;
    std::unique_ptr<RecordReader> records_;
    std::vector<std::string_view> cells_;
};

}  // namespace orrery
