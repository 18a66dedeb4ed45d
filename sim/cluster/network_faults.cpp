// Faults of the network: strike, heal, and what they do to messages.
#include "sim/cluster/network_faults.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/base/contract.hpp"
#include "sim/cluster/network.hpp"

namespace orrery {

namespace {

bool is_down(const LinkEffect& effect) {
    return std::holds_alternative<LinkDown>(effect);
}

bool is_probability(double value) {
    return value >= 0 && value <= 1;
}

void check_effect(const LinkEffect& effect) {
    const bool fine =
        std::visit(Overloaded{
                       [](const LinkDown&) { return true; },
                       [](const LinkLoss& loss) { return is_probability(loss.probability); },
                       [](const LinkCorruption& corruption) { return is_probability(corruption.probability); },
                       [](const LinkDuplication& duplication) { return is_probability(duplication.probability); },
                       [](const LinkReordering& reordering) {
                           return is_probability(reordering.probability) && reordering.delay >= Duration(0);
                       },
                       [](const LinkDelay& delay) { return delay.extra >= Duration(0); },
                       [](const LinkSlowdown& slowdown) { return slowdown.factor > 0 && slowdown.factor <= 1; },
                   },
                   effect);
    ORRERY_CHECK(fine,
                 "a fault of a link has a probability outside [0, 1], a negative delay, or a factor outside (0, 1]");
}

}  // namespace

void OutageLog::close(FaultHandle fault, Time to) {
    auto each = std::find_if(outages_.rbegin(), outages_.rend(),
                             [&](const Outage& outage) { return outage.fault == fault && outage.to == time_max; });
    ORRERY_CHECK(each != outages_.rend(), "an outage ends that never began");
    each->to = to;
    const auto first = static_cast<std::size_t>(outages_.rend() - each - 1);
    for (std::size_t i = first; i < outages_.size(); ++i) {
        const Time before = i == 0 ? Time::min() : outages_[i - 1].latest;
        outages_[i].latest = std::max(before, outages_[i].to);
    }
}

FaultHandle Network::strike(LinkFault fault, Time now) {
    check_effect(fault.effect);
    std::sort(fault.ports.begin(), fault.ports.end());
    fault.ports.erase(std::unique(fault.ports.begin(), fault.ports.end()), fault.ports.end());
    const FaultHandle handle(faults_.size());
    for (const PortId port : fault.ports) {
        ORRERY_CHECK(port.value < topology_->ports(),
                     "a fault strikes port " + std::to_string(port.value) + ", which does not exist");
        Struck& struck = struck_for(port);
        struck.active.push_back(handle);
        if (!ports_.empty()) ++ports_[port.index()].struck_;
        if (is_down(fault.effect)) {
            ++struck.down;
            ++outages_;
            struck.outages.open(now, handle);
            if (!ports_.empty()) ports_[port.index()].clear(now);
        }
    }
    faults_.push_back({std::move(fault)});
    for (const PortId port : std::get<LinkFault>(faults_.back().what).ports) refresh_rate(port, struck_.at(port));
    ++active_;
    return handle;
}

FaultHandle Network::strike(Partition fault, Time now) {
    const FaultHandle handle(faults_.size());
    std::vector<std::uint8_t> sides(topology_->nodes());
    const auto mark = [&](const std::vector<NodeId>& nodes, std::uint8_t bit) {
        for (const NodeId node : nodes) {
            ORRERY_CHECK(node.value < topology_->nodes(),
                         "a partition names node " + std::to_string(node.value) + ", which does not exist");
            sides[node.index()] |= bit;
        }
    };
    mark(fault.side, 1);
    mark(fault.other, 2);
    if (fault.other.empty())
        for (std::uint8_t& side : sides) side = side == 0 ? 2 : side;
    faults_.push_back({std::move(fault), std::move(sides)});
    cuts_.open(now, handle);
    return handle;
}

void Network::heal(FaultHandle handle, Time now) {
    ORRERY_CHECK(handle.index() < faults_.size() && !faults_[handle.index()].healed,
                 "a fault of the network is healed that is not there (any more)");
    Fault& fault = faults_[handle.index()];
    fault.healed = true;
    if (std::holds_alternative<Partition>(fault.what)) return cuts_.close(handle, now);
    const LinkFault& link = std::get<LinkFault>(fault.what);
    for (const PortId port : link.ports) {
        Struck& struck = struck_.at(port);
        struck.active.erase(std::find(struck.active.begin(), struck.active.end(), handle));
        if (!ports_.empty()) --ports_[port.index()].struck_;
        if (is_down(link.effect)) {
            --struck.down;
            struck.outages.close(handle, now);
        }
        refresh_rate(port, struck);
        if (struck.active.empty() && struck.outages.empty()) struck_.erase(port);
    }
    --active_;
}

// The rate under all slowdowns that are on; the link's own when there is none.
void Network::refresh_rate(PortId port, Struck& faults) {
    if (ports_.empty()) return;
    const Link& link = links_[link_of(port)];
    Rate rate = link.rate;
    double factor = 1;
    for (const FaultHandle handle : faults.active)
        if (const auto* slowdown = std::get_if<LinkSlowdown>(&std::get<LinkFault>(faults_[handle.index()].what).effect))
            factor *= slowdown->factor;
    if (factor < 1 && link.bandwidth)
        rate = Rate(std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(*link.bandwidth) * factor)),
                    spec_->queue_bytes);
    if (rate == faults.rate) return;
    ports_[port.index()].round_up();
    faults.rate = rate;
}

