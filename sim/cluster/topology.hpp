/// Topology: which ports a message passes from one node to another.
///
/// A topology is immutable and knows structure only: nodes (hosts), switches, ports and routes. What a link costs is
/// the network's business (network.hpp); a topology may override the latency and the bandwidth of some of its links.
///
/// A link is full duplex: each direction is a port of its own. Every node hangs on exactly one link, so that ports are
/// numbered alike in every shape of n nodes:
///
///     [0, n)      the uplink of node i: from the host into its switch
///     [n, 2n)     the downlink of node i: from its switch to the host
///     [2n, ...)   between switches, in an order of the shape's own
///
/// A route is asked for hop by hop and costs O(1) a hop. `flow` names what must stay on one path (a connection): where
/// several paths cost the same, a hash of (flow, switch, destination) picks one, the same one each time (equal-cost
/// multipath, RFC 2992). Every pair of nodes is connected; a shape for which that would not hold is refused or says
/// which vertices it leaves out (see `remarks`).
///
/// A port belongs to the domain of what it leads to, a host's uplink to the host: see `owner`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/base/catalog.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/random.hpp"
#include "sim/base/time.hpp"

namespace orrery {

/// One direction of a link.
using PortId = Id<struct PortTag>;
/// A switch, a router: a vertex that sends nothing of its own.
using SwitchId = Id<struct SwitchTag>;

using Vertex = std::variant<NodeId, SwitchId>;
using PortOwner = Vertex;

struct PortEnds {
    Vertex from;
    Vertex to;
    friend bool operator==(const PortEnds&, const PortEnds&) = default;
};

/// Where a node stands. Each is numbered from 0 across the whole cluster; a shape without such a thing has one of it.
struct Place {
    std::uint32_t region = 0;
    std::uint32_t zone = 0;
    std::uint32_t rack = 0;
    friend bool operator==(const Place&, const Place&) = default;
};

enum class Scope : std::uint8_t { rack, zone, region };

/// What a shape says of a link beyond the scenario's `link` section; nothing leaves that as it is.
struct LinkTraits {
    std::optional<Duration> latency = {};        ///< replaces the section's distribution by a constant
    std::optional<std::int64_t> bandwidth = {};  ///< bit/s
    friend bool operator==(const LinkTraits&, const LinkTraits&) = default;
};

/// The ports through which a rack (zone, region) talks to the rest.
struct Boundary {
    std::vector<PortId> outgoing;
    std::vector<PortId> incoming;
};

class Topology {
public:
    static constexpr std::string_view family = "topology";
    static constexpr std::uint32_t nodes_max = 1u << 24;

    virtual ~Topology() = default;

    std::uint32_t nodes() const { return nodes_; }
    std::uint32_t switches() const { return switches_; }
    std::uint32_t ports() const { return ports_; }

    PortId uplink(NodeId node) const { return PortId(node.index()); }
    PortId downlink(NodeId node) const { return PortId(nodes_ + node.index()); }
    bool is_uplink(PortId port) const { return port.value < nodes_; }
    bool is_downlink(PortId port) const { return port.value >= nodes_ && port.value < 2 * nodes_; }

    /// The first port from `from` to another node.
    PortId first_port(NodeId from, NodeId to, std::uint64_t flow) const {
        static_cast<void>(to), static_cast<void>(flow);
        return uplink(from);
    }
    /// The port after `at` on the way to `to`; nothing when `at` is the last one. `at` must lie on a route to `to`.
    std::optional<PortId> next_port(PortId at, NodeId to, std::uint64_t flow) const {
        if (is_downlink(at)) return {};
        return next_from_switch(at, to, flow);
    }
    /// The same for a port that is no downlink: there is a next one.
    virtual PortId next_from_switch(PortId at, NodeId to, std::uint64_t flow) const = 0;
    /// All ports of a route in order; empty if `from == to`.
    std::vector<PortId> route(NodeId from, NodeId to, std::uint64_t flow) const;

    PortEnds ends(PortId port) const;
    /// Whose domain works the port: the host's for an uplink, otherwise that of what the port leads to.
    PortOwner owner(PortId port) const;
    /// The switch on which a node hangs.
    virtual SwitchId attachment(NodeId node) const = 0;
    virtual LinkTraits traits(PortId port) const = 0;

    virtual Place place(NodeId node) const = 0;
    /// Number of racks, zones or regions.
    virtual std::uint32_t count(Scope scope) const = 0;
    /// The nodes of a rack, zone or region, ascending. `index < count(scope)`.
    virtual std::vector<NodeId> members(Scope scope, std::uint32_t index) const = 0;
    /// The rack, zone or region that a switch is inside of; nothing for one that is above all of them.
    virtual std::optional<std::uint32_t> group(SwitchId at, Scope scope) const = 0;
    /// The ports with exactly one end inside a rack, zone or region. O(ports).
    Boundary boundary(Scope scope, std::uint32_t index) const;

    /// What was left out or assumed at construction, one line each, for people.
    virtual std::vector<std::string> remarks() const { return {}; }

protected:
    struct Size {
        std::uint64_t nodes;
        std::uint64_t switches;
        std::uint64_t ports_between_switches;
    };
    /// Throws `ParameterError` naming `parameter` when there are no nodes or more than `nodes_max`, or when the ports
    /// would outnumber 2^31.
    Topology(Size size, const std::string& parameter);

    PortId between_switches(std::uint64_t index) const { return PortId(std::size_t{2} * nodes_ + index); }
    std::uint32_t index_between_switches(PortId port) const { return port.value - 2 * nodes_; }

    /// One of `choices` equal ways on from switch `at`: uniform in flows, independent from switch to switch.
    static std::uint32_t pick(std::uint64_t flow, std::uint32_t at, NodeId to, std::uint32_t choices);

    virtual PortEnds ends_between_switches(std::uint32_t index) const = 0;

private:
    std::uint32_t nodes_;
    std::uint32_t switches_;
    std::uint32_t ports_;
};

/// The rows that ship; the key of the policy in a scenario is `kind`. Their `make` throws `ParameterError`. `file`
/// parameters are opened as they stand: whoever reads the scenario has resolved them.
std::vector<Row<Topology>> topologies();

}  // namespace orrery
