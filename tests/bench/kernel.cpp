// Cost of an event, by the hold model: take the first of n pending events, and schedule another an exponential time
// later. Events of eight kinds at 1,024 entities, all through the kernel (order, liveness, fingerprint) and a dispatch.
//
//     hold           8 bytes of state in the event itself (kind and payload number)
//     hold_pooled    a 64-byte payload in a pool, looked up by handle and prefetched when its event comes near
//     hold_rounded   times rounded to 1 ms: at 1e5 pending about a hundred events share an instant
//     heap           std::priority_queue over the same entries, and nothing else: no kernel, no dispatch
//
// Items are events; items_per_second is of processor time.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdlib>
#include <queue>
#include <vector>

#include "sim/base/distribution.hpp"
#include "sim/base/prefetch.hpp"
#include "sim/kernel/run.hpp"

using namespace orrery;

namespace {

constexpr std::size_t entities = 1024;
constexpr std::uint64_t batch = 1 << 17;  ///< events an iteration: a call of `run` costs nothing beside them

const Distribution gap = Distribution::exponential(1e9);  // 1 s on average: 1e5 pending are 100 in a millisecond

/// In the suite each size is tried with a thousand events only.
std::size_t pending_of(const benchmark::State& state) {
    return std::getenv("ORRERY_BENCH_TINY") != nullptr ? 1000 : static_cast<std::size_t>(state.range(0));
}

struct Inline {
    static constexpr std::size_t size = 0;
};
struct alignas(64) Pooled {
    std::array<std::uint64_t, 8> words;
    static constexpr std::size_t size = 64;
};

template <class Payload>
class Hold {
public:
    Hold(std::size_t pending, Duration grain) : grain_(grain), kernel_(7) {
        for (std::size_t i = 0; i < entities; ++i) kernel_.add_entity(DomainId(1u));
        if constexpr (Payload::size != 0) pool_.resize(pending);
        for (std::size_t i = 0; i < pending; ++i) {
            const EntityId entity(i % entities);
            const auto kind = static_cast<std::uint8_t>(i & 7);
            kernel_.schedule(entity, entity, time_zero + draw(), EventKind{kind}, static_cast<std::uint32_t>(i));
        }
    }

    Kernel& kernel() { return kernel_; }
    bool alive(const Event&) const { return true; }
    bool small() const { return Payload::size == 0; }
    void approach(const Event& event, Distance distance) const {
        if (Payload::size != 0 && distance == Distance::far) orrery::prefetch(&pool_[event.payload]);
    }
    void handle(const Event& event) {
        std::uint64_t& counter = counters_[static_cast<std::uint8_t>(event.kind())];
        const std::uint64_t word = touch(event.payload);
        switch (static_cast<std::uint8_t>(event.kind())) {
            case 0:
                counter += word;
                break;
            case 1:
                counter ^= word;
                break;
            case 2:
                counter -= word;
                break;
            case 3:
                counter += 3 * word;
                break;
            case 4:
                counter |= word;
                break;
            case 5:
                counter += word / 3;
                break;
            case 6:
                counter ^= word << 2;
                break;
            default:
                ++counter;
        }
        const EventKind next{static_cast<std::uint8_t>(random_.state() & 7)};
        kernel_.schedule(event.target(), event.target(), kernel_.now() + draw(), next, event.payload);
    }
    std::uint64_t result() const { return counters_[0] ^ counters_[3] ^ kernel_.fingerprint(); }

private:
    std::uint64_t touch(std::uint32_t handle) {
        if constexpr (Payload::size != 0) {
            Payload& payload = pool_[handle];
            payload.words[7] += payload.words[0] + 1;
            return payload.words[7];
        } else {
            return handle;
        }
    }
    Duration draw() {
        const Duration drawn = gap.draw_duration(random_);
        if (grain_ == Duration(1)) return drawn + Duration(1);
        // Up to the next instant of the grid.
        return (drawn / grain_ + 1) * grain_;
    }

    Duration grain_;
    Kernel kernel_;
    RandomStream random_{42};
    std::array<std::uint64_t, 8> counters_{};
    std::vector<Payload> pool_;
};

template <class Payload>
void run_hold(benchmark::State& state, Duration grain) {
    const std::size_t pending = pending_of(state);
    Hold<Payload> world(pending, grain);
    RunLimits limits;
    limits.events_max = 2 * pending;  // until the pending times are as they stay
    static_cast<void>(run(world, limits));
    limits.events_max = std::getenv("ORRERY_BENCH_TINY") != nullptr ? 1000 : batch;
    for (auto _ : state) benchmark::DoNotOptimize(run(world, limits));
    benchmark::DoNotOptimize(world.result());
    state.SetItemsProcessed(
        static_cast<std::int64_t>(static_cast<std::uint64_t>(state.iterations()) * limits.events_max));
}

void hold(benchmark::State& state) {
    run_hold<Inline>(state, Duration(1));
}
void hold_pooled(benchmark::State& state) {
    run_hold<Pooled>(state, Duration(1));
}
void hold_rounded(benchmark::State& state) {
    run_hold<Inline>(state, 1ms);
}

struct LaterFirst {
    bool operator()(const Event& a, const Event& b) const { return precedes(b, a); }
};

void heap(benchmark::State& state) {
    const std::size_t pending = pending_of(state);
    std::priority_queue<Event, std::vector<Event>, LaterFirst> queue;
    RandomStream random(42);
    std::uint64_t order = 0;
    for (std::size_t i = 0; i < pending; ++i) queue.push(Event{time_zero + gap.draw_duration(random), ++order, 0, 0});
    const auto hold_once = [&] {
        Event event = queue.top();
        queue.pop();
        event.at += gap.draw_duration(random);
        event.order = ++order;
        queue.push(event);
    };
    for (std::size_t i = 0; i < 2 * pending; ++i) hold_once();
    for (auto _ : state) hold_once();
    benchmark::DoNotOptimize(queue.top());
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}

}  // namespace

BENCHMARK(hold)->Arg(1000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(hold_pooled)->Arg(1000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(hold_rounded)->Arg(100'000);
BENCHMARK(heap)->Arg(1000)->Arg(100'000)->Arg(1'000'000);
