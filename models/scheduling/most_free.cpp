/// most_free: the worker with the most free cores, then the most free memory; ties uniformly at random.
///
/// O(log n). It ranks and does not reject: where nothing has room the request waits at the one with the
/// most left. Spreading by largest remaining capacity is the worst fit of bin packing.
#include "models/scheduling/catalog.hpp"
#include "models/scheduling/load_index.hpp"

namespace orrery::models {

namespace {

struct ByRoom {
    /// Smaller is more free.
    struct Key {
        std::uint32_t cores_free = 0;
        std::int64_t memory_free = 0;
        friend bool operator==(const Key&, const Key&) = default;
        friend bool operator<(const Key& a, const Key& b) {
            return a.cores_free != b.cores_free ? a.cores_free > b.cores_free : a.memory_free > b.memory_free;
        }
    };
    static Key key(const WorkerLoad& load) { return {load.cores_free, load.memory_free}; }
};

}  // namespace

Row<Dispatcher> most_free_row() {
    return {"most_free",
            "the worker with the most free cores, then the most free memory",
            "worst fit; Kubernetes LeastAllocated in spirit",
            {},
            [](const Settings&) { return std::make_unique<LeastByIndex<ByRoom>>(); }};
}

}  // namespace orrery::models
