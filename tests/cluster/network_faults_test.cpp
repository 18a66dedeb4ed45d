#include <doctest/doctest.h>

#include <cmath>

#include "sim/base/check.hpp"
#include "sim/cluster/network.hpp"
#include "sim/cluster/topology_shapes.hpp"

using namespace orrery;

namespace {

constexpr std::int64_t gigabit = 1'000'000'000;

Time at(std::int64_t nanoseconds) {
    return Time(Duration(nanoseconds));
}

// 10 us and, for 1,000 bytes, 800 ns a link.
Network star(Fidelity fidelity = Fidelity::queue) {
    LinkSpec spec;
    spec.latency = Distribution::constant(10'000);
    spec.bandwidth = 10 * gigabit;
    return Network(make_topology(Star{4}), spec, fidelity);
}

Hop send(Network& network, std::uint32_t from, std::uint32_t to, Time now, std::uint64_t number = 0) {
    RandomStream chance(mix64(number));
    return network.send(NodeId(std::size_t{from}), NodeId(std::size_t{to}), 0, 1000, now, chance);
}
Hop forward(Network& network, PortId port, std::uint32_t to, Time now, std::uint64_t number = 0) {
    RandomStream chance(mix64(number));
    return network.forward(port, NodeId(std::size_t{to}), 0, 1000, now, chance);
}
std::uint64_t dropped(const Network& network, DropReason reason) {
    return network.drops()[static_cast<std::size_t>(reason)];
}

}  // namespace

TEST_CASE("a partition cuts what is in flight at any of its instants, and only across it") {
    Network network = star();
    CHECK(network.calm());
    const FaultHandle fault = network.strike(Partition{{NodeId(0), NodeId(1)}}, at(100));
    CHECK_FALSE(network.calm());
    network.heal(fault, at(200));
    const auto cut = [&](std::size_t from, std::size_t to, std::int64_t sent, std::int64_t now) {
        return network.cut(NodeId(from), NodeId(to), at(sent), at(now));
    };
    CHECK_FALSE(cut(0, 2, 0, 99));
    CHECK(cut(0, 2, 0, 100));
    CHECK(cut(2, 0, 0, 1000));
    CHECK(cut(1, 3, 150, 160));
    CHECK(cut(1, 3, 199, 300));
    CHECK_FALSE(cut(1, 3, 200, 300));
    CHECK_FALSE(cut(0, 1, 150, 160));
    CHECK_FALSE(cut(2, 3, 150, 160));
    CHECK_FALSE(cut(0, 0, 150, 160));
    CHECK(network.effects(fault) == 4);
    CHECK(dropped(network, DropReason::partition) == 4);
}

TEST_CASE("a partition may hold in one direction, and between two groups only") {
    Network network = star();
    const FaultHandle fault =
        network.strike(Partition{{NodeId(0)}, {NodeId(1)}, Partition::Direction::side_to_other}, at(100));
    CHECK(network.cut(NodeId(0), NodeId(1), at(100), at(110)));
    CHECK_FALSE(network.cut(NodeId(1), NodeId(0), at(100), at(110)));
    CHECK_FALSE(network.cut(NodeId(0), NodeId(2), at(100), at(110)));
    CHECK(network.effects(fault) == 1);
}

TEST_CASE("overlapping partitions each count what they cut, and healing one leaves the other") {
    Network network = star();
    const FaultHandle first = network.strike(Partition{{NodeId(0)}}, at(100));
    const FaultHandle second = network.strike(Partition{{NodeId(0), NodeId(1)}}, at(200));
    CHECK(network.cut(NodeId(0), NodeId(2), at(250), at(260)));
    network.heal(first, at(300));
    CHECK(network.cut(NodeId(0), NodeId(2), at(300), at(310)));
    CHECK_FALSE(network.cut(NodeId(0), NodeId(1), at(300), at(310)));
    CHECK(network.cut(NodeId(0), NodeId(1), at(299), at(310)));
    network.heal(second, at(400));
    CHECK_FALSE(network.cut(NodeId(0), NodeId(2), at(400), at(500)));
    CHECK(network.effects(first) == 2);
    CHECK(network.effects(second) == 2);
}

TEST_CASE("an outage log finds an early outage that outlasts later ones") {
    OutageLog log;
    log.open(at(10), FaultHandle(0));
    for (std::size_t i = 1; i < 50; ++i) {
        log.open(at(static_cast<std::int64_t>(10 * i)), FaultHandle(i));
        log.close(FaultHandle(i), at(static_cast<std::int64_t>(10 * i + 5)));
    }
    int found = 0;
    const auto count = [&](FaultHandle) { return ++found > 0; };
    CHECK(log.during(at(600), at(700), count));
    CHECK(found == 1);
    log.close(FaultHandle(0), at(650));
    CHECK_FALSE(log.during(at(650), at(700), count));
    CHECK(log.during(at(649), at(700), count));
    found = 0;
    CHECK(log.during(at(100), at(123), count));  // 0, 10, 11, 12
    CHECK(found == 4);
    CHECK_THROWS_AS(log.close(FaultHandle(0), at(700)), InvariantBroken);
}

TEST_CASE("a port that goes down loses what is in its queue and on its wire, and takes nothing in") {
    Network network = star();
    const PortId uplink(0);
    const Hop on_wire = send(network, 0, 1, at(0));       // on the wire from 800 to 10,800
    const Hop in_queue = send(network, 0, 1, at(9'999));  // would leave at 10,799
    const FaultHandle fault = network.strike(LinkFault{LinkDown{}, {uplink}}, at(10'000));
    const Hop refused = send(network, 0, 1, at(10'500));
    CHECK(refused.fate == Hop::Fate::dropped);
    CHECK(refused.reason == DropReason::port_down);
    CHECK(network.broken(uplink, at(0), on_wire.at));
    network.heal(fault, at(15'000));
    CHECK(network.broken(uplink, at(9'999), in_queue.at));
    CHECK_FALSE(network.broken(PortId(1), at(9'999), in_queue.at));
    CHECK(network.effects(fault) == 3);
    CHECK(dropped(network, DropReason::port_down) == 3);
    CHECK(network.drops(uplink)[static_cast<std::size_t>(DropReason::port_down)] == 3);
    // Up again: the queue is empty, and nothing sent since is lost.
    const Hop after = send(network, 0, 1, at(15'000));
    CHECK(after.at == at(25'800));
    CHECK_FALSE(network.broken(uplink, at(15'000), after.at));
}

TEST_CASE("what had left the port before it failed arrives") {
    Network network = star();
    const Hop hop = send(network, 0, 1, at(0));
    static_cast<void>(network.strike(LinkFault{LinkDown{}, {PortId(0)}}, hop.at + 1ns));
    CHECK_FALSE(network.broken(PortId(0), at(0), hop.at));
}

TEST_CASE("one direction of a link fails and the other works on") {
    Network network = star();
    static_cast<void>(network.strike(LinkFault{LinkDown{}, {network.topology().uplink(NodeId(0))}}, at(0)));
    CHECK(send(network, 0, 1, at(10)).fate == Hop::Fate::dropped);
    const Hop hop = send(network, 1, 0, at(10));
    CHECK(forward(network, hop.port, 0, hop.at).fate == Hop::Fate::delivered);
}

TEST_CASE("in fidelity latency a message is lost if any port of its route fails during its flight") {
    Network network = star(Fidelity::latency);
    const Hop hop = send(network, 0, 1, at(0));
    const FaultHandle fault = network.strike(LinkFault{LinkDown{}, {network.topology().downlink(NodeId(1))}}, at(10));
    CHECK(send(network, 2, 1, at(20)).reason == DropReason::port_down);
    CHECK(send(network, 1, 2, at(20)).fate == Hop::Fate::delivered);
    network.heal(fault, at(30));
    CHECK(network.broken(NodeId(0), NodeId(1), 0, at(0), hop.at));
    CHECK_FALSE(network.broken(NodeId(1), NodeId(2), 0, at(20), hop.at));
    CHECK_FALSE(network.broken(NodeId(0), NodeId(1), 0, at(30), at(20'030)));
    CHECK(network.effects(fault) == 2);
}

TEST_CASE("losses compose, and each fault counts its own") {
    Network network = star();
    const FaultHandle first = network.strike(LinkFault{LinkLoss{0.1}, {PortId(0)}}, at(0));
    const FaultHandle second = network.strike(LinkFault{LinkLoss{0.1}, {PortId(0), PortId(0), PortId(1)}}, at(0));
    constexpr int count = 50'000;
    for (std::uint64_t i = 0; i < count; ++i)
        static_cast<void>(send(network, 0, 1, at(static_cast<std::int64_t>(i) * 1'000), i));
    // Binomial(50,000; 0.19): sigma = 87.7, four of them.
    CHECK(std::abs(static_cast<double>(dropped(network, DropReason::loss)) - 9'500) < 351);
    CHECK(network.effects(first) + network.effects(second) == dropped(network, DropReason::loss));
    CHECK(network.effects(first) > network.effects(second));
    CHECK(network.effects(second) > 0);
}

TEST_CASE("delay, reordering, duplication and slowness touch what they say") {
    Network network = star();
    const FaultHandle delay = network.strike(LinkFault{LinkDelay{3us}, {PortId(0)}}, at(0));
    CHECK(send(network, 0, 1, at(0)).at == at(13'800));
    const FaultHandle reorder = network.strike(LinkFault{LinkReordering{1, 5us}, {PortId(0)}}, at(20'000));
    CHECK(send(network, 0, 1, at(20'000)).at == at(38'800));
    network.heal(delay, at(40'000));
    CHECK(send(network, 0, 1, at(40'000)).at == at(55'800));
    network.heal(reorder, at(60'000));
    const FaultHandle copies = network.strike(LinkFault{LinkDuplication{1}, {PortId(0)}}, at(60'000));
    const Hop doubled = send(network, 0, 1, at(60'000));
    CHECK(doubled.at == at(70'800));
    CHECK(doubled.duplicate == at(70'800));
    network.heal(copies, at(80'000));
    const FaultHandle slow = network.strike(LinkFault{LinkSlowdown{0.5}, {PortId(0)}}, at(80'000));
    CHECK(send(network, 0, 1, at(80'000)).at == at(91'600));
    const FaultHandle slower = network.strike(LinkFault{LinkSlowdown{0.5}, {PortId(0)}}, at(100'000));
    CHECK(send(network, 0, 1, at(100'000)).at == at(113'200));
    network.heal(slow, at(120'000));
    CHECK(send(network, 0, 1, at(120'000)).at == at(131'600));
    const FaultHandle corruption = network.strike(LinkFault{LinkCorruption{1}, {PortId(0)}}, at(140'000));
    CHECK(send(network, 0, 1, at(140'000)).reason == DropReason::corruption);
    CHECK(network.effects(delay) == 2);
    CHECK(network.effects(reorder) == 2);
    CHECK(network.effects(copies) == 1);
    CHECK(network.effects(slow) == 2);
    CHECK(network.effects(slower) == 3);
    CHECK(network.effects(corruption) == 1);
}

TEST_CASE("a slow link slows what enters from now on, and what is queued keeps its time") {
    Network network = star();
    CHECK(send(network, 0, 1, at(0)).at == at(10'800));
    static_cast<void>(network.strike(LinkFault{LinkSlowdown{0.1}, {PortId(0)}}, at(100)));
    CHECK(send(network, 0, 1, at(100)).at == at(800 + 8'000 + 10'000));
}

TEST_CASE("slowness without a bandwidth has no effect, and says so to the guard") {
    Network network(make_topology(Star{2}), LinkSpec{}, Fidelity::queue);
    const FaultHandle slow = network.strike(LinkFault{LinkSlowdown{0.5}, {PortId(0)}}, at(0));
    CHECK(send(network, 0, 1, at(0)).at == at(0));
    CHECK(network.effects(slow) == 0);
}

TEST_CASE("after all faults are healed, in any order, the network is as it was") {
    for (const Fidelity fidelity : {Fidelity::queue, Fidelity::latency}) {
        Network struck = star(fidelity);
        Network plain = star(fidelity);
        std::vector<FaultHandle> faults;
        for (const LinkEffect& effect :
             std::vector<LinkEffect>{LinkDown{}, LinkLoss{0.5}, LinkCorruption{0.5}, LinkDuplication{0.5},
                                     LinkReordering{0.5, 1ms}, LinkDelay{1ms}, LinkSlowdown{0.3}, LinkDown{}})
            faults.push_back(struck.strike(LinkFault{effect, {PortId(0), PortId(5)}}, at(100)));
        faults.push_back(struck.strike(Partition{{NodeId(0)}}, at(100)));
        CHECK(send(struck, 0, 1, at(150)).fate == Hop::Fate::dropped);
        for (const std::size_t i : {3u, 0u, 8u, 6u, 1u, 7u, 2u, 5u, 4u}) struck.heal(faults[i], at(200));
        for (std::uint64_t i = 0; i < 100; ++i) {
            const Time now = at(200 + static_cast<std::int64_t>(i) * 300);
            const Hop a = send(struck, 0, 1, now, i);
            const Hop b = send(plain, 0, 1, now, i);
            CHECK(a.at == b.at);
            CHECK(a.fate == b.fate);
            CHECK_FALSE(a.duplicate);
            CHECK_FALSE(struck.broken(PortId(0), now, a.at));
            CHECK_FALSE(struck.cut(NodeId(0), NodeId(1), now, a.at));
        }
    }
}

TEST_CASE("striking what does not exist and healing twice are bugs, not results") {
    Network network = star();
    CHECK_THROWS_AS(network.strike(LinkFault{LinkDown{}, {PortId(8)}}, at(0)), InvariantBroken);
    CHECK_THROWS_AS(network.strike(LinkFault{LinkLoss{1.5}, {PortId(0)}}, at(0)), InvariantBroken);
    CHECK_THROWS_AS(network.strike(LinkFault{LinkSlowdown{0}, {PortId(0)}}, at(0)), InvariantBroken);
    CHECK_THROWS_AS(network.strike(Partition{{NodeId(4)}}, at(0)), InvariantBroken);
    const FaultHandle fault = network.strike(LinkFault{LinkDelay{1us}, {PortId(0)}}, at(0));
    network.heal(fault, at(10));
    CHECK_THROWS_AS(network.heal(fault, at(10)), InvariantBroken);
}
