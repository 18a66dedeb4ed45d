/// Several partitioners that are asked the same, and what they are asked about.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/partitioning/partitioner.hpp"

namespace orrery::models {

/// Thrown where a promise is seen broken.
struct PromiseSeenBroken {
    std::string promise;
};

inline void expect_promise(bool holds, const char* promise) {
    if (!holds) throw PromiseSeenBroken{promise};
}

struct ScriptInstance {
    std::unique_ptr<Partitioner> partitioner;
    RandomStream random;
};

/// The first is the one that is judged; the others are its twins and clones.
using ScriptInstances = std::vector<ScriptInstance>;

inline constexpr std::size_t script_keys = 48;

/// Keys of all sorts, numbered modulo script_keys. The first is absent, the second empty, the third a megabyte.
std::optional<std::string> script_key(std::uint64_t index);

}  // namespace orrery::models
