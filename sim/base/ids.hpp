/// Names for things: small integers that cannot be mixed up.
///
/// An `Id` is dense (0, 1, 2, ... in order of creation), so it indexes a vector; it is ordered and
/// hashable, and means the same on every platform. "No such thing" is `std::optional<Id>`, never -1.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace orrery {

template <class Tag>
struct Id {
    std::uint32_t value = 0;

    constexpr Id() = default;
    constexpr explicit Id(std::size_t index) : value(static_cast<std::uint32_t>(index)) {}
    constexpr std::size_t index() const { return value; }
    friend constexpr auto operator<=>(Id, Id) = default;
};

/// Whatever events are addressed to: a process, a port, a source of load.
using EntityId = Id<struct EntityTag>;
/// A set of entities that may touch each other without a link.
using DomainId = Id<struct DomainTag>;
/// A machine.
using NodeId = Id<struct NodeTag>;
/// One running protocol value on a node. A process keeps its id through crash and restart.
using ProcessId = Id<struct ProcessTag>;
/// A timer of one process; the numbering is the protocol's own.
using TimerId = Id<struct TimerTag>;
/// A log (a sequence of records) on the disk of one process; the numbering is the protocol's own.
using LogId = Id<struct LogTag>;
/// A cell (one overwritable value) on the disk of one process; the numbering is the protocol's own.
using CellId = Id<struct CellTag>;
/// A metric that a protocol notes; an index into the protocol's own table of names.
using MetricId = Id<struct MetricTag>;

/// A client's request, unique in a run.
struct RequestId {
    std::uint64_t value = 0;
    friend constexpr auto operator<=>(RequestId, RequestId) = default;
};

/// Names a `sync` or a `work` of one process. Tickets of one process are handed out in rising order.
struct Ticket {
    std::uint64_t value = 0;
    friend constexpr auto operator<=>(Ticket, Ticket) = default;
};

}  // namespace orrery

template <class Tag>
struct std::hash<orrery::Id<Tag>> {
    std::size_t operator()(orrery::Id<Tag> id) const noexcept { return id.value; }
};
