#include "scenarios/format/policy_rows.hpp"

namespace orrery {

std::vector<std::string> row_names(const Catalog& catalog, std::string_view family) {
    std::vector<std::string> names;
    for (const RowInfo* row : catalog.rows(family)) names.push_back(row->name);
    return names;
}

const RowInfo* find_row(const Catalog& catalog, std::string_view family, std::string_view name) {
    for (const RowInfo* row : catalog.rows(family))
        if (row->name == name) return row;
    return nullptr;
}

Constant constant_of(const Catalog& catalog, const Child& child) {
    const RowInfo* row = child.measures ? find_row(catalog, child.family, "constant") : nullptr;
    if (row == nullptr) return {};
    for (const Parameter& parameter : row->table.parameters)
        if (parameter.kind == Kind::quantity) return {row, &parameter};
    return {};
}

}  // namespace orrery
