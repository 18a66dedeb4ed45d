/// Time stamps of recorded data, read exactly: integers all the way, no double in between.
///
/// A stamp is a `Duration` since the zero of its own scale: 1970-01-01 00:00 UTC for dates, whatever the
/// recorder chose for numbers. Digits beyond the nanosecond are cut off. Only stamps of less than 2^62 ns on either
/// side of zero are read (dates from 1824 to 2115), so that the difference of two always fits.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/base/time.hpp"

namespace orrery {

enum class TimeFormat : std::uint8_t {
    automatic,  ///< a date in one of the two forms below; a bare number has no unit and is refused
    seconds,    ///< 1684.25, 1.5e9
    milliseconds,
    microseconds,
    nanoseconds,
    iso8601,     ///< 2023-11-16 18:17:03.9799600, also with T, Z or an offset +01:00; without one UTC
    access_log,  ///< 17/May/2015:10:05:03 +0000, also in brackets
};

/// As scenario files write it; the order of `TimeFormat`.
inline constexpr std::string_view time_format_names[] = {"auto",        "seconds", "milliseconds", "microseconds",
                                                         "nanoseconds", "iso8601", "access_log"};

/// A decimal number of `unit`s; nothing if it is not one or does not fit.
std::optional<Duration> parse_decimal(std::string_view text, Duration unit);

std::optional<Duration> parse_iso8601(std::string_view text);
std::optional<Duration> parse_access_log_time(std::string_view text);
/// Month first: 6/21/2005 10:54, taken as UTC.
std::optional<Duration> parse_us_date(std::string_view text);

/// Any of them; nothing if `text` is not in `format`.
std::optional<Duration> parse_stamp(std::string_view text, TimeFormat format);

}  // namespace orrery
