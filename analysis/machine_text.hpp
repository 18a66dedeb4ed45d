/// JSON and CSV as this project writes them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace orrery::analysis {

/// Indented, keys sorted: objects with a line for each key, arrays of plain values on one line; small enough to store,
/// and a difference of two documents points at what differs. A double is printed with a point or an exponent, so that
/// it is read back as one; it must be finite, or an invariant breaks. Ends with a newline.
std::string json_text(const nlohmann::json& document);

/// A field of a CSV line (RFC 4180): in quotes where it needs them.
std::string csv_field(const std::string& text);

}  // namespace orrery::analysis
