/// What a Raft server notes. `note(metric, value)` carries the index of a row of `raft_metrics`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/base/ids.hpp"

namespace orrery::models {

enum class RaftMetric : std::uint8_t { became_candidate, became_leader, stepped_down, committed, committed_conflict };

struct RaftMetricRow {
    RaftMetric metric;
    std::string_view name;   ///< stable, as results show it
    std::string_view value;  ///< what the noted value is
};

/// In the order of `RaftMetric`.
inline constexpr std::array<RaftMetricRow, 5> raft_metrics{{
    {RaftMetric::became_candidate, "raft.became_candidate", "the new term"},
    {RaftMetric::became_leader, "raft.became_leader", "the term"},
    {RaftMetric::stepped_down, "raft.stepped_down", "the term that the leader gave up for"},
    {RaftMetric::committed, "raft.committed", "the leader's new commit index"},
    // Cannot happen while disks keep what they synced; noted instead of obeyed when one did not.
    {RaftMetric::committed_conflict, "raft.committed_conflict", "the index of the committed entry to be overwritten"},
}};

constexpr MetricId metric_id(RaftMetric metric) {
    return MetricId(static_cast<std::size_t>(metric));
}

}  // namespace orrery::models
