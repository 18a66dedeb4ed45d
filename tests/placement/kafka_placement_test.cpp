// Kafka's two placements, worked by hand.
#include <doctest/doctest.h>

#include "models/partitioning/placement/kafka.hpp"
#include "placement_helpers.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::models::test;

namespace {

/// Brokers 0, 1, ... in these racks; "" is none.
std::vector<KafkaBroker> brokers_in(const std::vector<std::string>& racks) {
    std::vector<KafkaBroker> brokers;
    for (const std::string& rack : racks) {
        brokers.push_back({static_cast<std::int32_t>(brokers.size()), {}});
        if (!rack.empty()) brokers.back().rack = rack;
    }
    return brokers;
}

BrokerLists admin(const std::vector<KafkaBroker>& brokers, KafkaTopicSpec spec) {
    JavaRandom random(0);
    return kafka_admin_placement(brokers, spec, random);
}

BrokerLists striped(const std::vector<KafkaBroker>& brokers, std::int32_t partitions, std::int32_t replicas) {
    JavaRandom random(0);
    return kafka_striped_placement(brokers, {partitions, replicas}, random);
}

std::string error_of(const std::vector<KafkaBroker>& brokers, KafkaTopicSpec spec) {
    JavaRandom random(0);
    std::string by_admin;
    try {
        kafka_admin_placement(brokers, spec, random);
    } catch (const PlacementError& error) {
        by_admin = error.what();
    }
    CHECK_THROWS_WITH_AS(kafka_striped_placement(brokers, spec, random), by_admin.c_str(), PlacementError);
    return by_admin;
}

const std::vector<std::string> five(5);

}  // namespace

TEST_CASE("without racks followers stand a shift behind the leader, one further each time around") {
    // Replica 1 + j of a partition led by place f, after t times around: f + 1 + (t + j) mod 4, of 5.
    CHECK(admin(brokers_in(five), {20, 3, 0}) ==
          BrokerLists{{0, 1, 2}, {1, 2, 3}, {2, 3, 4}, {3, 4, 0}, {4, 0, 1},    //
                      {0, 2, 3}, {1, 3, 4}, {2, 4, 0}, {3, 0, 1}, {4, 1, 2},    //
                      {0, 3, 4}, {1, 4, 0}, {2, 0, 1}, {3, 1, 2}, {4, 2, 3},    //
                      {0, 4, 1}, {1, 0, 2}, {2, 1, 3}, {3, 2, 4}, {4, 3, 0}});  //
}

TEST_CASE("a start moves the first leader and the shift; new partitions of a topic go on where it ended") {
    CHECK(admin(brokers_in(five), {2, 2, 2}) == BrokerLists{{2, 0}, {3, 1}});
    // From partition 5 on the shift grows at 5 itself, as it did when the topic was made with ten; but not at 4.
    CHECK(admin(brokers_in(five), {2, 3, 0, 5}) == BrokerLists{{0, 2, 3}, {1, 3, 4}});
    CHECK(admin(brokers_in(five), {2, 3, 0, 4}) == BrokerLists{{4, 0, 1}, {0, 2, 3}});
}

TEST_CASE("brokers of all racks take turns, and a rack comes again when all have a replica") {
    // In turns: 0 (r1), 3 (r2), 1 (r3), 5 (r1), 4 (r2), 2 (r3).
    const auto brokers = brokers_in({"r1", "r3", "r3", "r2", "r2", "r1"});
    CHECK(admin(brokers, {12, 3, 0}) == BrokerLists{{0, 3, 1},
                                                    {3, 1, 5},
                                                    {1, 5, 4},
                                                    {5, 4, 2},
                                                    {4, 2, 0},
                                                    {2, 0, 3},
                                                    {0, 4, 2},
                                                    {3, 2, 0},
                                                    {1, 0, 3},
                                                    {5, 3, 1},
                                                    {4, 1, 5},
                                                    {2, 5, 4}});
    // Two racks, three replicas: 0 (a), 1 (b), 2 (a) in turns. Of partition 0 the third shares a rack.
    CHECK(admin(brokers_in({"a", "b", "a"}), {1, 3, 0}) == BrokerLists{{0, 1, 2}});
}

TEST_CASE("a broker alone leads everything") {
    CHECK(admin(brokers_in({""}), {3, 1}) == BrokerLists{{0}, {0}, {0}});
    CHECK(striped(brokers_in({""}), 3, 1) == BrokerLists{{0}, {0}, {0}});
}

TEST_CASE("stripes without racks begin at a random broker and move one on with each partition") {
    // java.util.Random(0) draws 2 of 4.
    CHECK(striped(brokers_in({"", "", "", ""}), 4, 3) == BrokerLists{{2, 3, 0}, {3, 0, 1}, {0, 1, 2}, {1, 2, 3}});
}

TEST_CASE("stripes go over the racks in turns, and every broker leads once before it is shuffled") {
    // java.util.Random(0) draws 1, 1 and 0 of 2, the first brokers of a, b and c: 1, 3 and 4; and 2 of 3: c leads.
    CHECK(striped(brokers_in({"a", "a", "b", "b", "c", "c"}), 6, 3) ==
          BrokerLists{{4, 1, 3}, {0, 2, 5}, {3, 4, 1}, {5, 0, 2}, {1, 3, 4}, {2, 5, 0}});
}

TEST_CASE("a fenced broker follows and never leads, and when all are fenced there is no placement") {
    auto brokers = brokers_in({"", ""});
    brokers[0].state = KafkaBroker::State::fenced;
    CHECK(striped(brokers, 3, 2) == BrokerLists{{1, 0}, {1, 0}, {1, 0}});
    CHECK(striped(brokers, 2, 1) == BrokerLists{{1}, {1}});
    brokers[1].state = KafkaBroker::State::fenced;
    CHECK_THROWS_WITH_AS(striped(brokers, 1, 1), "all brokers are fenced", PlacementError);
}

TEST_CASE("what Kafka refuses is refused: too many replicas, none, no partitions, racks for some brokers only") {
    CHECK(error_of(brokers_in({"", ""}), {1, 3}) == "3 replicas do not fit on 2 brokers");
    CHECK(error_of({}, {1, 1}) == "1 replicas do not fit on 0 brokers");
    CHECK(error_of(brokers_in({""}), {1, 0}) == "0 replicas; at least one is needed");
    CHECK(error_of(brokers_in({""}), {0, 1}) == "0 partitions; at least one is needed");
    CHECK_THROWS_AS(admin(brokers_in({"a", ""}), {1, 1}), PlacementError);
    CHECK(striped(brokers_in({"a", ""}), 1, 2).front().size() == 2);
}

TEST_CASE("as rows of the catalog they take nodes by id, zone and rack, and a topic without partitions") {
    for (const char* name : {"kafka_admin", "kafka_striped"}) {
        const auto placement = make_placement(name, placement_settings());
        auto nodes = nodes_in_racks(6, 3);
        for (Member& node : nodes) node.id = MemberId(node.id.index() * 10);
        RandomStream random(5);
        const ReplicaMap map = placement->place(nodes, {12, 3}, random);
        for (std::size_t p = 0; p < 12; ++p) {
            std::size_t racks = 0;
            for (const MemberId id : map.of(p)) racks |= std::size_t{1} << (id.index() / 10 % 3);
            CHECK(racks == 7);
        }
        CHECK(placement->place(nodes, {0, 3}, random).partitions() == 0);
    }
}
