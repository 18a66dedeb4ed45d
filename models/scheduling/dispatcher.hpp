/// Dispatcher: picks the worker for a request, from a view that says how old it is.
///
/// A dispatcher sees workers as indices 0..n-1 and what is known about them: never the workers
/// themselves. Whoever owns the view (a balancer process, a test, a production proxy) keeps it up to
/// date and tells the dispatcher of every change, so that a policy may keep an index instead of
/// scanning: `pick` by least outstanding is constant time at 10,000 workers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/random.hpp"
#include "sim/base/time.hpp"

namespace orrery::models {

using WorkerIndex = Id<struct WorkerTag>;

/// What is known of one worker, and since when.
struct WorkerLoad {
    std::uint32_t outstanding = 0;  ///< requests queued or in service
    Duration work_left{};           ///< their remaining work, in time of one core of speed 1
    std::uint32_t cores_free = 0;
    std::int64_t memory_free = 0;  ///< bytes
    Time as_of{};                  ///< when this was true; now - as_of is the age
    friend bool operator==(const WorkerLoad&, const WorkerLoad&) = default;
};

/// The known state of all workers. Weights are positive.
class WorkerView {
public:
    struct Worker {
        WorkerLoad load;
        double weight = 1;
        bool up = true;
    };

    explicit WorkerView(std::vector<Worker> workers) : workers_(std::move(workers)) {}

    std::size_t size() const { return workers_.size(); }
    const Worker& worker(WorkerIndex index) const { return workers_[index.index()]; }
    const WorkerLoad& load(WorkerIndex index) const { return workers_[index.index()].load; }
    bool up(WorkerIndex index) const { return workers_[index.index()].up; }
    double weight(WorkerIndex index) const { return workers_[index.index()].weight; }

    // For the owner of the view, who calls Dispatcher::changed after each:
    WorkerLoad& load(WorkerIndex index) { return workers_[index.index()].load; }
    void set_up(WorkerIndex index) { workers_[index.index()].up = true; }
    void set_down(WorkerIndex index) { workers_[index.index()].up = false; }

private:
    std::vector<Worker> workers_;
};

/// What is known of a request when its worker is picked.
struct DispatchItem {
    std::uint64_t key = 0;
    Duration work{};          ///< expected work, in time of one core of speed 1
    std::int64_t memory = 0;  ///< bytes needed while it is served
    Time now{};               ///< the picker's own clock
};

/// How a dispatcher shares out requests in the long run among workers that are up and equally loaded.
/// The contract check (dispatcher_contract.hpp) holds a policy to what it says.
enum class LongRunShare : std::uint8_t {
    equal,      ///< all alike
    by_weight,  ///< in proportion to the view's weights
    unclaimed,  ///< by something else (the key, locality): no promise
};

class Dispatcher {
public:
    static constexpr std::string_view family = "dispatcher";

    virtual ~Dispatcher() = default;
    virtual std::unique_ptr<Dispatcher> clone() const = 0;

    /// Starts over with these workers. Called once before anything else.
    virtual void reset(const WorkerView& view) = 0;

    /// The worker for `item`: one that the view says is up, among `candidates` (all workers if that is
    /// empty; distinct); nothing if none of them is up. Ties are broken by `random` or by a documented
    /// order that favours no worker in the long run.
    virtual std::optional<WorkerIndex> pick(const DispatchItem& item, std::span<const WorkerIndex> candidates,
                                            const WorkerView& view, RandomStream& random) = 0;

    /// The view of one worker has changed (load, up or down) from `before`.
    virtual void changed(WorkerIndex worker, const WorkerView::Worker& before, const WorkerView& view) {
        static_cast<void>(worker), static_cast<void>(before), static_cast<void>(view);
    }
    /// Whether `changed` is to be called when nothing but a load has changed. Who does not look at loads is spared it.
    virtual bool heeds_load() const { return true; }
    /// The worker itself has said that it is idle (for policies of the join-idle-queue kind).
    virtual void idle(WorkerIndex worker) { static_cast<void>(worker); }
    /// Whether workers have to announce idleness to this policy.
    virtual bool wants_idle() const { return false; }
    virtual LongRunShare long_run_share() const { return LongRunShare::equal; }
};

}  // namespace orrery::models
