/// What a scenario may hold, for editors and for people: the JSON Schema and the reference text, both from
/// the same table and catalog that `load` reads against.
#pragma once

#include <string>

#include "sim/base/catalog.hpp"

namespace orrery {

/// A JSON Schema (draft 2020-12) of scenario files, indented, with a newline at the end. Keys are in the order
/// of the table. A policy is `anyOf` its short form and one object per row, told apart by the `const` of its
/// key; families stand once in `$defs`, so rows may hold policies of their own family. A quantity is a pattern
/// of number and unit; ranges of quantities, which JSON Schema cannot express, stand in the description.
/// The schema accepts every scenario that `load` accepts (but "-0s"). It lets a few through that `load` refuses:
/// out of range with a unit, fractions below the base unit, what is wrong with the YAML itself.
std::string json_schema(const Table& top, const Catalog& catalog);

/// A row for `orrery list`: name, summary, source, then one line a parameter, aligned, and a newline at the end:
///
///     power_of_d  the least loaded of d workers drawn at random
///         from Mitzenmacher, TPDS 2001
///         d  a count from 1 to 64, default 2: workers to draw
std::string describe(const RowInfo& row);

/// The same for a table: its parameters, then its children with theirs.
std::string describe(const Table& table);

}  // namespace orrery
