/// SIGINT and SIGTERM: a flag that long work looks at, so that it ends in an orderly way.
#pragma once

#include <atomic>

namespace orrery {

/// From now on the first such signal sets the flag; a second one ends the program at once.
const std::atomic<bool>& watch_interrupts();

}  // namespace orrery
