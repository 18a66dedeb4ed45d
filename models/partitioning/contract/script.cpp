#include "models/partitioning/contract/script.hpp"

#include <algorithm>
#include <array>

#include "models/partitioning/contract/instances.hpp"

namespace orrery::models {

std::optional<std::string> script_key(std::uint64_t index) {
    index %= script_keys;
    if (index == 0) return std::nullopt;
    if (index == 1) return std::string();
    if (index == 2) return std::string(std::size_t{1} << 20, 'x');
    if (index < 12) return "{tag}" + std::to_string(index);
    if (index < 24) return "user-" + std::to_string(index * 37);
    if (index < 36) return std::string(Key(NumberKey(mix64(index))));
    return std::string(Key(NumberKey(index)));
}

Script random_script(std::uint32_t partitions, std::uint64_t seed, std::size_t steps) {
    using Kind = ScriptStep::Kind;
    // Mostly records, so that state builds up between the changes.
    static constexpr std::array<Kind, 24> kinds{Kind::pick,  Kind::pick,  Kind::pick,     Kind::pick,    Kind::pick,
                                                Kind::pick,  Kind::pick,  Kind::pick,     Kind::pick,    Kind::pick,
                                                Kind::pick,  Kind::pick,  Kind::pick,     Kind::pick,    Kind::clone,
                                                Kind::stray, Kind::reset, Kind::resize,   Kind::split,   Kind::observe,
                                                Kind::split, Kind::merge, Kind::maintain, Kind::bad_call};
    RandomStream random = stream_of(stream_key(seed, "script", partitions));
    Script script{partitions, seed, {}};
    for (std::size_t i = 0; i < steps; ++i) {
        ScriptStep step;
        step.kind = kinds[static_cast<std::size_t>(random.below(kinds.size()))];
        step.a = random.next();
        step.b = random.next();
        script.steps.push_back(step);
    }
    return script;
}

Script shrunk(const Row<Partitioner>& row, const Settings& settings, Script script, const BrokenPromise& broken) {
    script.steps.resize(std::min(script.steps.size(), broken.step + 1));
    int runs_left = 400;
    std::size_t chunk = std::max<std::size_t>(script.steps.size() / 2, 1);
    while (runs_left > 0) {
        const std::size_t before = script.steps.size();
        for (std::size_t at = 0; at < script.steps.size() && runs_left > 0;) {
            Script shorter = script;
            const auto from = shorter.steps.begin() + static_cast<std::ptrdiff_t>(at);
            shorter.steps.erase(from, from + static_cast<std::ptrdiff_t>(std::min(chunk, shorter.steps.size() - at)));
            bool refused = false;
            --runs_left;
            const auto found = run_script(row, settings, shorter, refused);
            if (found && found->promise == broken.promise) {
                script = std::move(shorter);
            } else {
                at += chunk;
            }
        }
        // What could go may let something in front of it go, too.
        if (chunk == 1 && script.steps.size() == before) break;
        chunk = std::max<std::size_t>(chunk / 2, 1);
    }
    return script;
}

std::string describe(const Script& script) {
    static constexpr std::array<const char*, 10> names{"pick",    "clone", "stray", "resize",   "reset",
                                                       "observe", "split", "merge", "maintain", "bad_call"};
    std::string out = "seed " + std::to_string(script.seed) + ", " + std::to_string(script.partitions) + " partitions:";
    for (const ScriptStep& step : script.steps)
        out += std::string(" ") + names[static_cast<std::size_t>(step.kind)] + "(" + std::to_string(step.a) + ", " +
               std::to_string(step.b) + ")";
    return out;
}

}  // namespace orrery::models
