// A small store in a simulated cluster: a coordinator, clients and nodes on a star; and the history of what clients
// saw.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/partitioning/store/store_coordinator.hpp"
#include "models/partitioning/store/store_router.hpp"
#include "planted.hpp"
#include "sim/cluster/host.hpp"
#include "sim/cluster/network_link.hpp"

namespace orrery::test {

inline constexpr EventKind kind_tick{kind_first_load};

struct StoreSetting {
    std::uint32_t nodes = 6;  ///< of which `first` are members from the start
    std::uint32_t first = 5;
    std::uint32_t clients = 2;
    std::uint32_t proxies = 0;     ///< not 0: clients have no maps and ask these
    std::uint32_t keys = 40;       ///< 0 .. keys-1 are there from the start
    std::uint32_t partitions = 0;  ///< 0: keys go straight to nodes, in 8 slices
    models::Quorums quorums = {3, 1, 3};
    models::Durability durability = models::Durability::memory;
    std::int64_t memory = 0;
    std::int64_t copy_bandwidth = 0;
    LinkSpec link = {};  ///< no latency given: 100 us
    std::uint64_t seed = 1;
    std::optional<models::HotKeyPolicy> hot = {};
    Bug bug = Bug::none;
    models::StoreRouterSpec::ReadFrom read_from = models::StoreRouterSpec::ReadFrom::any;
};

/// One request and what came of it.
struct Seen {
    std::uint64_t key = 0;
    models::StoreAccess access = models::StoreAccess::read;
    Time began{};
    std::optional<Time> ended;
    models::StoreResult result;
};

class StoreWorld {
public:
    explicit StoreWorld(const StoreSetting& setting);

    // For run():
    Kernel& kernel() { return cluster.kernel(); }
    bool small() const { return cluster.small(); }
    void approach(const Event& event, Distance distance) const {
        if (event.kind() != kind_tick) cluster.approach(event, distance);
    }
    bool alive(const Event& event) const { return cluster.alive(event); }
    void handle(const Event& event) {
        if (event.kind() != kind_tick) cluster.handle(event);
        collect();
    }

    void play(Duration time);
    /// A request by a client, now; its number in `history`.
    std::size_t ask(std::size_t client, models::StoreAccess access, std::uint64_t key);
    std::size_t read(std::uint64_t key) { return ask(0, models::StoreAccess::read, key); }
    std::size_t write(std::uint64_t key) { return ask(0, models::StoreAccess::write, key); }
    bool change(models::MemberChange::Kind kind, std::size_t member);
    NodeId node(std::size_t member) const { return NodeId(1 + setting.clients + setting.proxies + member); }
    NodeId client_node(std::size_t client) const { return NodeId(1 + client); }

    const models::StoreCoordinator& coordinator() const {
        return cluster.host<models::StoreCoordinator>(coordinator_).value(0);
    }
    const models::StoreRouter& client(std::size_t index) const {
        return cluster.host<models::StoreRouter>(clients_).value(static_cast<std::uint32_t>(index));
    }
    const models::StoreNode& store_node(std::size_t member) const {
        return cluster.host<PlantedNode>(nodes_).value(static_cast<std::uint32_t>(member)).node();
    }
    /// Sum of a metric's notes of all processes.
    std::int64_t noted(models::StoreMetric metric) const;
    std::size_t notes_of(models::StoreMetric metric) const;

    /// What is wrong with the history: a read that missed a write acknowledged before it began. Empty if nothing is.
    std::string stale_reads() const;
    /// What is wrong with what nodes hold: an acknowledged write that fewer live replicas have than have to; nothing
    /// moves.
    std::string lost_writes() const;
    /// The latest acknowledged version of each key.
    std::map<std::uint64_t, models::ItemVersion> acknowledged() const;

    StoreSetting setting;
    Cluster cluster;
    std::vector<Seen> history;
    std::vector<NoteTaken> notes;

private:
    void collect();

    std::size_t coordinator_ = 0;
    std::size_t clients_ = 0;
    std::size_t proxies_ = 0;
    std::size_t nodes_ = 0;
};

}  // namespace orrery::test
