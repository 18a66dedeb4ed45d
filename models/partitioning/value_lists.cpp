#include "models/partitioning/value_lists.hpp"

#include <algorithm>

#include "sim/base/parameter.hpp"

namespace orrery::models {

ValueLists::ValueLists(const std::string& parameter, const std::vector<std::string>& lists) {
    for (std::size_t i = 0; i < lists.size(); ++i) {
        std::string_view rest = lists[i];
        while (true) {
            const std::size_t bar = rest.find('|');
            const std::string_view value = rest.substr(0, bar);
            if (find(value)) throw ParameterError(parameter, "'" + std::string(value) + "' stands in it twice");
            add(value, static_cast<std::uint32_t>(i));
            if (bar == std::string_view::npos) break;
            rest.remove_prefix(bar + 1);
        }
    }
}

std::optional<std::uint32_t> ValueLists::find(std::string_view value) const {
    const auto found = std::lower_bound(values_.begin(), values_.end(), value,
                                        [](const auto& entry, std::string_view v) { return entry.first < v; });
    if (found == values_.end() || found->first != value) return std::nullopt;
    return found->second;
}

void ValueLists::add(std::string_view value, std::uint32_t list) {
    const auto place = std::lower_bound(values_.begin(), values_.end(), value,
                                        [](const auto& entry, std::string_view v) { return entry.first < v; });
    values_.emplace(place, value, list);
}

std::size_t ValueLists::memory_bytes() const {
    std::size_t bytes = values_.capacity() * sizeof(values_[0]);
    for (const auto& [value, list] : values_) bytes += value.size();
    return bytes;
}

}  // namespace orrery::models
