// Members come, go and die while requests go on: who holds what, and what clients notice.
#include <doctest/doctest.h>

#include "store_world.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::test;

namespace {

/// Keys that each member holds.
std::vector<std::vector<std::uint64_t>> holdings(const StoreWorld& world) {
    std::vector<std::vector<std::uint64_t>> out;
    for (std::size_t i = 0; i < world.setting.nodes; ++i)
        out.push_back(world.store_node(i).items().keys([](std::uint64_t) { return true; }));
    return out;
}

std::size_t copies(const StoreWorld& world) {
    std::size_t all = 0;
    for (const auto& keys : holdings(world)) all += keys.size();
    return all;
}

}  // namespace

TEST_CASE("a write is read back, by its version, from every replica") {
    StoreWorld world({});
    const std::size_t write = world.write(7);
    world.play(10ms);
    REQUIRE(world.history[write].ended);
    CHECK(world.history[write].result.outcome == StoreOutcome::ok);
    for (int i = 0; i < 20; ++i) world.read(7);
    world.play(10ms);
    for (std::size_t i = 1; i < world.history.size(); ++i) {
        CHECK(world.history[i].result.outcome == StoreOutcome::ok);
        CHECK(world.history[i].result.version == world.history[write].result.version);
    }
    CHECK(copies(world) == 3 * 40);
}

