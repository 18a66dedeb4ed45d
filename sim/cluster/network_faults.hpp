/// Faults of the network, as data: what can be struck and healed while a simulation runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/cluster/topology.hpp"

namespace orrery {

/// Names one stroke of fate on the network; never reused.
using FaultHandle = Id<struct NetworkFaultTag>;

/// Carries nothing, and loses what is in its queue and on its wire.
struct LinkDown {};
/// On top of the link's own chances, and of each other: two losses of 10 % lose 19 %.
struct LinkLoss {
    double probability = 0;
};
struct LinkCorruption {
    double probability = 0;
};
struct LinkDuplication {
    double probability = 0;
};
struct LinkReordering {
    double probability = 0;
    Duration delay{};
};
struct LinkDelay {
    Duration extra{};
};
/// Bandwidth times `factor`, 0 < factor <= 1, for messages that enter from now on. Without effect where there is no
/// bandwidth.
struct LinkSlowdown {
    double factor = 1;
};

using LinkEffect =
    std::variant<LinkDown, LinkLoss, LinkCorruption, LinkDuplication, LinkReordering, LinkDelay, LinkSlowdown>;

/// One effect on some ports (directions of links), each named once.
struct LinkFault {
    LinkEffect effect;
    std::vector<PortId> ports;
};

/// Cuts every message between nodes of `side` and nodes of `other` (or only those from `side` to `other`), whatever way
/// it takes.
struct Partition {
    enum class Direction : std::uint8_t { both, side_to_other };
    std::vector<NodeId> side;
    std::vector<NodeId> other = {};  ///< empty: all nodes that are not in `side`
    Direction direction = Direction::both;
};

/// When something was out of order, by what: intervals [from, to) in order of their beginning. Questions cost what they
/// find: the greatest end so far bounds the search.
class OutageLog {
public:
    /// `from` is not before that of any earlier outage.
    void open(Time from, FaultHandle fault) { outages_.push_back({from, time_max, time_max, fault}); }
    void close(FaultHandle fault, Time to);

    /// Asks `concerns(fault)` for each outage that was on at any instant of [first, last]; whether it said yes at least
    /// once.
    template <class Concerns>
    bool during(Time first, Time last, Concerns&& concerns) const {
        bool any = false;
        for (auto each = outages_.rbegin(); each != outages_.rend() && each->latest > first; ++each) {
            if (each->from > last || each->to <= first || each->from == each->to) continue;
            if (concerns(each->fault)) any = true;
        }
        return any;
    }
    bool empty() const { return outages_.empty(); }

private:
    struct Outage {
        Time from;
        Time to;
        Time latest;  // greatest `to` of this and all before
        FaultHandle fault;
    };
    std::vector<Outage> outages_;
};

}  // namespace orrery
