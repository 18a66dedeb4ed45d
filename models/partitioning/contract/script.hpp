/// A random script for partitioners, and a run of it that looks for broken promises.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/partitioning/partitioner.hpp"
#include "sim/base/catalog.hpp"

namespace orrery::models {

/// One step. Its numbers are taken modulo what there is when it runs, so that a script from which steps were removed is
/// still a script.
struct ScriptStep {
    enum class Kind : std::uint8_t { pick, clone, stray, resize, reset, observe, split, merge, maintain, bad_call };
    Kind kind = Kind::pick;
    std::uint64_t a = 0;
    std::uint64_t b = 0;
};

struct Script {
    std::uint32_t partitions = 1;
    std::uint64_t seed = 0;  ///< of the policy's own stream
    std::vector<ScriptStep> steps;
};

Script random_script(std::uint32_t partitions, std::uint64_t seed, std::size_t steps);

struct BrokenPromise {
    std::string promise;
    std::size_t step = 0;  ///< after which it was seen
};

/// Nothing if all promises are kept; an exception that the interface does not allow is a broken promise. `refused` is
/// set if the scheme does not take that number of partitions.
std::optional<BrokenPromise> run_script(const Row<Partitioner>& row, const Settings& settings, const Script& script,
                                        bool& refused);

/// A script of as few steps as can be found that breaks the same promise (delta debugging: Zeller, Hildebrandt, IEEE
/// TSE 2002). At most 400 runs.
Script shrunk(const Row<Partitioner>& row, const Settings& settings, Script script, const BrokenPromise& broken);

/// "seed 7, 16 partitions: pick 3 9, split 0 1".
std::string describe(const Script& script);

}  // namespace orrery::models
