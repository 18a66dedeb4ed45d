/// Network: what becomes of a message between two nodes. Computes times and fates; knows no events.
///
///     Hop hop = network.send(from, to, flow, bytes, now, chance);
///     // delivered: at `hop.at` it is at `to`.   forwarded: at `hop.at` call forward(hop.port, ...).   dropped: that
///     was it.
///
/// In fidelity `latency` a message is one hop: it arrives after the latencies of its route. In fidelity `queue` each
/// port queues it, and is worked in its owner's domain (`Topology::owner`): the uplink by the sender at `send`, the
/// others by `forward`. Through a star a message thus takes one event at the downlink and one delivery. A message to
/// the own node arrives at once.
///
/// What was on its way when something broke is found out on arrival. Whoever handles the event at `hop.at` asks
///
///     network.broken(over, entered, now)      at each hop and at delivery: did the port it came over fail meanwhile?
///     network.cut(from, to, sent, now)        once, at delivery: was there a partition at any instant of [sent, now]?
///
/// where `over` and `entered` are the port and the time of the last `send` or `forward` (of `send`, the sender's
/// uplink). In fidelity `latency` the whole route counts as entered at `send`: ask `broken(from, to, flow, sent, now)`.
/// While `calm()`, all three say no.
///
/// Chance. `chance` belongs to the message; each port makes its own stream of one draw from it, so that the caller may
/// hand in the message's stream afresh at every hop. Where nothing is random, nothing is drawn.
///
/// Faults strike and heal at instants at which nothing else happens (the kernel's world events). They compose; healing
/// one leaves what the others do, and healing all leaves the network as it was.
///
/// A value: copies share the topology, which is immutable. 64 bytes a port in fidelity `queue`, none in `latency`.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <variant>
#include <vector>

#include "sim/base/prefetch.hpp"
#include "sim/base/random.hpp"
#include "sim/cluster/network_faults.hpp"
#include "sim/cluster/network_link.hpp"
#include "sim/cluster/port.hpp"
#include "sim/cluster/topology.hpp"

namespace orrery {

enum class Fidelity : std::uint8_t { latency, queue };

enum class DropReason : std::uint8_t { queue_full, loss, corruption, port_down, partition };
inline constexpr std::size_t drop_reasons = 5;
using DropCounts = std::array<std::uint64_t, drop_reasons>;  ///< by DropReason

struct Hop {
    enum class Fate : std::uint8_t { delivered, forwarded, dropped };
    Time at{};      ///< when it arrives; of a dropped message, when it was given up
    PortId port{};  ///< forwarded: the port to work then
    Fate fate = Fate::delivered;
    DropReason reason = DropReason::loss;  ///< dropped: why
    std::optional<Time> duplicate = {};    ///< when a copy arrives at the same place; at most one copy a port
};

class Network {
public:
    Network(std::shared_ptr<const Topology> topology, LinkSpec link, Fidelity fidelity);

    const Topology& topology() const { return *topology_; }
    Fidelity fidelity() const { return fidelity_; }

    Hop send(NodeId from, NodeId to, std::uint64_t flow, std::uint64_t bytes, Time now, RandomStream& chance) {
        ++messages_;
        if (from == to) return {now};
        if (fidelity_ == Fidelity::queue) return forward(topology_->uplink(from), to, flow, bytes, now, chance);
        return traverse(from, to, flow, now, chance);
    }
    /// Fidelity `queue` only: the message has arrived at port `at`.
    Hop forward(PortId at, NodeId to, std::uint64_t flow, std::uint64_t bytes, Time now, RandomStream& chance);

    /// A message is about to enter this port.
    void prefetch(PortId port) const {
        if (!ports_.empty()) orrery::prefetch(&ports_[port.index()]);
    }

    // Asked on arrival. They count: a message that is lost is asked about once.

    bool calm() const { return cuts_.empty() && outages_ == 0; }
    bool broken(PortId over, Time entered, Time now) { return outages_ != 0 && broken_port(over, entered, now); }
    bool broken(NodeId from, NodeId to, std::uint64_t flow, Time sent, Time now) {
        return outages_ != 0 && broken_route(from, to, flow, sent, now);
    }
    bool cut(NodeId from, NodeId to, Time sent, Time now) {
        return !cuts_.empty() && cut_by_partition(from, to, sent, now);
    }

    // Fate. A port or a node that is none breaks an invariant, and so does healing twice.

    FaultHandle strike(LinkFault fault, Time now);
    FaultHandle strike(Partition fault, Time now);
    void heal(FaultHandle fault, Time now);
    /// Messages that a fault has dropped, or else touched (doubled, held back, delayed, slowed), so far.
    std::uint64_t effects(FaultHandle fault) const { return faults_[fault.index()].effects; }