TEST_CASE("a key that nobody wrote is absent; one of the start has the zero version and its size") {
    StoreWorld world({});
    const std::size_t nowhere = world.read(1'000);
    const std::size_t there = world.read(3);
    world.play(10ms);
    CHECK(world.history[nowhere].result.outcome == StoreOutcome::absent);
    CHECK(world.history[there].result.outcome == StoreOutcome::ok);
    CHECK(world.history[there].result.version == ItemVersion{});
    CHECK(world.history[there].result.size == 100);
}

TEST_CASE("a node that joins gets its keys and no others, and who had them gives them up") {
    for (const std::uint32_t partitions : {0u, 16u}) {
        CAPTURE(partitions);
        StoreSetting setting;
        setting.partitions = partitions;
        StoreWorld world(setting);
        world.play(20ms);
        const auto before = holdings(world);
        CHECK(before[5].empty());
        REQUIRE(world.change(MemberChange::Kind::join, 5));
        world.play(400ms);
        CHECK(world.coordinator().at_rest());
        CHECK(world.lost_writes() == "");
        const auto after = holdings(world);
        CHECK(!after[5].empty());
        CHECK(copies(world) == 3 * 40);
        CHECK(world.noted(StoreMetric::copied_items) == static_cast<std::int64_t>(after[5].size()));
        CHECK(world.noted(StoreMetric::copied_bytes) == 100 * static_cast<std::int64_t>(after[5].size()));
        for (std::size_t i = 0; i < 5; ++i) CHECK(after[i].size() <= before[i].size());
    }
}

TEST_CASE("a node that leaves and comes back has every key again, and so has everybody else") {
    for (const std::uint32_t partitions : {0u, 16u}) {
        CAPTURE(partitions);
        StoreSetting setting;
        setting.partitions = partitions;
        StoreWorld world(setting);
        const auto before = holdings(world);
        world.play(20ms);
        REQUIRE(world.change(MemberChange::Kind::leave, 2));
        world.play(400ms);
        CHECK(world.coordinator().at_rest());
        CHECK(holdings(world)[2].empty());
        CHECK(copies(world) == 3 * 40);
        REQUIRE(world.change(MemberChange::Kind::join, 2));
        world.play(400ms);
        CHECK(world.coordinator().at_rest());
        CHECK(holdings(world) == before);
    }
}

TEST_CASE("a client with an old map is sent on, once, and finds what was moved") {
    StoreWorld world({});
    world.play(20ms);
    world.change(MemberChange::Kind::join, 5);
    world.play(400ms);
    CHECK(world.client(0).map().version() == 0);
    const std::uint64_t moved = world.store_node(5).items().keys([](std::uint64_t) { return true; }).front();
    const std::size_t read = world.read(moved);
    world.play(10ms);
    CHECK(world.history[read].result.outcome == StoreOutcome::ok);
    CHECK(world.history[read].result.redirects == 1);
    CHECK(world.client(0).map().version() == world.coordinator().map().version());
    const std::size_t again = world.read(moved);
    world.play(10ms);
    CHECK(world.history[again].result.redirects == 0);
}

TEST_CASE("a dead node is found out by its lease, and its keys get three replicas again") {
    for (const std::uint32_t partitions : {0u, 16u}) {
        CAPTURE(partitions);
        StoreSetting setting;
        setting.partitions = partitions;
        StoreWorld world(setting);
        world.play(20ms);
        world.cluster.crash(world.node(1));
        world.play(600ms);
        CHECK(world.coordinator().at_rest());
        CHECK(world.notes_of(StoreMetric::died) == 1);
        CHECK(!world.coordinator().map().newest().has(MemberId(1u)));
        CHECK(world.lost_writes() == "");
        // Back again it is empty first, then joins by itself.
        world.cluster.restart(world.node(1));
        world.play(600ms);
        CHECK(world.coordinator().at_rest());
        CHECK(world.coordinator().map().newest().has(MemberId(1u)));
        CHECK(world.lost_writes() == "");
        CHECK(copies(world) == 3 * 40);
    }
}

TEST_CASE("with every write on disk a short crash costs no copying; in memory all is copied anew") {
    for (const Durability durability : {Durability::synced, Durability::memory}) {
        StoreSetting setting;
        setting.durability = durability;
        StoreWorld world(setting);
        const std::size_t write = world.write(5);
        world.play(20ms);
        REQUIRE(world.history[write].result.outcome == StoreOutcome::ok);
        world.cluster.crash(world.node(1));
        world.play(10ms);
        world.cluster.restart(world.node(1));
        world.play(600ms);
        CHECK(world.coordinator().at_rest());
        CHECK(world.lost_writes() == "");
        CHECK((world.noted(StoreMetric::copied_items) == 0) == (durability == Durability::synced));
    }
}

TEST_CASE("the throttle is kept: moving takes at least as long as the bytes at its bandwidth") {
    StoreSetting setting;
    setting.keys = 400;
    setting.copy_bandwidth = 1'000'000;  // 125 kB/s: a batch of 64 items of 100 bytes every 51 ms
    StoreWorld world(setting);
    world.play(20ms);
    world.change(MemberChange::Kind::join, 5);
    world.play(2s);
    REQUIRE(world.coordinator().at_rest());
    Time begun{};
    Time moved{};
    for (const NoteTaken& note : world.notes) {
        if (note.metric == metric_id(StoreMetric::moving)) begun = note.at;
        if (note.metric == metric_id(StoreMetric::moved)) moved = note.at;
    }
    const std::int64_t bytes = world.noted(StoreMetric::copied_bytes);
    CHECK(bytes > 15'000);
    // Five members give; the last batch of each is not waited for.
    const double each = static_cast<double>(bytes) / 5 - 6'400;
    CHECK(seconds(moved - begun) > each / 125'000);
}

TEST_CASE("a write that does not fit into a node's memory is refused, and the item is as before") {
    StoreSetting setting;
    setting.memory = 40 * 100;  // all keys of the start, and no more
    StoreWorld world(setting);
    std::size_t refused = 0;
    for (std::uint64_t key = 1'000; key < 1'100; ++key) world.write(key);
    world.play(50ms);
    for (const Seen& seen : world.history)
        if (seen.result.outcome == StoreOutcome::refused) ++refused;
    CHECK(refused > 0);
    for (std::size_t i = 0; i < 6; ++i) CHECK(world.store_node(i).items().bytes() <= 4'000);
    const std::size_t over = world.write(3);  // takes the place of the one that is there
    world.play(50ms);
    CHECK(world.history[over].result.outcome == StoreOutcome::ok);
}

TEST_CASE("a client without a map asks a proxy, which has one") {
    StoreSetting setting;
    setting.proxies = 2;
    StoreWorld world(setting);
    const std::size_t write = world.write(7);
    world.play(10ms);
    const std::size_t read = world.read(7);
    world.play(10ms);
    CHECK(world.history[write].result.outcome == StoreOutcome::ok);
    CHECK(world.history[read].result.version == world.history[write].result.version);
    CHECK(world.history[read].result.took == 400us);  // twice as far
}

TEST_CASE("as many members stay as there are replicas, and nobody joins twice") {
    StoreSetting setting;
    setting.first = 4;
    StoreWorld world(setting);
    world.play(20ms);
    world.change(MemberChange::Kind::join, 2);
    world.change(MemberChange::Kind::leave, 5);
    world.change(MemberChange::Kind::leave, 0);
    world.change(MemberChange::Kind::leave, 1);
    world.play(600ms);
    CHECK(world.coordinator().at_rest());
    CHECK(world.notes_of(StoreMetric::change_refused) == 3);
    CHECK(world.notes_of(StoreMetric::change_done) == 1);
    CHECK(world.coordinator().map().newest().members().size() == 3);
}

TEST_CASE("a coordinator that crashes in the middle of a move goes on where it was") {
    for (int after = 0; after < 40; ++after) {
        CAPTURE(after);
        StoreWorld world({});
        world.play(20ms);
        world.change(MemberChange::Kind::join, 5);
        world.play(Duration(1 + after * 150'000));
        world.cluster.crash(NodeId(0u));
        world.play(5ms);
        world.cluster.restart(NodeId(0u));
        world.play(600ms);
        CHECK(world.coordinator().at_rest());
        CHECK(world.lost_writes() == "");
        // It is asked again where it had not written the change down.
        if (!world.coordinator().map().newest().has(MemberId(5u))) CHECK(after < 3);
    }
}

TEST_CASE("a hot key gets more replicas, which are read, and gives them up when it has cooled down") {
    for (const std::uint32_t partitions : {0u, 16u}) {
        CAPTURE(partitions);
        StoreSetting setting;
        setting.first = 6;
        setting.partitions = partitions;
        setting.hot = HotKeyPolicy{20ms, 0.3, {5, HotPlace::Where::with_unit}, 8};
        StoreWorld world(setting);
        world.play(20ms);
        for (int i = 0; i < 400; ++i) {
            world.read(i % 2 == 0 ? 7 : static_cast<std::uint64_t>(i % 40));
            world.play(300us);
        }
        CHECK(world.notes_of(StoreMetric::became_hot) == 1);
        MemberArray old;
        MemberArray fresh;
        CHECK(world.coordinator().map().place(7, old, fresh).olds == 5);
        CHECK(world.lost_writes() == "");
        std::size_t holders = 0;
        for (std::size_t i = 0; i < 6; ++i) holders += world.store_node(i).items().find(7) != nullptr ? 1 : 0;
        CHECK(holders == 5);
        const std::size_t write = world.write(7);
        world.play(5ms);
        CHECK(world.history[write].result.outcome == StoreOutcome::ok);
        for (int i = 0; i < 400; ++i) {
            world.read(static_cast<std::uint64_t>(i % 40));
            world.play(300us);
        }
        world.play(100ms);
        CHECK(world.notes_of(StoreMetric::cooled_down) == 1);
        CHECK(world.coordinator().map().place(7, old, fresh).olds == 3);
        CHECK(world.stale_reads() == "");
        CHECK(world.lost_writes() == "");
        CHECK(copies(world) == 3 * 40);
    }
}

TEST_CASE("a hot key that is split off its partition is where a partition of its own would be") {
    StoreSetting setting;
    setting.first = 6;
    setting.partitions = 4;
    setting.hot = HotKeyPolicy{20ms, 0.3, {3, HotPlace::Where::apart}, 8};
    StoreWorld world(setting);
    world.play(20ms);
    for (int i = 0; i < 400; ++i) {
        world.read(i % 2 == 0 ? 7 : static_cast<std::uint64_t>(i % 40));
        world.play(300us);
    }
    world.play(5ms);
    CHECK(world.notes_of(StoreMetric::became_hot) == 1);
    MemberArray expected;
    world.coordinator().map().newest().replicas_apart(7, std::span(expected).first(3));
    for (std::size_t i = 0; i < 3; ++i) CHECK(world.store_node(expected[i].index()).items().find(7) != nullptr);
    CHECK(copies(world) == 3 * 40);
    CHECK(world.lost_writes() == "");
    CHECK(world.stale_reads() == "");
}
