/// `hash: xxh64` in the table of a scheme that leaves its hash function open.
#pragma once

#include <memory>
#include <string>

#include "models/hashing/hash_function.hpp"
#include "sim/base/parameter.hpp"

namespace orrery::models {

/// A child `hash` of a row's table, `fallback` where it is not given.
Child hash_child(std::string fallback);

/// The function that `settings` chose, of those that ship. Throws ParameterError for another one: rows are made
/// without the catalog that a program may have extended.
std::unique_ptr<HashFunction> chosen_hash(const Settings& settings);

}  // namespace orrery::models
