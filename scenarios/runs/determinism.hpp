/// Determinism, checked: two runs of one scenario side by side, and where they part.
#pragma once

#include <atomic>
#include <string>

#include "scenarios/systems/scenario.hpp"
#include "sim/base/catalog.hpp"

namespace orrery {

struct Determinism {
    enum class Verdict : std::uint8_t { same, different } verdict = Verdict::same;
    std::string text;  ///< what was compared, or the first event at which the two differ
};

/// Builds the scenario twice and lets both run in turns, comparing fingerprints after every stretch of events. At the
/// first difference both go back to the last common point (a simulation is a value) and on event by event. A run is
/// also copied half-way and the copy compared, and executed in windows with the domains shuffled.
Determinism check_determinism(const Scenario& scenario, const Catalog& catalog, const std::atomic<bool>* interrupted);

}  // namespace orrery
