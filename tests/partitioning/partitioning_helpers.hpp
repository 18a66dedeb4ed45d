/// What the partitioning tests share: rows by name with settings as a scenario file would give them.
#pragma once

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "models/hashing/catalog.hpp"
#include "models/partitioning/catalog.hpp"
#include "sim/base/units.hpp"

namespace orrery::models::test {

using Texts = std::map<std::string, std::string>;

template <class Policy>
const Row<Policy>& row_of(const std::vector<Row<Policy>>& rows, std::string_view name) {
    for (const auto& row : rows)
        if (row.name == name) return row;
    throw std::out_of_range("no row " + std::string(name));
}

/// `given` by parameter, defaults for the others. A child `hash` is given by its row's name.
inline Settings settings_of(const RowInfo& row, const Texts& given = {}) {
    Settings settings;
    for (const Parameter& parameter : row.table.parameters) {
        const auto found = given.find(parameter.name);
        const std::string text = found != given.end() ? found->second : *parameter.fallback;
        if (text.empty()) continue;
        const auto value = parse_value(parameter.kind, text);
        if (!value) throw std::invalid_argument(parameter.name + ": " + value.error);
        settings.set(parameter.name, *value);
    }
    for (const Child& child : row.table.children) {
        const auto found = given.find(child.name);
        const std::string name = found != given.end() ? found->second : *child.fallback;
        settings.add(child.name, {name, settings_of(row_of(hash_functions(), name))});
    }
    return settings;
}

/// One of the catalog, not yet reset.
inline std::unique_ptr<Partitioner> unset(std::string_view name, const Texts& given = {}) {
    const auto rows = partitioners();
    const auto& row = row_of(rows, name);
    return row.make(settings_of(row, given));
}

inline std::unique_ptr<Partitioner> partitioner(std::string_view name, std::uint32_t partitions,
                                                const Texts& given = {}) {
    auto made = unset(name, given);
    made->reset(partitions);
    return made;
}

inline Record keyed(Key key) {
    Record record;
    record.key = key;
    return record;
}

inline RandomStream chance(std::uint64_t seed) {
    return stream_of(stream_key(seed, "test", 0));
}

inline std::vector<std::uint32_t> numbers(const std::vector<PartitionId>& ids) {
    std::vector<std::uint32_t> out;
    for (const PartitionId id : ids) out.push_back(id.value);
    return out;
}

/// Where a reader of `record` has to look.
inline std::vector<std::uint32_t> reach(const Partitioner& partitioner, const Record& record) {
    std::vector<PartitionId> out;
    partitioner.reach(record, out);
    return numbers(out);
}

}  // namespace orrery::models::test
