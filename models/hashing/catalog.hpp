/// The hashing rows that ship: hash functions, and rings (consistent hashing, key to node).
///
/// A new scheme is one file with a function that returns its row, and one line in catalog.cpp.
#pragma once

#include <vector>

#include "models/hashing/hash_function.hpp"
#include "models/hashing/ring.hpp"
#include "sim/base/catalog.hpp"

namespace orrery::models {

std::vector<Row<HashFunction>> hash_functions();
std::vector<Row<Ring>> rings();

}  // namespace orrery::models
