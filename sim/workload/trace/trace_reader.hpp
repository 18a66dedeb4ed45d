/// Trace replay: recorded rows as arrivals, one after the other.
///
/// A row becomes a `TraceItem`: when it arrives, its key, size and demand, each from the columns of the row. Times are
/// integers of nanoseconds from the file to the item.
///
/// Order. A simulation needs times that do not fall; many logs do not give them.
///     strict          a row earlier than the one before it is an error that names the line
///     sort_within W   rows are sorted (stably) inside each bucket of width W
///     spread_within W the time of day inside a bucket is taken as unknown: the n rows of a bucket arrive in file
///     order, row
///                     i = 0, 1, ... in the middle of the i-th of n equal parts of the bucket, at W (2 i + 1) / (2 n)
/// Buckets are multiples of W since the zero of the stamps (1970 for dates: a bucket of 1h is an hour of the clock, in
/// UTC). A row in an earlier bucket than the one before it is an error in any case.
///
/// Time 0 is the first row (strict), the earliest row of the first bucket (sort_within), the begin of the first bucket
/// (spread_within). Then, in this order: rows before `from` are dropped, the trace ends at `from + span`, `from`
/// becomes time 0, and all times are divided by `rate_scale`, rounded down.
///
/// A reader is a value: a copy continues on its own, from the same position, with the same items, on any thread. Copies
/// share blocks of decoded items; a block lives as long as some copy has still to pass it. So a reader takes memory for
/// one block of 1024 items (and one bucket), and a copy left behind keeps what lies between it and the foremost one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/parameter.hpp"
#include "sim/base/time.hpp"
#include "sim/workload/data_file.hpp"
#include "sim/workload/trace/record.hpp"
#include "sim/workload/trace/timestamp.hpp"

namespace orrery {

struct TraceItem {
    Time at{};
    std::uint64_t key = 0;   ///< 0 where the trace maps none
    std::int64_t size = 0;   ///< bytes; 0 where the trace maps none
    Duration demand{};       ///< 0 where the trace maps none
    std::uint64_t line = 0;  ///< of the file, from 1
    friend bool operator==(const TraceItem&, const TraceItem&) = default;
};

enum class TraceOrder : std::uint8_t { strict, sort_within, spread_within };

/// What each part of an item is made of. `time` is a column; the others are expressions (expression.hpp).
struct TraceColumns {
    std::string time;
    /// A column: a whole number below 10^19 without leading zeros is the key itself, any other text is hashed.
    /// Another expression: its value, rounded down.
    std::optional<std::string> key;
    std::optional<std::string> size;    ///< bytes, rounded half up
    std::optional<std::string> demand;  ///< a duration, rounded half up to nanoseconds
};

struct TraceSpec {
    RecordSpec record;
    TraceColumns columns;
    TimeFormat time_format = TimeFormat::automatic;
    TraceOrder order = TraceOrder::strict;
    Duration bucket{};                               ///< positive unless the order is strict
    std::int64_t rate_scale_millionths = 1'000'000;  ///< positive; 2,000,000 is twice as dense
    std::uint64_t skip_rows = 0;                     ///< rows of the file that are not looked at
    std::optional<std::uint64_t> rows = {};          ///< rows of the file that are read after them
    Duration from{};                                 ///< in the trace's own time, before scaling
    std::optional<Duration> span = {};               ///< likewise
};

/// What may stand in the section `trace` of a scenario.
Table trace_table();
/// Finds the file, too. Throws `ParameterError`.
TraceSpec trace_spec(const Settings& settings, const DataPlaces& places);

class TraceReader {
public:
    /// Opens the file and binds the columns, so that most mistakes show here. Throws `ParameterError`, `DataError`.
    static TraceReader open(const TraceSpec& spec);

    /// The next item, times never falling; nothing after the last. Throws `DataError` at the row that is wrong, after
    /// all items before it (of a bucket that holds a wrong row: before the bucket), and again at every further call. A
    /// trace without any item is an error too.
    std::optional<TraceItem> next() {
        if (cursor_ == end_) [[unlikely]]
            return next_block();
        return *cursor_++;
    }

    struct Block;
    class Producer;

private:
    TraceReader(std::shared_ptr<Producer> producer, std::shared_ptr<Block> block)
        : producer_(std::move(producer)), block_(std::move(block)) {}
    std::optional<TraceItem> next_block();

    std::shared_ptr<Producer> producer_;
    std::shared_ptr<Block> block_;
    const TraceItem* cursor_ = nullptr;  ///< into `block_`
    const TraceItem* end_ = nullptr;
};

}  // namespace orrery
