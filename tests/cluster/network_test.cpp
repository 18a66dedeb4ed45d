// Times worked by hand. A byte at 10 Gbit/s takes 0.8 ns, 1,000 bytes take 800 ns.
#include "sim/cluster/network.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sim/base/check.hpp"
#include "sim/cluster/topology_shapes.hpp"

using namespace orrery;

namespace {

constexpr std::int64_t gigabit = 1'000'000'000;

Time at(std::int64_t nanoseconds) {
    return Time(Duration(nanoseconds));
}

Network star(LinkSpec link, Fidelity fidelity = Fidelity::queue, std::uint32_t nodes = 4) {
    return Network(make_topology(Star{nodes}), std::move(link), fidelity);
}

LinkSpec link(Duration latency, std::optional<std::int64_t> bandwidth = {}, std::optional<std::int64_t> queue = {}) {
    LinkSpec out;
    out.latency = Distribution::constant(static_cast<double>(latency.count()));
    out.bandwidth = bandwidth;
    out.queue_bytes = queue;
    return out;
}

struct Message {
    NodeId from, to;
    std::uint64_t bytes = 1000;
};

// Follows a message to its end; other messages do not exist meanwhile.
Hop follow(Network& network, const Message& message, Time now, std::uint64_t flow = 0) {
    RandomStream chance(mix64(flow + 99));
    Hop hop = network.send(message.from, message.to, flow, message.bytes, now, chance);
    while (hop.fate == Hop::Fate::forwarded)
        hop = network.forward(hop.port, message.to, flow, message.bytes, hop.at, chance);
    return hop;
}

const Message a_to_b{NodeId(0), NodeId(1)};

}  // namespace

