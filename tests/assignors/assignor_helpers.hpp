/// Groups and assignments in few words: "a: t0 t1-3" is member a with partition 0 of t0 and 3 of t1.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "models/partitioning/catalog.hpp"

namespace orrery::models::test {

inline std::unique_ptr<Assignor> make_assignor(std::string_view name, std::int64_t steals_max = 1) {
    Settings settings;
    settings.set("steals_max", steals_max);
    settings.set("leases_max", std::int64_t{2147483647});
    const auto rows = assignors();
    return std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; })->make(settings);
}

/// "t0-0 t0-1 t1-0"
inline std::vector<TopicPartition> partitions(const std::string& words) {
    std::vector<TopicPartition> out;
    std::size_t at = 0;
    while (at < words.size()) {
        const std::size_t end = std::min(words.find(' ', at), words.size());
        const std::size_t dash = words.rfind('-', end);
        out.push_back({words.substr(at, dash - at), std::stoi(words.substr(dash + 1, end - dash - 1))});
        at = end + 1;
    }
    return out;
}

/// Sorted, "a: t0-0 t0-1 | b: t1-0".
inline std::string words(const Group& group, Assignment assignment) {
    std::string out;
    for (std::size_t m = 0; m < assignment.size(); ++m) {
        std::sort(assignment[m].begin(), assignment[m].end());
        out += (m == 0 ? "" : " | ") + group.members[m].id + ":";
        for (const auto& one : assignment[m]) out += " " + one.topic + "-" + std::to_string(one.partition);
    }
    return out;
}

inline std::string assigned(std::string_view name, const Group& group, std::uint64_t seed = 1) {
    RandomStream random(seed);
    return words(group, make_assignor(name)->assign(group, random));
}

}  // namespace orrery::models::test
