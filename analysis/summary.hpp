/// The summary: a result as a page of text for a terminal. The same result gives the same bytes.
///
///     title and what was run
///     expectations, each with its verdict and what was measured
///     metrics: mean, half-width of the interval, replications
///     per node: a bar for each node (at most 80 bars: then each is the largest of several), and the balance
///     timeline: success rate and throughput over time, faults beneath
///     effects: proof that every declared fault and load happened
///
/// A part without data is left out. UTF-8; every character takes one column.
#pragma once

#include <cstdint>
#include <string>

#include "analysis/result.hpp"

namespace orrery::analysis {

enum class Colour : std::uint8_t { off, ansi };

std::string summary_text(const Result& result, Colour colour = Colour::off);

}  // namespace orrery::analysis
