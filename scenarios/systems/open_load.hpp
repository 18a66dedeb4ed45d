/// OpenLoad: drives the sources of a scenario's load into processes that answer through a port, and keeps
/// the book. The part that every request-answering system shares; what a request is made of is the system's.
///
///     kind_arrival at a source  -> system makes an operation -> process
///     answer from the port      -> book; a closed loop's client thinks, then asks again (kind_think)
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "scenarios/systems/load.hpp"
#include "scenarios/systems/request_book.hpp"

namespace orrery {

inline constexpr EventKind kind_arrival{kind_first_load};
inline constexpr EventKind kind_think{kind_first_load + 1};  ///< payload: client

class OpenLoad {
public:
    /// One source for each entry of `entries`, at the node of that process.
    OpenLoad(Assembly& assembly, std::shared_ptr<const LoadSpec> spec, const std::vector<ProcessId>& entries);

    void start(Cluster& cluster);

    /// A request that has arrived and is to be handed in now.
    struct Arrival {
        ProcessId entry;
        RequestId id;
        LoadItem item;
    };
    /// Lets a load event happen: the request that arrives by it, if one does.
    std::optional<Arrival> handle(Cluster& cluster, const Event& event);

    /// A request has been answered, or could not be handed in.
    void finish(Cluster& cluster, RequestId id, const Outcome& outcome);

    void report(Time end, analysis::RunRecord& record) { book_.report(end, record); }
    const LoadSpec& spec() const { return *spec_; }

private:
    struct Source {
        LoadSource load;
        EntityId entity;
        ProcessId entry;
        Time due{};                           ///< when the announced request was to arrive
        std::uint64_t closed_next = 0;        ///< next request number of a closed loop
        std::vector<std::uint64_t> thoughts;  ///< by client: think times begun
    };

    std::uint32_t index_of(EntityId entity) const {
        return static_cast<std::uint32_t>(entity.index() - first_entity_.index());
    }
    void schedule_next(Cluster& cluster, Source& source);
    void think(Cluster& cluster, Source& source, std::uint32_t client);

    std::shared_ptr<const LoadSpec> spec_;
    std::vector<Source> sources_;
    EntityId first_entity_;
    RequestBook book_;
};

}  // namespace orrery
