/// Placement: what placing schemes (rings, partitioners) did with one stream of keys, as `orrery place` measures it.
///
///     load     copies on a node of all requests for its keys; with weights the measures of balance.hpp are of the load
///              per capacity
///     moved    of the copies of all distinct keys, the share that a change of the nodes gave another node
///     least    what had to move: the copies that stood on nodes that left, or the fair part of nodes that came
///
/// A run is one seed; runs of one seed have faced the same keys. Everything here is a function of the report, without
/// clocks: the same report gives the same bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "analysis/balance.hpp"
#include "analysis/plot.hpp"
#include "analysis/statistics.hpp"

namespace orrery::analysis {

inline constexpr int placement_version = 1;

struct Moves {
    double moved = 0;
    double least = 0;
    friend bool operator==(const Moves&, const Moves&) = default;
};

struct PlacementRun {
    std::uint64_t seed = 0;
    std::vector<double> loads;  ///< by node, before the first event
    std::uint64_t memory = 0;   ///< bytes, before the first event
    std::vector<Moves> moves;   ///< by event; empty for a scheme that gives a key no lasting place
};

struct PlacedScheme {
    std::string name;                ///< as the user wrote it, parameters included
    std::vector<std::string> notes;  ///< what a reader has to know, each one line
    std::vector<PlacementRun> runs;  ///< the same seeds in every scheme
};

struct Placement {
    std::string keys;            ///< "zipf(1e6,0.99)", "words.txt"
    std::uint64_t requests = 0;  ///< in each run
    std::uint64_t distinct = 0;  ///< keys that moves are counted over, in each run; 0 without events
    std::size_t replicas = 1;
    std::vector<double> weights;      ///< of the nodes, before the first event
    std::vector<std::string> events;  ///< "add 1 node", ...
    std::vector<std::string> notes;   ///< on nodes and keys, each one line
    std::vector<PlacedScheme> schemes;
    double confidence = 0.95;
};

/// A number of a scheme, one value a run, over its runs. Without an interval where all runs agree to the last bit.
Estimate placement_estimate(const PlacedScheme& scheme, double confidence,
                            const std::function<double(const PlacementRun&)>& value);
/// Weights as in `Placement`.
Balance balance_of(const PlacementRun& run, const std::vector<double>& weights);

/// Tables and bars for a terminal.
std::string placement_text(const Placement& placement);
/// Schema orrery.placement; per-node loads included.
std::string placement_json(const Placement& placement);
/// A row for each scheme, seed and metric: load.*, memory, rebalance.*{event=i}, requests{node=i}.
std::string placement_csv(const Placement& placement);
/// A gnuplot program (see plot.hpp): for each scheme the load of each node of the first run over the mean.
std::string placement_script(const Placement& placement, PlotFormat format);

}  // namespace orrery::analysis
