/// yaml-cpp's door: from characters to a tree. Nothing else in the project includes yaml-cpp.
#pragma once

#include <optional>

#include "scenarios/format/document.hpp"
#include "scenarios/format/source_text.hpp"

namespace orrery {

/// The one YAML document in `source`, which has passed `SourceText::check`; an empty one is a null node.
/// Everything wrong with it is added to `errors`; nothing if no tree is left to go on with.
std::optional<Node> read_tree(const SourceText& source, Errors& errors);

}  // namespace orrery
