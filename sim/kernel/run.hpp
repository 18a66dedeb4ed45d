/// The run loop, and the closed set of ways in which a run ends.
///
/// A world is any type with
///     void handle(const Event&)          what happens; may schedule through its kernel
///     bool alive(const Event&) const     asked of cancellable kinds only, before they happen
///     void approach(const Event&, Distance) const  the event comes near: may prefetch memory, nothing else
///     bool small() const                 all of it stays in the cache anyway: `approach` is not worth calling
///     Kernel& kernel()
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "sim/kernel/kernel.hpp"

namespace orrery {

enum class RunEnd : std::uint8_t {
    drained,      ///< no event is pending: nothing will ever happen again
    reached_end,  ///< every event before `until` has happened; later ones are pending
    event_limit,  ///< `events_max` events have happened; the run can go on
    stopped,      ///< the watch asked to stop (an interrupt); the run can go on
};

/// Looks at a run from outside, every few thousand events.
class Watch {
public:
    enum class Advice : std::uint8_t { go_on, stop };
    virtual ~Watch() = default;
    virtual Advice look(Time now, std::uint64_t events) = 0;
};

struct RunLimits {
    Time until = time_max;  ///< exclusive
    std::uint64_t events_max = std::numeric_limits<std::uint64_t>::max();
    Watch* watch = nullptr;
    /// windowed execution only: the smallest latency between domains, above 0; nothing means that they never meet
    std::optional<Duration> lookahead = {};
    /// windowed execution only: shuffles the domains of each window
    std::uint64_t shuffle_seed = 0;
};

namespace run_detail {

inline constexpr std::uint64_t watch_period = 8192;
inline constexpr std::uint64_t sweep_floor = 64;  ///< fewer dead events than this are not worth a sweep

template <class World>
class Approach {
public:
    explicit Approach(const World& world) : world_(world), indifferent_(world.small()) {}
    bool indifferent() const { return indifferent_; }
    void operator()(const Event& event, Distance distance) const { world_.approach(event, distance); }

private:
    const World& world_;
    bool indifferent_;
};

/// Lets the events of one queue before `limit` happen; false when a limit of the run stopped it.
template <class World>
std::optional<RunEnd> drain(World& world, std::size_t index, Time limit, const RunLimits& limits,
                            std::uint64_t& budget) {
    Kernel& kernel = world.kernel();
    kernel.enter(index);
    EventQueue& queue = kernel.queues()[index];
    std::uint64_t& dead = kernel.dead(index);
    const Approach<World> approach(world);
    const auto is_dead = [&](const Event& event) { return is_cancellable(event.kind()) && !world.alive(event); };
    Event event;
    while (queue.pop(event, limit, approach)) {
        kernel.reached(event.at);
        if (is_cancellable(event.kind()) && !world.alive(event)) {
            if (dead != 0) --dead;
            continue;
        }
        kernel.happened(event);
        world.handle(event);
        if (dead > sweep_floor && dead > queue.size() / 2) {
            queue.sweep(is_dead);
            dead = 0;
        }
        if (--budget == 0) return RunEnd::event_limit;
        if (budget % watch_period == 0 && limits.watch != nullptr &&
            limits.watch->look(kernel.now(), kernel.events()) == Watch::Advice::stop)
            return RunEnd::stopped;
    }
    return {};
}

template <class World>
RunEnd run_windows(World& world, const RunLimits& limits, std::uint64_t& budget) {
    ORRERY_CHECK(!limits.lookahead || *limits.lookahead > Duration(0),
                 "domains that meet without delay are one domain");
    Kernel& kernel = world.kernel();
    RandomStream shuffle = stream_of(stream_key(limits.shuffle_seed, "window shuffle", 0));
    while (true) {
        std::vector<EventQueue>& queues = kernel.queues();
        Time first = time_max;
        for (EventQueue& queue : queues) first = std::min(first, queue.next_at());
        if (first == time_max) return RunEnd::drained;
        if (first >= limits.until) return RunEnd::reached_end;
        const Time world_at = queues.front().next_at();
        if (world_at == first) {
            for (EventQueue& queue : queues) queue.advance_to(first);
            if (const auto end = drain(world, 0, first + Duration(1), limits, budget)) return *end;
            continue;
        }
        Time end = std::min(limits.until, world_at);
        if (limits.lookahead) end = std::min(end, saturating_add(first, *limits.lookahead));
        std::vector<std::size_t> order;
        for (std::size_t i = 1; i < queues.size(); ++i)
            if (queues[i].next_at() < end) order.push_back(i);
        for (std::size_t i = order.size(); i > 1; --i) {
            const auto other = static_cast<std::size_t>(shuffle.below(i));
            std::swap(order[i - 1], order[other]);
        }
        for (const std::size_t i : order)
            if (const auto stopped = drain(world, i, end, limits, budget)) return *stopped;
    }
}

}  // namespace run_detail

/// Runs until one of the documented ends. Deterministic for equal worlds and limits, whatever the
/// execution, except that `event_limit` and `stopped` may leave a windowed run inside a window.
template <class World>
RunEnd run(World& world, const RunLimits& limits) {
    std::uint64_t budget = limits.events_max;
    if (budget == 0) return RunEnd::event_limit;
    Kernel& kernel = world.kernel();
    if (kernel.execution() == Execution::windowed) return run_detail::run_windows(world, limits, budget);
    if (const auto end = run_detail::drain(world, 0, limits.until, limits, budget)) return *end;
    return kernel.pending() == 0 ? RunEnd::drained : RunEnd::reached_end;
}

}  // namespace orrery
