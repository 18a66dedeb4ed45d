/// least_work_left: the worker with the least known remaining work; ties uniformly at random. O(log n).
///
/// Needs job sizes, which a production system rarely knows: the yardstick for those that do without
/// (for one dispatcher and FIFO workers it equals a central queue, Harchol-Balter 2013, section 24.1).
#include "models/scheduling/catalog.hpp"
#include "models/scheduling/load_index.hpp"

namespace orrery::models {

namespace {

struct ByWork {
    // When the work that was left at `as_of` will be done: comparable however old each entry is. Whoever had
    // nothing left is idle, whenever that was.
    using Key = Time;
    static Key key(const WorkerLoad& load) {
        return load.work_left == Duration(0) ? Time{} : saturating_add(load.as_of, load.work_left);
    }
};

}  // namespace

Row<Dispatcher> least_work_left_row() {
    return {"least_work_left",
            "the worker with the least remaining work",
            "Harchol-Balter, Performance Modeling and Design of Computer Systems (2013), chapter 24",
            {},
            [](const Settings&) { return std::make_unique<LeastByIndex<ByWork>>(); }};
}

}  // namespace orrery::models
