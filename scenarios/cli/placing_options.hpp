/// Options that `orrery place` and `orrery advise` share.
#pragma once

#include <string>

#include "scenarios/cli/placing_text.hpp"

namespace CLI {
class App;
}

namespace orrery {

void add_key_options(CLI::App& command, KeyArguments& keys, const std::string& count_doc);
/// --data, else ORRERY_DATA.
void fill_data(KeyArguments& keys);

}  // namespace orrery
