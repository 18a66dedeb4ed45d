/// One parameter's value: from a file's text, and back, and in words.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/base/parameter.hpp"
#include "sim/base/units.hpp"

namespace orrery {

/// What `Kind::quantity` measures here: the `measures` of the nearest policy child around; nothing is a real.
using Measures = std::optional<Kind>;

/// The kind by which a parameter's text is read: its own, or for a quantity what is measured here.
Kind text_kind(const Parameter& parameter, Measures measures);

/// Reads a scalar (any kind but list) and checks choices and range. An error does not name the parameter.
Parsed<Value> read_scalar(const Parameter& parameter, Measures measures, std::string_view text);

/// The value of `fallback`, which must be set and not empty. A bare number stands for a quantity in its base unit,
/// so that "0" is a default whatever is measured. A malformed fallback breaks an invariant.
Value read_fallback(const Parameter& parameter, Measures measures);

/// A value as it would stand in a file; not for lists. Reading it again gives the same value.
std::string print_scalar(const Parameter& parameter, Measures measures, const Value& value);

/// What is allowed, in words: "a duration (ns, us, ms, s, min, h, d) from 1us to 1h", "one of latency, queue".
std::string allowed(const Parameter& parameter, Measures measures);

/// The range in words: "from 1 to 64", "at least 0s", "at most 5"; empty if anything goes.
std::string range(const Parameter& parameter, Measures measures);

/// Beyond this (in base units) a limit is none: the range of the type says enough.
inline constexpr double unlimited = 1e18;

}  // namespace orrery
