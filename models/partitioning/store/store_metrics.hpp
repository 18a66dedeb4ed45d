/// What a store's processes note. `note(metric, value)` carries one of these.
#pragma once

#include <cstdint>

#include "sim/base/ids.hpp"

namespace orrery::models {

enum class StoreMetric : std::uint8_t {
    change_begun,    ///< coordinator: a planned change; the member
    change_done,     ///< coordinator: it is carried out; the member
    change_refused,  ///< coordinator: the member
    moving,          ///< coordinator: units begin to move, for whatever reason; how many are behind
    moved,           ///< coordinator: all units are where they belong; the number of members
    died,            ///< coordinator: a member does not count any more; the member
    came_back,       ///< coordinator: and is to join again; the member
    copied_items,    ///< node: taken by another node; items
    copied_bytes,    ///< node: sizes of these
    became_hot,      ///< coordinator: a key gets replicas of its own; the key
    cooled_down,     ///< coordinator: it gives them up; the key
};

constexpr MetricId metric_id(StoreMetric metric) {
    return MetricId(static_cast<std::size_t>(metric));
}

}  // namespace orrery::models
