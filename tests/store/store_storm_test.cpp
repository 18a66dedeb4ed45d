// Storms: requests, joins and leaves go on while nodes crash, pause and come back, and messages are lost, doubled and
// late. A checker looks at everything that clients saw and, in the end, at what nodes hold.
#include <doctest/doctest.h>

#include "store_world.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::test;

namespace {

struct Storm {
    StoreSetting setting;
    int rounds = 60;
    std::size_t crashes_at_once = 1;  ///< fewer than acknowledge a write
};

/// A crash of the node or the process, or a pause; ends after `lasts`.
struct Outage {
    std::size_t member;
    enum class Kind : std::uint8_t { node, process, pause } kind;
    Time ends;
};

void strike(StoreWorld& world, const Outage& outage) {
    const NodeId node = world.node(outage.member);
    if (outage.kind == Outage::Kind::node) world.cluster.crash(node);
    if (outage.kind == Outage::Kind::process) world.cluster.crash(world.cluster.processes_on(node).front());
    if (outage.kind == Outage::Kind::pause) world.cluster.pause(node);
}

void heal(StoreWorld& world, const Outage& outage) {
    const NodeId node = world.node(outage.member);
    if (outage.kind == Outage::Kind::node) world.cluster.restart(node);
    if (outage.kind == Outage::Kind::process) world.cluster.restart(world.cluster.processes_on(node).front());
    if (outage.kind == Outage::Kind::pause) world.cluster.resume(node);
}

/// What the checkers have to say, after everything has healed; empty if nothing.
std::string play(const Storm& storm, StoreWorld& world) {
    RandomStream random = stream_of(stream_key(storm.setting.seed, "storm", 0));
    std::vector<Outage> outages;
    world.play(20ms);
    for (int round = 0; round < storm.rounds; ++round) {
        const Time now = world.kernel().now();
        for (std::size_t i = outages.size(); i-- > 0;) {
            if (outages[i].ends > now) continue;
            heal(world, outages[i]);
            outages.erase(outages.begin() + static_cast<std::ptrdiff_t>(i));
        }
        // The next crashes wait until what the last ones took has been made up for.
        if (outages.empty() && world.coordinator().at_rest() && random.below(2) == 0) {
            for (std::size_t i = 0; i < storm.crashes_at_once; ++i) {
                Outage outage{random.below(world.setting.nodes), {}, {}};
                outage.kind = static_cast<Outage::Kind>(random.below(3));
                outage.ends = now + Duration(static_cast<std::int64_t>(random.below(120'000'000)));
                bool twice = false;
                for (const Outage& other : outages) twice = twice || other.member == outage.member;
                if (twice) continue;
                // In the middle of a move, as often as not.
                if (i == 0 && random.below(2) == 0) {
                    const std::size_t member = random.below(world.setting.nodes);
                    const bool is_member = world.coordinator().map().newest().has(MemberId(member));
                    world.change(is_member ? MemberChange::Kind::leave : MemberChange::Kind::join, member);
                    world.play(Duration(static_cast<std::int64_t>(random.below(10'000'000))));
                }
                strike(world, outage);
                outages.push_back(outage);
            }
        } else if (random.below(4) == 0) {
            const std::size_t member = random.below(world.setting.nodes);
            const bool is_member = world.coordinator().map().newest().has(MemberId(member));
            world.change(is_member ? MemberChange::Kind::leave : MemberChange::Kind::join, member);
        }
        const std::uint64_t requests = random.below(30);
        for (std::uint64_t i = 0; i < requests; ++i) {
            const auto client = static_cast<std::size_t>(random.below(world.setting.clients));
            const auto access = random.below(2) == 0 ? StoreAccess::read : StoreAccess::write;
            world.ask(client, access, random.below(world.setting.keys + 10));
            world.play(Duration(static_cast<std::int64_t>(1 + random.below(800'000))));
        }
    }
    for (const Outage& outage : outages) heal(world, outage);
    for (int i = 0; i < 2'000 && !(world.coordinator().at_rest() && i > 3); ++i) world.play(100ms);
    if (!world.coordinator().at_rest()) return "the store does not come to rest";
    for (std::uint64_t key = 0; key < world.setting.keys + 10; ++key)
        for (std::size_t client = 0; client < world.setting.clients; ++client) {
            world.ask(client, StoreAccess::read, key);
            world.play(2ms);
        }
    world.play(200ms);
    if (std::string found = world.stale_reads(); !found.empty()) return found;
    return world.lost_writes();
}

std::string play(const Storm& storm) {
    StoreWorld world(storm.setting);
    return play(storm, world);
}

/// The storms that every test goes through: where keys go, what acknowledges, what survives.
std::vector<Storm> storms(std::uint64_t seeds) {
    std::vector<Storm> out;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        Storm storm;
        storm.setting.seed = seed;
        storm.setting.nodes = 7;
        storm.setting.first = 6;
        storm.setting.partitions = seed % 2 == 0 ? 12 : 0;
        storm.setting.durability = static_cast<Durability>(seed / 2 % 3);
        if (seed % 3 == 0) storm.setting.quorums = {3, 2, 2};
        if (seed % 3 == 1) storm.crashes_at_once = 2;
        if (seed % 5 == 0) storm.setting.copy_bandwidth = 2'000'000;
        if (seed % 5 == 2) {
            HotKeyPolicy hot;
            hot.every = 30ms;
            hot.share = 0.05;
            hot.place = seed % 2 == 0 ? HotPlace{3, HotPlace::Where::apart} : HotPlace{5, HotPlace::Where::with_unit};
            storm.setting.hot = hot;
        }
        if (seed % 4 == 3) {
            storm.setting.link.latency = Distribution::exponential(100'000);
            storm.setting.link.loss = 0.02;
            storm.setting.link.duplicate = 0.02;
            storm.setting.link.reorder = 0.05;
            storm.setting.link.reorder_delay = 3ms;
        }
        out.push_back(storm);
    }
    return out;
}

}  // namespace

TEST_CASE("no acknowledged write is lost or missed, whatever crashes in the middle of a move") {
    std::size_t moved = 0;
    std::size_t died = 0;
    std::size_t acknowledged = 0;
    std::size_t redirected = 0;
    std::size_t hot = 0;
    for (const Storm& storm : storms(240)) {
        CAPTURE(storm.setting.seed);
        StoreWorld world(storm.setting);
        CHECK(play(storm, world) == "");
        moved += static_cast<std::size_t>(world.noted(StoreMetric::copied_items));
        died += world.notes_of(StoreMetric::died);
        acknowledged += world.acknowledged().size();
        hot += world.notes_of(StoreMetric::became_hot);
        for (const Seen& seen : world.history) redirected += seen.result.redirects;
    }
    // The storms are storms.
    CHECK(moved > 10'000);
    CHECK(died > 500);
    CHECK(acknowledged > 1'000);
    CHECK(redirected > 1'000);
    CHECK(hot > 100);
}

TEST_CASE("the checker finds planted bugs") {
    for (const Bug bug : {Bug::copied_before_it_was_taken, Bug::writes_lost_in_a_move, Bug::deaf_to_fences,
                          Bug::serves_without_a_lease}) {
        CAPTURE(static_cast<int>(bug));
        std::size_t found = 0;
        for (Storm& storm : storms(24)) {
            storm.setting.bug = bug;
            if (!play(storm).empty()) ++found;
        }
        CHECK(found > 0);
    }
}
