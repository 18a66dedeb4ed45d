#include "sim/cluster/network.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace orrery {

Network::Network(std::shared_ptr<const Topology> topology, LinkSpec link, Fidelity fidelity)
    : topology_(std::move(topology)), spec_(std::make_shared<const LinkSpec>(std::move(link))), fidelity_(fidelity) {
    if (fidelity_ == Fidelity::queue) ports_.resize(topology_->ports());
    add_links();
}

void Network::add_links() {
    const LinkSpec& spec = *spec_;
    if (spec.loss > 0 || spec.corrupt > 0 || spec.duplicate > 0 || spec.reorder > 0 || !spec.latency.is_constant())
        chances_ = Chances::some;
    RandomStream unused(0);
    const Duration usual = spec.latency.is_constant() ? std::max(spec.latency.draw_duration(unused), spec.latency_least)
                                                      : spec.latency_least;
    const auto make = [&](const LinkTraits& traits) {
        Link out;
        out.latency = traits.latency.value_or(usual);
        out.kind = traits.latency || spec.latency.is_constant() ? Link::Latency::constant : Link::Latency::drawn;
        out.bandwidth = traits.bandwidth ? traits.bandwidth : spec.bandwidth;
        if (out.bandwidth) out.rate = Rate(*out.bandwidth, spec.queue_bytes);
        return out;
    };

    std::map<std::pair<std::optional<Duration>, std::optional<std::int64_t>>, std::uint32_t> known;
    LinkTraits last;
    std::uint32_t index = 0;
    for (std::uint32_t i = 0; i < topology_->ports(); ++i) {
        const LinkTraits traits = topology_->traits(PortId(std::size_t{i}));
        if (i == 0 || traits != last) {
            const auto [found, added] =
                known.emplace(std::pair(traits.latency, traits.bandwidth), static_cast<std::uint32_t>(links_.size()));
            if (added) links_.push_back(make(traits));
            last = traits;
            index = found->second;
        }
        if (index != 0 && link_index_.empty()) link_index_.resize(topology_->ports());
        if (!link_index_.empty()) link_index_[i] = index;
        if (!ports_.empty()) ports_[i].link_ = index;
    }
    instant_ = fidelity_ == Fidelity::latency && chances_ == Chances::none &&
               std::all_of(links_.begin(), links_.end(), [](const Link& link) { return link.latency == Duration(0); });
}

// One variable is returned from everywhere, so that the answer is built in place: copying it costs as much as the port
// does.
Hop Network::forward(PortId at, NodeId to, std::uint64_t flow, std::uint64_t bytes, Time now, RandomStream& chance) {
    Hop hop;
    Port& port = ports_[at.index()];
    if (port.struck_ != 0) [[unlikely]] {
        hop = forward_struck(at, to, flow, bytes, now, chance);
        return hop;
    }
    const Link& link = links_[port.link_];
    Time departure;
    if (!port.enter(link.rate, bytes, now, departure)) [[unlikely]] {
        hop = dropped(at, DropReason::queue_full, now);
    } else if (chances_ == Chances::some) {
        hop = onward(at, to, flow, departure, nullptr, chance);
    } else {
        hop.at = saturating_add(departure, link.latency);
        if (!topology_->is_downlink(at)) {
            hop.port = topology_->next_from_switch(at, to, flow);
            hop.fate = Hop::Fate::forwarded;
        }
    }
    return hop;
}

Hop Network::onward(PortId at, NodeId to, std::uint64_t flow, Time departure, const Struck* faults,
                    RandomStream& chance) {
    const Crossing crossing = cross(at, faults, chance);
    if (crossing.lost) return dropped(at, *crossing.lost, departure);
    Hop hop{saturating_add(departure, crossing.delay)};
    if (crossing.copy) hop.duplicate = saturating_add(departure, *crossing.copy);
    if (!topology_->is_downlink(at)) {
        hop.port = topology_->next_from_switch(at, to, flow);
        hop.fate = Hop::Fate::forwarded;
    }
    return hop;
}

