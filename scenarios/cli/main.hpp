/// The program: `orrery run | validate | list | schema | plot | place | advise`.
///
/// A program of one's own is the same with another catalog:
///
///     int main(int argc, char** argv) {
///         orrery::Catalog catalog = orrery::builtin();
///         catalog.add(my_row());
///         return orrery::main(argc, argv, catalog);
///     }
///
/// Exit codes: 0 pass; 1 an expectation failed; 2 inconclusive; 3 a guard failed (nondeterminism, or a
/// declared fault or load that did not happen); 64 bad usage or bad input; 70 a bug in Orrery; 74 cannot
/// write; 130 interrupted. Of several files, the first of 70, 74, 64, 3, 1, 2, 0 that occurs.
#pragma once

#include "scenarios/systems/scenario.hpp"
#include "sim/base/catalog.hpp"

namespace orrery {

int main(int argc, char** argv, const Catalog& catalog);

}  // namespace orrery
