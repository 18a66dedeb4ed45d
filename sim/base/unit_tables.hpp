/// The units that units.hpp reads and prints. Not for anybody else.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sim/base/parameter.hpp"

namespace orrery::unit_tables {

/// How a printer may use a unit.
enum class Printing : std::uint8_t { whole_or_fraction, whole, never };

struct Unit {
    std::string_view name;
    /// Exact kinds: base units in one of it. Real kinds: what to divide by, after `power_of_ten`.
    std::int64_t factor = 1;
    std::int64_t power_of_ten = 0;  ///< real kinds
    Printing printing = Printing::never;
};

/// Smallest first; kinds without units have one whose name is empty.
std::span<const Unit> units_of(Kind kind);

std::string_view example_of(Kind kind);       ///< "e.g. 10Gbit/s"
std::string_view whole_suffix_of(Kind kind);  ///< " of nanoseconds"
std::string most_of(Kind kind);               ///< the largest value of an exact kind, with its unit

}  // namespace orrery::unit_tables
