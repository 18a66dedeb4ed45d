/// Rows of a family by name, for code that knows families by name only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/catalog.hpp"

namespace orrery {

std::vector<std::string> row_names(const Catalog& catalog, std::string_view family);

/// The row, or null.
const RowInfo* find_row(const Catalog& catalog, std::string_view family, std::string_view name);

/// The row that a scalar is short for where a child measures something: `constant`, with the value in its first
/// parameter of kind `quantity`. Both null if the family has no such row.
struct Constant {
    const RowInfo* row = nullptr;
    const Parameter* parameter = nullptr;
};
Constant constant_of(const Catalog& catalog, const Child& child);

}  // namespace orrery
