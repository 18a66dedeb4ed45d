/// Numbers as people read them: "1.234 ms", "180.0 k/s", "12.3 %". For tables and axes only; documents
/// hold plain numbers in base units.
#pragma once

#include <string>
#include <string_view>

#include "sim/base/parameter.hpp"

namespace orrery::analysis {

/// A unit to print in: value / base is the number in front of `unit`.
struct Scale {
    double base = 1;
    std::string_view unit;  ///< "ms", "k/s", "%", "MB", or empty
    friend bool operator==(const Scale&, const Scale&) = default;
};

/// The scale in which `magnitude` (in the base unit of metrics: seconds, 1/s, bytes, 1) reads best: between 1 and
/// 1,000 where the unit has such a prefix.
Scale scale_for(Kind unit, double magnitude);

/// How many decimals to print of `value`: four significant digits; or, given a `resolution` (an uncertainty in the
/// same unit), so many that it shows two digits of its own, but three to six significant ones of `value`.
int decimals_for(double value, double resolution);

/// `value` / scale.base with `decimals` decimals, thousands separated by commas: "12,345.6". No "-0".
std::string number_text(double value, Scale scale, int decimals);

/// Number and unit together, at so many significant digits, without trailing zeros: "1.234 ms", "0 s", "85 %".
std::string quantity_text(Kind unit, double value, int digits = 4);

/// A whole number with thousands separated: "1,234,567".
std::string count_text(std::uint64_t count);

/// Columns that UTF-8 `text` takes in a terminal, when every character takes one.
std::size_t width_of(std::string_view text);
std::string padded_left(std::string_view text, std::size_t width);   ///< spaces in front
std::string padded_right(std::string_view text, std::size_t width);  ///< spaces behind

}  // namespace orrery::analysis
