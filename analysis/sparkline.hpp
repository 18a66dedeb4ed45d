/// Sparklines: a row of values as a row of Unicode blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace orrery::analysis {

/// One character a value, "▁" to "█" in eighths of `top`; what is above `top` counts as it, what is not above 0
/// is "·". Without a positive `top` all are "·".
std::string sparkline(std::span<const double> values, double top);

/// What one value says of several neighbours.
enum class Binning : std::uint8_t { largest, least, mean };

/// At most `columns` (> 0) values, each of equally many neighbours (the last perhaps of fewer); the values
/// themselves when they are few enough.
std::vector<double> binned(std::span<const double> values, std::size_t columns, Binning binning);

/// How many neighbours `binned` puts together.
std::size_t bin_size(std::size_t values, std::size_t columns);

}  // namespace orrery::analysis