TEST_CASE("through a star: two transmissions and two latencies, to the nanosecond") {
    Network network = star(link(10us, 10 * gigabit));
    RandomStream chance(1);
    const Hop first = network.send(NodeId(0), NodeId(1), 0, 1000, at(50), chance);
    CHECK(first.fate == Hop::Fate::forwarded);
    CHECK(first.port == network.topology().downlink(NodeId(1)));
    CHECK(first.at == at(50 + 800 + 10'000));
    const Hop second = network.forward(first.port, NodeId(1), 0, 1000, first.at, chance);
    CHECK(second.fate == Hop::Fate::delivered);
    CHECK(second.at == at(50 + 2 * 10'800));
    CHECK(chance == RandomStream(1));  // nothing random, nothing drawn
}

TEST_CASE("two senders to one receiver queue at its downlink") {
    Network network = star(link(10us, 10 * gigabit));
    RandomStream chance(1);
    const Hop a = network.send(NodeId(0), NodeId(2), 0, 1000, at(0), chance);
    const Hop b = network.send(NodeId(1), NodeId(2), 0, 1000, at(100), chance);
    CHECK(network.forward(a.port, NodeId(2), 0, 1000, a.at, chance).at == at(21'600));
    // It is there at 10,900, the port is busy until 11,600, so it waits 700.
    CHECK(network.forward(b.port, NodeId(2), 0, 1000, b.at, chance).at == at(11'600 + 800 + 10'000));
    const Port& port = network.port(a.port);
    CHECK(port.messages() == 2);
    CHECK(port.bytes() == 2000);
    CHECK(port.waiting() == 700);
    CHECK(port.bytes_waiting() == 700'000);
    CHECK(port.backlog(b.at) == 1500ns);
    CHECK(port.backlog(at(12'400)) == 0ns);
}

TEST_CASE("a hundred messages of 64 bytes at 100 Gbit/s take 512 ns, not 600") {
    Port port;
    const Rate rate(100 * gigabit, {});
    CHECK(port.enter(rate, 64, at(0)) == at(6));   // 5.12
    CHECK(port.enter(rate, 64, at(0)) == at(11));  // 10.24
    for (int i = 2; i < 99; ++i) static_cast<void>(port.enter(rate, 64, at(0)));
    CHECK(port.enter(rate, 64, at(0)) == at(512));
    // An idle port starts afresh: nothing of an old fraction is left.
    CHECK(port.enter(rate, 64, at(1000)) == at(1006));
    // At 1,005 the wire is busy until 1,005.12: the next bit starts there, not at 1,005 nor 1,006.
    CHECK(port.enter(rate, 64, at(1005)) == at(1011));  // 1,010.24
}

TEST_CASE("a rate that divides nothing is exact in the long run") {
    Port port;
    const Rate rate(7'777'777'777, {});
    Time last{};
    for (int i = 0; i < 1'000'000; ++i) last = *port.enter(rate, 1500, at(0));
    // 1,500 MB * 8 / 7,777,777,777 bit/s = 1.542857142901... s, rounded up.
    const Wide bits = static_cast<Wide>(1'500'000'000) * 8 * 1'000'000'000;
    CHECK(last == at(static_cast<std::int64_t>((bits + 7'777'777'776) / 7'777'777'777)));
}

TEST_CASE("two 10 Gbit/s links in series carry 10 Gbit/s, and no less") {
    Network network = star(link(1us, 10 * gigabit));
    RandomStream chance(1);
    constexpr int count = 100'000;
    std::vector<Hop> hops;
    for (int i = 0; i < count; ++i) hops.push_back(network.send(NodeId(0), NodeId(1), 0, 64, at(0), chance));
    Time last{};
    for (const Hop& hop : hops) last = network.forward(hop.port, NodeId(1), 0, 64, hop.at, chance).at;
    // 51.2 ns each, the last one twice, and two latencies; rounding up at each link may add one.
    const std::int64_t exact = 5'120'000 + 52 + 2'000;
    CHECK(last >= at(exact - 1));
    CHECK(last <= at(exact + 1));
}

TEST_CASE("a full queue drops the tail; the message in transmission counts with what it still has to send") {
    Network network = star(link(0us, 8 * gigabit, 3000));  // a byte a nanosecond
    RandomStream chance(1);
    const auto send = [&](std::uint64_t bytes, std::int64_t now) {
        return network.send(NodeId(0), NodeId(1), 0, bytes, at(now), chance);
    };
    for (int i = 0; i < 3; ++i) CHECK(send(1000, 0).fate == Hop::Fate::forwarded);
    const Hop refused = send(1, 0);
    CHECK(refused.fate == Hop::Fate::dropped);
    CHECK(refused.reason == DropReason::queue_full);
    CHECK(send(501, 500).fate == Hop::Fate::dropped);
    CHECK(send(500, 500).at == at(3500));                  // exactly full
    CHECK(send(3001, 10'000).fate == Hop::Fate::dropped);  // never fits
    CHECK(send(3000, 10'000).at == at(13'000));
    CHECK(network.drops()[static_cast<std::size_t>(DropReason::queue_full)] == 3);
    CHECK(network.drops(PortId(0))[static_cast<std::size_t>(DropReason::queue_full)] == 3);
    CHECK(network.drops(PortId(1)) == DropCounts{});
    CHECK(network.port(PortId(0)).messages() == 5);
}

TEST_CASE("a limit that ends inside a nanosecond is kept exactly") {
    Port port;
    const Rate rate(100 * gigabit, 128);  // 10.24 ns
    CHECK(port.enter(rate, 64, at(0)));
    CHECK(port.enter(rate, 64, at(0)));
    CHECK_FALSE(port.enter(rate, 1, at(0)));
    CHECK_FALSE(port.enter(rate, 13, at(1)));  // 1 ns has sent 12.5 bytes
    CHECK(port.enter(rate, 12, at(1)));
}

TEST_CASE("sizes and rates at the ends of their ranges give late times, never wrong ones") {
    Port slow;
    CHECK(slow.enter(Rate(1, {}), std::numeric_limits<std::uint64_t>::max(), at(0)) == time_max);
    CHECK(slow.enter(Rate(1, {}), 1, at(5)) == time_max);
    CHECK(slow.enter(Rate(1, {}), 0, at(5)) == time_max);
    Port fast;
    CHECK(fast.enter(Rate(1'000'000'000'000'000, {}), std::uint64_t{1} << 62, at(0)) ==
          at(36'893'488'147'420));  // 2^65 bit / 1e6 bit/ns, rounded up
    CHECK(fast.enter(Rate(1'000'000'000'000'000, 1), 2, at(0)) == std::nullopt);
    Network network = star(link(10us, 1));
    CHECK(follow(network, {NodeId(0), NodeId(1), std::numeric_limits<std::uint64_t>::max()}, at(0)).at == time_max);
}

TEST_CASE("a message to the own node arrives at once and passes no port") {
    Network network = star(link(10us, 10 * gigabit));
    const Hop hop = follow(network, {NodeId(2), NodeId(2)}, at(7));
    CHECK(hop.fate == Hop::Fate::delivered);
    CHECK(hop.at == at(7));
    CHECK(network.port(PortId(2)).messages() == 0);
}

TEST_CASE("in fidelity latency a message is one hop over the latencies of its route") {
    Network flat = star(link(10us, 10 * gigabit), Fidelity::latency);
    CHECK(follow(flat, a_to_b, at(5)).at == at(20'005));
    Network fabric(make_topology(LeafSpine{2, 1, 2, {Duration(3us), {}}}), link(10us), Fidelity::latency);
    CHECK(follow(fabric, a_to_b, at(0)).at == at(26'000));
    CHECK(fabric.latency_least(NodeId(0), NodeId(1), 9) == 26us);
}

TEST_CASE("through leaves and spines each of four ports takes its own bandwidth") {
    Network fabric(make_topology(LeafSpine{2, 1, 2, {{}, 40 * gigabit}}), link(10us, 10 * gigabit), Fidelity::queue);
    CHECK(follow(fabric, a_to_b, at(0)).at == at(4 * 10'000 + 2 * 800 + 2 * 200));
}

TEST_CASE("the lookahead is the least latency between domains, whatever the faults") {
    CHECK(star(link(10us)).lookahead() == 10us);
    CHECK(star(link(10us), Fidelity::latency).lookahead() == 20us);
    CHECK(star(link(10us), Fidelity::queue, 1).lookahead() == Duration::max());
    CHECK(star(link(0us)).lookahead() == 0us);
    CHECK(Network(make_topology(LeafSpine{2, 1, 2, {Duration(3us), {}}}), link(10us), Fidelity::queue).lookahead() ==
          3us);
    LinkSpec jittery = link(0us);
    jittery.latency = Distribution::uniform({4000, 6000});
    CHECK(star(jittery).lookahead() == 0us);
    jittery.latency_least = 4us;
    Network network = star(jittery);
    CHECK(network.lookahead() == 4us);
    CHECK(network.latency_least(NodeId(0), NodeId(1), 0) == 8us);
}

TEST_CASE("drawn latencies have their mean, keep their floor, and are each message's own") {
    LinkSpec jittery = link(0us);
    jittery.latency = Distribution::exponential(10'000);
    jittery.latency_least = 2us;
    Network network = star(jittery);
    double sum = 0;
    constexpr int count = 20'000;
    for (int i = 0; i < count; ++i) {
        const Hop hop = follow(network, a_to_b, at(0), static_cast<std::uint64_t>(i));
        REQUIRE(hop.at >= at(4'000));
        sum += static_cast<double>(hop.at.time_since_epoch().count());
    }
    // max(X, c) of an exponential X with mean m has the mean c + m exp(-c/m) = 10,187.3 and a variance below m^2: the
    // mean of `count` sums of two is normal with a deviation below m sqrt(2 / count) = 100; four of them.
    CHECK(std::abs(sum / count - 2 * 10'187.3) < 400);
    CHECK(follow(network, a_to_b, at(0), 5).at == follow(network, a_to_b, at(0), 5).at);
    CHECK(follow(network, a_to_b, at(0), 5).at != follow(network, a_to_b, at(0), 6).at);
}

TEST_CASE("loss of 1 % is 1 %, at either link, in both fidelities; lost messages have used the wire") {
    for (const Fidelity fidelity : {Fidelity::queue, Fidelity::latency}) {
        LinkSpec lossy = link(1us, 10 * gigabit);
        lossy.loss = 0.01;
        Network network = star(lossy, fidelity);
        constexpr int count = 100'000;
        for (int i = 0; i < count; ++i)
            static_cast<void>(follow(network, a_to_b, at(i * 10'000), static_cast<std::uint64_t>(i)));
        const auto first = static_cast<double>(network.drops(PortId(0))[static_cast<std::size_t>(DropReason::loss)]);
        const auto second = static_cast<double>(network.drops(PortId(5))[static_cast<std::size_t>(DropReason::loss)]);
        // Binomial: sigma = sqrt(100,000 * 0.01 * 0.99) = 31.5, four of them.
        CHECK(std::abs(first - 1000) < 126);
        CHECK(std::abs(second - 990) < 126);
        CHECK(network.drops()[static_cast<std::size_t>(DropReason::loss)] ==
              static_cast<std::uint64_t>(first + second));
        if (fidelity == Fidelity::queue) CHECK(network.port(PortId(0)).messages() == count);
    }
}

TEST_CASE("duplicates, corruption and reordering happen at their rates and as documented") {
    LinkSpec spec = link(10us);
    spec.duplicate = 0.1;
    spec.corrupt = 0.2;
    spec.reorder = 0.3;
    spec.reorder_delay = 5us;
    Network network = star(spec);
    constexpr int count = 50'000;
    double copies = 0, corrupted = 0, late = 0;
    for (int i = 0; i < count; ++i) {
        RandomStream chance(mix64(static_cast<std::uint64_t>(i)));
        const Hop hop = network.send(NodeId(0), NodeId(1), 0, 1000, at(0), chance);
        corrupted += hop.fate == Hop::Fate::dropped ? 1 : 0;
        if (hop.fate == Hop::Fate::dropped) {
            CHECK(hop.reason == DropReason::corruption);
            CHECK_FALSE(hop.duplicate);
            continue;
        }
        late += hop.at == at(15'000) ? 1 : 0;
        if (hop.at != at(15'000)) CHECK(hop.at == at(10'000));
        copies += hop.duplicate ? 1 : 0;
        if (hop.duplicate) CHECK(*hop.duplicate == at(10'000));
    }
    // Binomial, four sigma: sqrt(n p (1 - p)) = 89.4 for 0.2; 60.7 and 92.7 for 0.1 and 0.3 of the 80 % left.
    CHECK(std::abs(corrupted - 10'000) < 358);
    CHECK(std::abs(copies - 4'000) < 4 * 60.7);
    CHECK(std::abs(late - 12'000) < 4 * 92.7);
    CHECK(network.duplicates() == static_cast<std::uint64_t>(copies));
}

TEST_CASE("chances of 0 never happen and chances of 1 always do") {
    LinkSpec spec = link(1us);
    spec.loss = 1;
    Network network = star(spec);
    for (std::uint64_t i = 0; i < 1000; ++i) CHECK(follow(network, a_to_b, at(0), i).fate == Hop::Fate::dropped);
}

TEST_CASE("a copied network goes on as the original does") {
    LinkSpec spec = link(1us, gigabit, 20'000);
    spec.loss = 0.1;
    Network original = star(spec);
    for (std::uint64_t i = 0; i < 100; ++i) static_cast<void>(follow(original, a_to_b, at(0), i));
    static_cast<void>(original.strike(LinkFault{LinkDelay{7us}, {PortId(0)}}, at(100)));
    Network copy = original;
    for (std::uint64_t i = 100; i < 200; ++i) {
        const Hop a = follow(original, a_to_b, at(static_cast<std::int64_t>(i) * 5'000), i);
        const Hop b = follow(copy, a_to_b, at(static_cast<std::int64_t>(i) * 5'000), i);
        CHECK(a.at == b.at);
        CHECK(a.fate == b.fate);
    }
    CHECK(original.drops() == copy.drops());
}

TEST_CASE("the section link is read as its table says") {
    Settings settings;
    Choice latency{"uniform", {}, {}};
    latency.settings.set("low", 4000.0);
    latency.settings.set("high", 6000.0);
    settings.add("latency", latency);
    for (const char* name : {"loss", "corrupt", "duplicate", "reorder"}) settings.set(name, 0.0);
    LinkSpec read = make_link(settings);
    CHECK(read.latency_least == 4us);
    CHECK_FALSE(read.bandwidth);
    settings.set("queue", std::int64_t{5});
    CHECK_THROWS_AS(make_link(settings), ParameterError);
    settings.set("bandwidth", std::int64_t{5});
    CHECK(make_link(settings).queue_bytes == 5);
    settings.set("reorder", 0.5);
    CHECK_THROWS_AS(make_link(settings), ParameterError);
    settings.set("reorder_delay", Duration(1ms));
    settings.set("latency_least", Duration(1us));
    CHECK(make_link(settings).latency_least == 1us);
    for (const Parameter& parameter : link_table().parameters)
        CHECK_MESSAGE(parameter.fallback.has_value(), parameter.name);  // a section of a latency alone is enough
}
