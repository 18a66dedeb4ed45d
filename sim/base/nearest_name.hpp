/// The name that somebody probably meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orrery {

/// The name in `known` closest to `name` (letters changed, added, missing or two neighbours swapped: the restricted
/// Damerau-Levenshtein distance), the first of several, or empty if none is near: more than a third of its length, at
/// least 1, off. O(length^2) for each known name; names of more than 64 letters are nobody's typing mistake.
std::string nearest_name(std::string_view name, const std::vector<std::string>& known);

}  // namespace orrery
