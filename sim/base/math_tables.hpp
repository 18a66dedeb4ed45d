/// Constant tables of math.cpp. Not for anybody else.
#pragma once

#include <array>

namespace orrery::math_tables {

/// 2^(j/128) for j = 0..127.
struct ExpEntry {
    double value;
    double tail;  ///< what rounding `value` lost, relative to it
};
extern const std::array<ExpEntry, 128> exp_entries;

/// One of 128 parts of [0.705, 1.41), by the leading bits of a double's pattern minus `log_offset`. `inverse` is near
/// 1/c for the part's centre c and a multiple of 2^-10, so that products with it split exactly; it is 1 in the part
/// that holds 1. head + tail = -log(inverse), head a multiple of 2^-42.
struct LogEntry {
    double inverse;
    double head;
    double tail;
};
extern const std::array<LogEntry, 128> log_entries;
inline constexpr unsigned long long log_offset = 0x3fe6900000000000u;

}  // namespace orrery::math_tables