Hop Network::traverse(NodeId from, NodeId to, std::uint64_t flow, Time now, RandomStream& chance) {
    if (chances_ == Chances::none && active_ == 0) return {saturating_add(now, latency_least(from, to, flow))};
    if (active_ != 0)
        for (std::optional<PortId> port = topology_->first_port(from, to, flow); port;
             port = topology_->next_port(*port, to, flow))
            if (refused(*port)) return dropped(*port, DropReason::port_down, now);
    Hop hop{now};
    for (std::optional<PortId> port = topology_->first_port(from, to, flow); port;
         port = topology_->next_port(*port, to, flow)) {
        const Crossing crossing = cross(*port, struck(*port), chance);
        if (crossing.lost) return dropped(*port, *crossing.lost, hop.at);
        // A copy made on an earlier wire shares what happens to its original from there on.
        if (hop.duplicate) {
            hop.duplicate = saturating_add(*hop.duplicate, crossing.delay);
        } else if (crossing.copy) {
            hop.duplicate = saturating_add(hop.at, *crossing.copy);
        }
        hop.at = saturating_add(hop.at, crossing.delay);
    }
    return hop;
}

Network::Crossing Network::cross(PortId port, const Struck* faults, RandomStream& chance) {
    const LinkSpec& spec = *spec_;
    const Link& link = links_[link_of(port)];
    RandomStream random(mix64(chance.next() + (std::uint64_t{port.value} + 1) * golden_step));
    const auto latency = [&] {
        switch (link.kind) {
            case Link::Latency::constant:
                return link.latency;
            case Link::Latency::drawn:
                return std::max(spec.latency.draw_duration(random), link.latency);
        }
        return link.latency;
    };
    Crossing out;
    out.delay = latency();
    if (spec.loss > 0 && random.uniform() < spec.loss) out.lost = DropReason::loss;
    if (!out.lost && spec.corrupt > 0 && random.uniform() < spec.corrupt) out.lost = DropReason::corruption;
    if (!out.lost && spec.duplicate > 0 && random.uniform() < spec.duplicate) {
        out.copy = latency();
        ++duplicates_;
    }
    if (!out.lost && spec.reorder > 0 && random.uniform() < spec.reorder)
        out.delay = saturating_add(out.delay, spec.reorder_delay);
    if (faults != nullptr)
        for (const FaultHandle handle : faults->active) cross_fault(handle, out, random);
    return out;
}

Duration Network::latency_least(NodeId from, NodeId to, std::uint64_t flow) const {
    if (from == to) return Duration(0);
    const Topology& topology = *topology_;
    if (topology.ports() == 2 * topology.nodes())
        return latency_least(topology.uplink(from)) + latency_least(topology.downlink(to));
    Duration sum{};
    std::optional<PortId> port = topology.first_port(from, to, flow);
    while (port) {
        sum += latency_least(*port);
        port = topology.next_port(*port, to, flow);
    }
    return sum;
}

Duration Network::lookahead() const {
    const std::uint32_t nodes = topology_->nodes();
    if (nodes == 1) return Duration::max();
    Duration up = Duration::max();
    Duration down = Duration::max();
    Duration between = Duration::max();
    for (std::uint32_t i = 0; i < topology_->ports(); ++i) {
        const PortId port{std::size_t{i}};
        Duration& least = topology_->is_uplink(port) ? up : topology_->is_downlink(port) ? down : between;
        least = std::min(least, latency_least(port));
    }
    switch (fidelity_) {
        case Fidelity::latency:
            return saturating_add(up, down);  // every route has both; between switches it gets no shorter
        case Fidelity::queue:
            return std::min(up, between);  // a downlink is inside the domain of its node
    }
    return Duration(0);
}

Hop Network::dropped(PortId port, DropReason reason, Time now) {
    ++drops_[static_cast<std::size_t>(reason)];
    ++port_drops_[port][static_cast<std::size_t>(reason)];
    Hop hop{now};
    hop.fate = Hop::Fate::dropped;
    hop.reason = reason;
    return hop;
}

DropCounts Network::drops(PortId port) const {
    const auto found = port_drops_.find(port);
    return found == port_drops_.end() ? DropCounts{} : found->second;
}

}  // namespace orrery
