/// Replication protocols as systems see them: something that hosts a group of servers, and tells in notes
/// who stood for leader and who became it.
#pragma once

#include <string_view>
#include <vector>

#include "sim/base/catalog.hpp"
#include "sim/cluster/cluster.hpp"

namespace orrery {

class Replication {
public:
    static constexpr std::string_view family = "replication";

    virtual ~Replication() = default;

    /// Adds one server on each node, all of one group; gives the host's index.
    virtual std::size_t add_group(Cluster& cluster, const std::vector<NodeId>& nodes) const = 0;
    /// The host's notes since the last call are handed to the caller, who clears them.
    virtual std::vector<NoteTaken>& notes(Cluster& cluster, std::size_t host) const = 0;
    /// Notes of these metrics carry the term: a server stands for leader, a server has become leader.
    virtual MetricId candidacy() const = 0;
    virtual MetricId leadership() const = 0;
};

std::vector<Row<Replication>> replications();

}  // namespace orrery
