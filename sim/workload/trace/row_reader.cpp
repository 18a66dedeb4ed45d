#include "sim/workload/trace/row_reader.hpp"

#include <charconv>
#include <cmath>

#include "sim/base/distribution.hpp"
#include "sim/base/random.hpp"

namespace orrery {

namespace {

/// A column as a key: numbers as they are, so that they can be recognised; texts hashed.
std::uint64_t key_of(std::string_view text) {
    if (!text.empty() && text.size() <= 19 && (text[0] != '0' || text.size() == 1)) {
        std::uint64_t key = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), key);
        if (error == std::errc{} && end == text.data() + text.size()) return key;
    }
    return mix64(purpose_code(text));
}

}  // namespace

TraceRowReader::TraceRowReader(const TraceSpec& spec) : time_format_(spec.time_format) {
    ColumnSet columns;
    time_slot_ = columns.slot(spec.columns.time, "time");
    const auto compile = [&](std::string_view field, const std::optional<std::string>& text,
                             Expression::Measure measure) {
        return text ? std::optional(Expression::compile(field, *text, measure, columns)) : std::nullopt;
    };
    key_ = compile("key", spec.columns.key, Expression::Measure::number);
    size_ = compile("size", spec.columns.size, Expression::Measure::bytes);
    demand_ = compile("demand", spec.columns.demand, Expression::Measure::duration);
    cells_.resize(columns.uses().size());
    records_ = open_records(spec.record, columns.uses());
}

std::optional<TraceRow> TraceRowReader::next() {
    if (!records_->next(cells_)) return std::nullopt;
    TraceRow row{stamp(), {.line = records_->line()}};
    try {
        if (key_) row.item.key = key();
        if (size_) row.item.size = amount("size", size_->evaluate(cells_));
        if (demand_) row.item.demand = Duration(amount("demand", demand_->evaluate(cells_)));
    } catch (const CellError& error) {
        throw records_->error(error.message, cells_[error.slot]);
    }
    return row;
}

std::uint64_t TraceRowReader::key() const {
    if (key_->is_column()) return key_of(cells_[key_->column_slot()]);
    return static_cast<std::uint64_t>(amount("key", std::floor(key_->evaluate(cells_))));
}

std::int64_t TraceRowReader::amount(std::string_view field, double found) const {
    if (found >= 0 && found < 0x1p62) return Distribution::rounded_nanoseconds(found).count();
    throw records_->error("the " + std::string(field) + " comes out as " + std::to_string(found) +
                          ", expected a number from 0 to 4.6e18");
}

Duration TraceRowReader::stamp() const {
    const std::string_view cell = cells_[time_slot_];
    if (const auto stamp = parse_stamp(cell, time_format_)) return *stamp;
    const std::string found = "found \"" + std::string(cell.substr(0, 40)) + "\" for the time, expected ";
    if (time_format_ != TimeFormat::automatic)
        throw error(found + std::string(time_format_names[static_cast<std::size_t>(time_format_)]));
    if (parse_decimal(cell, 1ns))
        throw error(found +
                    "a date; a bare number needs its unit: set time_format to seconds, milliseconds, microseconds or "
                    "nanoseconds");
    throw error(found + "a date like 2023-11-16 18:17:03.97 or 17/May/2015:10:05:03 +0000 (or set time_format)");
}

}  // namespace orrery
