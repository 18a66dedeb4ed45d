/// Measures placing schemes over one stream of keys: the run behind `orrery place`.
///
/// Every seed is a run: seed S names node i "sS-node-i" and, where keys are drawn, has its own keys and draws (see
/// DrawnKeys). All schemes of a run face the same keys. Each key of the stream is looked up by the real code; memory is
/// bounded by a block of keys and the structures themselves. With events, moves are counted over distinct keys: all of
/// them, or an even sample of at most `sample_most`.
///
/// The outcome is the same for any number of threads; only the costs are measured times.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "analysis/placement.hpp"
#include "scenarios/runs/key_stream.hpp"
#include "scenarios/runs/placer.hpp"

namespace orrery {

struct SchemeSpec {
    std::string name;
    std::function<std::unique_ptr<Placer>(std::uint64_t seed)> make;
};

struct PlacementEvent {
    enum class Kind : std::uint8_t { add, remove } kind = Kind::add;
    std::uint32_t first = 0;  ///< remove: nodes `first` to `last`
    std::uint32_t last = 0;
    std::uint32_t count = 1;  ///< add: so many; they take the next numbers
    double weight = 1;        ///< add: of each

    std::string text() const;  ///< "add 1 node", "remove nodes 3..5"
};

struct PlacementSpec {
    static constexpr std::size_t sample_most = 1'000'000;

    std::vector<SchemeSpec> schemes;  ///< at least one
    std::vector<double> weights;      ///< of nodes 0, 1, ...; positive and finite, at least `replicas` of them
    KeySource keys;
    std::size_t replicas = 1;
    std::vector<PlacementEvent> events;  ///< leave at least `replicas` nodes, and name nodes that are there
    std::uint64_t seed = 1;
    std::size_t seeds = 1;
    std::size_t threads = 1;
    const std::atomic<bool>* interrupted = nullptr;
};

/// Processor time of one scheme, over all seeds.
struct PlacementCost {
    double build_seconds = 0;  ///< of one structure
    double lookup_ns = 0;      ///< of one key, all its copies
};

struct PlacementOutcome {
    analysis::Placement placement;
    std::vector<PlacementCost> costs;  ///< by scheme
};

/// A scheme does not take what it is given (so many nodes, such a weight, such keys); begins with its name.
class PlacementError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The node of that number in the runs of that seed.
models::Member member_of(std::uint64_t seed, std::uint32_t node, double weight);

/// Throws PlacementError, DataError, ParameterError (for columns that do not exist), Interrupted.
PlacementOutcome measure_placement(const PlacementSpec& spec);

}  // namespace orrery
