#include "scenarios/runs/determinism.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>

#include "scenarios/runs/replications.hpp"
#include "scenarios/runs/run_error.hpp"
#include "scenarios/systems/simulation.hpp"

namespace orrery {

namespace {

constexpr std::uint64_t stretch_least = 100'000;      ///< events between comparisons
constexpr std::size_t windowed_domains_max = 20'000;  ///< each has an event queue of its own, of 9 kB

class InterruptWatch final : public Watch {
public:
    explicit InterruptWatch(const std::atomic<bool>* flag) : flag_(flag) {}
    Advice look(Time, std::uint64_t) override {
        return flag_ != nullptr && flag_->load(std::memory_order_relaxed) ? Advice::stop : Advice::go_on;
    }

private:
    const std::atomic<bool>* flag_;
};

RunEnd advance(Simulation& simulation, std::uint64_t seed, std::uint64_t events, InterruptWatch& watch) {
    const RunEnd end = explained(simulation, seed, [&] { return simulation.advance(events, &watch); });
    if (end == RunEnd::stopped) throw Interrupted();
    return end;
}

std::string describe(const Simulation& simulation) {
    return "time " + print_duration(simulation.kernel().now() - time_zero) + ", event " +
           std::to_string(simulation.kernel().events());
}

/// Both have been equal so far and differ within `stretch` events: goes on one by one.
std::string first_difference(Simulation a, Simulation b, std::uint64_t seed, std::uint64_t stretch,
                             InterruptWatch& watch) {
    for (std::uint64_t i = 0; i < stretch; ++i) {
        advance(a, seed, 1, watch);
        advance(b, seed, 1, watch);
        if (a.kernel().fingerprint() == b.kernel().fingerprint()) continue;
        std::string text = "two runs with seed " + std::to_string(seed) + " part: run 1 at " + describe(a) +
                           "; run 2 at " + describe(b);
        for (std::size_t entity = 0; entity < std::min(a.kernel().entities(), b.kernel().entities()); ++entity)
            if (a.kernel().hash(EntityId(entity)) != b.kernel().hash(EntityId(entity)))
                text += "\n  entity " + std::to_string(entity) + " differs: " + a.entity_name(EntityId(entity));
        return text;
    }
    return "two runs with seed " + std::to_string(seed) +
           " part, but not when repeated from their last common point: " + describe(a);
}

Determinism different(std::string text) {
    return {Determinism::Verdict::different, std::move(text)};
}

}  // namespace

Determinism check_determinism(const Scenario& scenario, const Catalog& catalog, const std::atomic<bool>* interrupted) {
    InterruptWatch watch(interrupted);
    BuildOptions options;
    options.seed = scenario.seed();
    const std::uint64_t seed = options.seed;
    Simulation a = Simulation::build(scenario, catalog, options);
    Simulation b = Simulation::build(scenario, catalog, options);
    if (a.kernel().fingerprint() != b.kernel().fingerprint())
        return different("two runs with seed " + std::to_string(seed) + " differ before their first event");
    std::uint64_t stretch = stretch_least;
    while (true) {
        const Simulation common_a = a;
        const Simulation common_b = b;
        const RunEnd end_a = advance(a, seed, stretch, watch);
        const RunEnd end_b = advance(b, seed, stretch, watch);
        if (end_a != end_b || a.kernel().fingerprint() != b.kernel().fingerprint())
            return different(first_difference(common_a, common_b, seed, stretch, watch));
        if (end_a != RunEnd::event_limit) break;
        // `b` goes on as a copy of the other run's past: copying must change nothing either.
        b = a;
        stretch += stretch / 2;  // copies cost memory traffic: fewer of them as a run goes on
    }
    const std::uint64_t fingerprint = a.kernel().fingerprint();

    std::string text = "deterministic: " + std::to_string(a.kernel().events()) + " events twice, copied on the way";
    char hex[32];
    std::snprintf(hex, sizeof hex, ", fingerprint %016llx", static_cast<unsigned long long>(fingerprint));
    if (a.cluster().domains() > windowed_domains_max)
        return {Determinism::Verdict::same, text + hex + " (too many domains to shuffle windows of)"};

    options.execution = Execution::windowed;
    options.shuffle_seed = seed + 1;
    Simulation windowed = Simulation::build(scenario, catalog, options);
    advance(windowed, seed, std::numeric_limits<std::uint64_t>::max(), watch);
    if (windowed.kernel().fingerprint() != fingerprint)
        return different("executed in windows with domains shuffled, the run with seed " + std::to_string(seed) +
                         " ends with another fingerprint");
    return {Determinism::Verdict::same, text + ", and in shuffled windows" + hex};
}

}  // namespace orrery
