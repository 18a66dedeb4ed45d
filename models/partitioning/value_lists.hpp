/// Lists of values, as a list partition writes them: "de|at|ch" is one list of three values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::models {

class ValueLists {
public:
    ValueLists() = default;
    /// Throws ParameterError (`parameter`) for a value that stands twice.
    ValueLists(const std::string& parameter, const std::vector<std::string>& lists);

    /// The list that holds `value`. O(log n).
    std::optional<std::uint32_t> find(std::string_view value) const;
    /// Adds a value that is in no list.
    void add(std::string_view value, std::uint32_t list);
    std::uint32_t values() const { return static_cast<std::uint32_t>(values_.size()); }
    std::size_t memory_bytes() const;

private:
    std::vector<std::pair<std::string, std::uint32_t>> values_;  ///< sorted
};

}  // namespace orrery::models
