/// A broken invariant inside a run, with what it takes to see it again.
#pragma once

#include <string>

#include "scenarios/systems/simulation.hpp"
#include "sim/base/check.hpp"
#include "sim/base/units.hpp"

namespace orrery {

/// Calls `step`; an InvariantBroken that leaves it is told seed, virtual time, event number and how to replay.
template <class Step>
auto explained(const Simulation& simulation, std::uint64_t seed, Step&& step) {
    try {
        return step();
    } catch (const InvariantBroken& broken) {
        const std::string seed_text = std::to_string(seed);
        throw InvariantBroken(std::string(broken.what()) + "\n  seed " + seed_text + ", time " +
                              print_duration(simulation.kernel().now() - time_zero) + ", event " +
                              std::to_string(simulation.kernel().events()) + "\n  replay: orrery run FILE --seed " +
                              seed_text + " --replications 1");
    }
}

}  // namespace orrery