const Network::Struck* Network::struck(PortId port) const {
    if (active_ == 0) return nullptr;
    const auto found = struck_.find(port);
    return found == struck_.end() ? nullptr : &found->second;
}

Network::Struck& Network::struck_for(PortId port) {
    const auto [found, added] = struck_.try_emplace(port);
    if (added) found->second.rate = links_[link_of(port)].rate;
    return found->second;
}

// Counts a message for the faults of one kind that are on.
template <class Effect>
void Network::touch(const Struck& faults) {
    for (const FaultHandle handle : faults.active)
        if (std::holds_alternative<Effect>(std::get<LinkFault>(faults_[handle.index()].what).effect))
            ++faults_[handle.index()].effects;
}

// Whether the port is down for a message that wants in.
bool Network::refused(PortId port) {
    const Struck* faults = struck(port);
    if (faults == nullptr || faults->down == 0) return false;
    touch<LinkDown>(*faults);
    return true;
}

Hop Network::forward_struck(PortId at, NodeId to, std::uint64_t flow, std::uint64_t bytes, Time now,
                            RandomStream& chance) {
    if (refused(at)) return dropped(at, DropReason::port_down, now);
    const Struck& faults = struck_.at(at);
    const std::optional<Time> departure = ports_[at.index()].enter(faults.rate, bytes, now);
    if (!departure) return dropped(at, DropReason::queue_full, now);
    if (!faults.rate.unlimited()) touch<LinkSlowdown>(faults);
    return onward(at, to, flow, *departure, &faults, chance);
}

void Network::cross_fault(FaultHandle handle, Crossing& crossing, RandomStream& random) {
    Fault& fault = faults_[handle.index()];
    const auto touched = [&](bool happens) {
        if (happens) ++fault.effects;
        return happens;
    };
    if (crossing.lost) return;
    std::visit(Overloaded{
                   [](const LinkDown&) {},
                   [&](const LinkLoss& loss) {
                       if (touched(random.uniform() < loss.probability)) crossing.lost = DropReason::loss;
                   },
                   [&](const LinkCorruption& corruption) {
                       if (touched(random.uniform() < corruption.probability)) crossing.lost = DropReason::corruption;
                   },
                   [&](const LinkDuplication& duplication) {
                       if (!touched(random.uniform() < duplication.probability)) return;
                       crossing.copy = crossing.delay;
                       ++duplicates_;
                   },
                   [&](const LinkReordering& reordering) {
                       if (touched(random.uniform() < reordering.probability))
                           crossing.delay = saturating_add(crossing.delay, reordering.delay);
                   },
                   [&](const LinkDelay& delay) {
                       ++fault.effects;
                       crossing.delay = saturating_add(crossing.delay, delay.extra);
                       if (crossing.copy) crossing.copy = saturating_add(*crossing.copy, delay.extra);
                   },
                   [](const LinkSlowdown&) {},
               },
               std::get<LinkFault>(fault.what).effect);
}

bool Network::broken_port(PortId over, Time entered, Time now) {
    const auto found = struck_.find(over);
    if (found == struck_.end()) return false;
    const bool lost = found->second.outages.during(entered, now, [this](FaultHandle fault) {
        ++faults_[fault.index()].effects;
        return true;
    });
    if (lost) dropped(over, DropReason::port_down, now);
    return lost;
}

bool Network::broken_route(NodeId from, NodeId to, std::uint64_t flow, Time sent, Time now) {
    if (from == to) return false;
    for (std::optional<PortId> port = topology_->first_port(from, to, flow); port;
         port = topology_->next_port(*port, to, flow))
        if (broken_port(*port, sent, now)) return true;
    return false;
}

bool Network::cut_by_partition(NodeId from, NodeId to, Time sent, Time now) {
    const bool lost = cuts_.during(sent, now, [&](FaultHandle handle) {
        Fault& fault = faults_[handle.index()];
        const unsigned sender = fault.sides[from.index()];
        const unsigned receiver = fault.sides[to.index()];
        const bool both = std::get<Partition>(fault.what).direction == Partition::Direction::both;
        const bool cuts =
            ((sender & 1u) != 0 && (receiver & 2u) != 0) || (both && (sender & 2u) != 0 && (receiver & 1u) != 0);
        fault.effects += cuts ? 1 : 0;
        return cuts;
    });
    if (lost) ++drops_[static_cast<std::size_t>(DropReason::partition)];
    return lost;
}

}  // namespace orrery