    // Latencies.

    /// The least latency of one direction of a link.
    Duration latency_least(PortId port) const { return links_[link_of(port)].latency; }
    /// The least latency of a route; the exact one where no link is jittery.
    Duration latency_least(NodeId from, NodeId to, std::uint64_t flow) const;
    /// What each message between entities of different domains takes at least (a node with its ports; a switch with its
    /// ports): how far such a domain may run ahead of the others. `Duration::max()` for a single node; zero if a link
    /// may take no time, and then all belongs in one domain. No fault makes it less.
    Duration lookahead() const;
    /// Whether links have chances of their own: jitter, loss, duplication. (Those of faults are the faults' own.)
    bool draws() const { return chances_ == Chances::some; }
    /// Every message arrives at the instant at which it is sent, and nothing is drawn: fidelity `latency`, all links of
    /// no latency and without chances, no fault about.
    bool instant() const { return instant_ && active_ == 0 && calm(); }

    // What happened.

    std::uint64_t messages() const { return messages_; }      ///< given to `send`
    std::uint64_t duplicates() const { return duplicates_; }  ///< copies made
    const DropCounts& drops() const { return drops_; }
    DropCounts drops(PortId port) const;
    /// Counts and integrals of a port; fidelity `queue` only.
    const Port& port(PortId port) const { return ports_[port.index()]; }

private:
    // A kind of link: most networks have one to three.
    struct Link {
        Rate rate;
        Duration latency{};  // constant, or least
        std::optional<std::int64_t> bandwidth;
        enum class Latency : std::uint8_t { constant, drawn } kind = Latency::constant;
    };
    // A port that faults have struck; kept for its outages after healing.
    struct Struck {
        std::vector<FaultHandle> active;
        OutageLog outages;
        Rate rate;  // under the slowdowns that are on
        std::uint32_t down = 0;
    };
    struct Fault {
        std::variant<LinkFault, Partition> what;
        std::vector<std::uint8_t> sides = {};  // of a partition, by node: bit 0 in `side`, bit 1 in `other`
        bool healed = false;
        std::uint64_t effects = 0;
    };
    // What happens to a message on one wire.
    struct Crossing {
        Duration delay{};
        std::optional<Duration> copy = {};  // when a copy arrives, likewise counted from departure
        std::optional<DropReason> lost = {};
    };

    std::uint32_t link_of(PortId port) const { return link_index_.empty() ? 0 : link_index_[port.index()]; }
    void add_links();
    Hop traverse(NodeId from, NodeId to, std::uint64_t flow, Time now, RandomStream& chance);
    Hop forward_struck(PortId at, NodeId to, std::uint64_t flow, std::uint64_t bytes, Time now, RandomStream& chance);
    Hop onward(PortId at, NodeId to, std::uint64_t flow, Time departure, const Struck* struck, RandomStream& chance);
    Crossing cross(PortId port, const Struck* struck, RandomStream& chance);
    void cross_fault(FaultHandle handle, Crossing& crossing, RandomStream& random);
    const Struck* struck(PortId port) const;
    Struck& struck_for(PortId port);
    void refresh_rate(PortId port, Struck& faults);
    bool refused(PortId port);
    template <class Effect>
    void touch(const Struck& faults);
    bool broken_port(PortId over, Time entered, Time now);
    bool broken_route(NodeId from, NodeId to, std::uint64_t flow, Time sent, Time now);
    bool cut_by_partition(NodeId from, NodeId to, Time sent, Time now);
    Hop dropped(PortId port, DropReason reason, Time now);

    std::shared_ptr<const Topology> topology_;
    std::shared_ptr<const LinkSpec> spec_;
    Fidelity fidelity_;
    enum class Chances : std::uint8_t { none, some } chances_ = Chances::none;  // of the links themselves
    bool instant_ = false;
    std::vector<Link> links_;
    std::vector<std::uint32_t> link_index_;  // by port; empty if all links are alike
    std::vector<Port> ports_;                // empty in fidelity `latency`

    std::vector<Fault> faults_;
    std::unordered_map<PortId, Struck> struck_;  // looked up, never walked
    std::uint64_t active_ = 0;                   // link faults that are on
    std::uint64_t outages_ = 0;                  // of ports, ever
    OutageLog cuts_;

    std::uint64_t messages_ = 0;
    std::uint64_t duplicates_ = 0;
    DropCounts drops_{};
    std::map<PortId, DropCounts> port_drops_;
};

}  // namespace orrery
