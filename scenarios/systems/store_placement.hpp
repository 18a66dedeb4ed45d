/// Which nodes of a scenario do what in a store, and how that is to change.
#pragma once

#include <optional>
#include <vector>

#include "models/hashing/ring.hpp"
#include "scenarios/systems/store_system.hpp"

namespace orrery {

struct StorePlacement {
    std::vector<NodeId> clients;
    std::vector<NodeId> proxies;
    std::vector<NodeId> storage;  ///< ascending
};

/// Nothing, and an error, if all of them do not fit.
std::optional<StorePlacement> place_store(const Settings& settings, std::uint32_t nodes, Errors& errors);

/// The section `changes`.
std::vector<DeclaredChange> declared_changes(const Settings& settings, const Assembly& assembly,
                                             const std::vector<NodeId>& storage);

/// All that are or may become members, by their number among the storage nodes.
std::vector<models::Member> store_members(const Settings& settings, const Cluster& cluster,
                                          const std::vector<NodeId>& storage);

}  // namespace orrery
