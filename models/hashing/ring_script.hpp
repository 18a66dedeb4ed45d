/// Scripts of joining and leaving, for the contract check of rings (ring_contract.hpp): run, judged and reduced.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/hashing/ring.hpp"
#include "sim/base/catalog.hpp"

namespace orrery::models {

struct RingScript {
    struct Change {
        enum class Kind : std::uint8_t { add, remove } kind;
        Member member;  ///< remove: its id counts
    };
    std::vector<Member> start;
    /// A change that makes no sense when its turn comes (adding who is there, removing who is not) is passed over, so
    /// that any part of a script is a script.
    std::vector<Change> changes;
};

struct BrokenPromise {
    std::string promise;
    std::string where;
};

/// What rings are asked for.
struct RingKeys {
    std::vector<std::uint64_t> numbers;
    std::vector<std::string> texts;
};
RingKeys ring_keys(std::uint64_t seed);

/// Bernstein's bound: how often something of `mean` expected occurrences may occur.
double most_by_chance(double mean);

/// Weights are quarters, from 1/4 to 4.
RingScript random_script(std::size_t start, std::size_t changes, std::uint64_t seed);
/// Four times as much for everybody.
void make_weights_whole(RingScript& script);

/// Runs the script on rings of `row` and stops at the first broken promise, if any; see ring_contract.hpp.
std::optional<BrokenPromise> run_script(const Row<Ring>& row, const Settings& settings, const RingScript& script,
                                        const RingKeys& keys);

/// Leaves out of `script` whatever can be left out without the same promise being kept again.
RingScript reduced(const Row<Ring>& row, const Settings& settings, RingScript script, const RingKeys& keys,
                   const std::string& promise);

/// On one line: "start a(1) b(2); add c(1); remove a".
std::string to_text(const RingScript& script);

}  // namespace orrery::models
