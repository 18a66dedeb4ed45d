// Partitioning names the candidates for a request, scheduling picks among them.
#include <doctest/doctest.h>

#include <map>
#include <set>

#include "models/scheduling/balancer.hpp"
#include "models/scheduling/catalog.hpp"
#include "test_ring.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::test;

TEST_CASE("a balancer with a partitioning sends a key to its candidates, to each of them, and to nobody else") {
    auto layout = std::make_shared<Layout::Spec>();
    layout->keys = std::make_shared<KeySpace>(KeySpace::slices(1));
    layout->members = members_of(9);
    layout->replicas = 3;
    auto ring = std::make_unique<TestRing>();
    ring->reset(layout->members);
    auto spec = std::make_shared<BalancerSpec>();
    for (std::size_t i = 0; i < 9; ++i) spec->workers.push_back({ProcessId(1 + i), 1, 1, 0});
    spec->partitioning = Layout::first(layout, std::move(ring));
    std::unique_ptr<Dispatcher> dispatcher;
    for (const auto& row : dispatchers())
        if (row.name == "random") dispatcher = row.make(Settings{});
    Balancer balancer(spec, std::move(dispatcher));

    RandomStream random(4);
    Outbox<Balancer> outbox;
    std::map<std::uint64_t, std::set<std::uint32_t>> seen;
    for (std::uint64_t i = 0; i < 2'000; ++i) {
        ServiceRequest request;
        request.key = i % 20;
        Env env{ProcessId(0u), time_zero, random};
        outbox.open(Ticket{1});
        balancer.step(env, Input<Balancer>(Request<Balancer>{RequestId{i}, request}), outbox);
        for (const auto& output : outbox.outputs())
            if (const auto* send = std::get_if<Send<Balancer>>(&output)) seen[request.key].insert(send->to.value - 1);
    }
    std::array<MemberId, 3> expected;
    for (std::uint64_t key = 0; key < 20; ++key) {
        spec->partitioning->replicas(key, UnitId(0u), expected);
        CHECK(seen[key] == std::set{expected[0].value, expected[1].value, expected[2].value});
    }
}
