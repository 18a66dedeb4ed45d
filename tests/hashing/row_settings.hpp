/// A row's settings as a scenario file would give them: `given` as texts, the rest by default.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "models/hashing/catalog.hpp"
#include "sim/base/check.hpp"
#include "sim/base/parameter.hpp"
#include "sim/base/units.hpp"

namespace orrery::testing {

/// "hash.seed" is the seed of the child `hash`.
using Given = std::vector<std::pair<std::string, std::string>>;

inline Settings row_settings(const Table& table, const Given& given = {}) {
    Settings settings;
    for (const Parameter& parameter : table.parameters) {
        std::optional<std::string> text = parameter.fallback;
        for (const auto& [name, value] : given)
            if (name == parameter.name) text = value;
        ORRERY_CHECK(text.has_value(), "no value for " + parameter.name);
        if (text->empty()) continue;
        const auto value = parse_value(parameter.kind, *text);
        ORRERY_CHECK(value, parameter.name + ": " + value.error);
        settings.set(parameter.name, *value);
    }
    for (const Child& child : table.children) {
        ORRERY_CHECK(child.family == models::HashFunction::family, "a ring has no other child than its hash");
        std::string name = child.fallback.value();
        Given inner;
        for (const auto& [key, value] : given) {
            if (key == child.name) name = value;
            if (key.starts_with(child.name + ".")) inner.emplace_back(key.substr(child.name.size() + 1), value);
        }
        for (const auto& row : models::hash_functions())
            if (row.name == name) settings.add(child.name, Choice{name, row_settings(row.table, inner), {}});
    }
    return settings;
}

/// A ring of the catalog by name.
inline std::unique_ptr<models::Ring> make_ring(const std::string& name, const Given& given = {}) {
    for (const auto& row : models::rings())
        if (row.name == name) return row.make(row_settings(row.table, given));
    throw std::invalid_argument("no ring is called " + name);
}

/// Members 0, 1, 2, ... with these names, or "node-0", "node-1", ...
inline std::vector<models::Member> named(const std::vector<std::string>& names) {
    std::vector<models::Member> members;
    for (const std::string& name : names) members.push_back({models::MemberId(members.size()), name});
    return members;
}
inline std::vector<models::Member> nodes(std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i) names.push_back("node-" + std::to_string(i));
    return named(names);
}

}  // namespace orrery::testing
