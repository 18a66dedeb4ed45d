/// The effective scenario: what a run really used, defaults written out, as a file that runs again.
#pragma once

#include <string>

#include "sim/base/catalog.hpp"

namespace orrery {

/// `settings` as YAML in the order of the table, parameters before children, values with their units.
/// Loading it against the same table and catalog gives the same values and children. `settings` must have
/// been read against `top`; texts must be UTF-8 without NUL. Policies and list items without children are
/// written in one line as far as they fit.
std::string to_yaml(const Settings& settings, const Table& top, const Catalog& catalog);

/// Whether two settings hold the same values and children; where these stand does not matter.
bool same_values(const Settings& a, const Settings& b);

}  // namespace orrery
