// Kafka's and Cassandra's own answers.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "models/partitioning/placement/cassandra.hpp"
#include "models/partitioning/placement/kafka.hpp"
#include "tests/golden.hpp"

using namespace orrery;
using namespace orrery::models;

namespace {

std::vector<KafkaBroker> brokers_of(const nlohmann::json& list) {
    std::vector<KafkaBroker> out;
    for (const auto& one : list) {
        out.push_back({one["id"], {}});
        if (one.contains("rack") && !one["rack"].is_null()) out.back().rack = one["rack"].get<std::string>();
        if (one.value("fenced", false)) out.back().state = KafkaBroker::State::fenced;
    }
    return out;
}

}  // namespace

TEST_CASE("the classic placement of replicas agrees with Kafka's") {
    const auto text = testing::golden_text("kafka_replica_placement.json");
    if (!text) return;
    const auto all = nlohmann::json::parse(*text);
    for (const auto& one : all["admin_utils_assign_replicas"]) {
        KafkaTopicSpec spec{one["partitions"], one["replication_factor"], one["fixed_start_index"].get<std::int32_t>(),
                            one["start_partition_id"]};
        JavaRandom random(1);
        const BrokerLists placed = kafka_admin_placement(brokers_of(one["brokers"]), spec, random);
        REQUIRE(placed.size() == one["assignment"].size());
        for (std::size_t i = 0; i < placed.size(); ++i)
            CHECK(placed[i] == one["assignment"][std::to_string(static_cast<std::size_t>(spec.first_partition) + i)]
                                   .get<std::vector<std::int32_t>>());
    }
}

TEST_CASE("the striped placement of replicas agrees with Kafka's") {
    const auto text = testing::golden_text("kafka_replica_placement.json");
    if (!text) return;
    const auto all = nlohmann::json::parse(*text);
    for (const auto& one : all["striped_replica_placer"]) {
        JavaRandom random(one["java_random_seed"].get<std::int64_t>());
        const KafkaTopicSpec spec{one["partitions"], one["replication_factor"]};
        CHECK(kafka_striped_placement(brokers_of(one["brokers"]), spec, random) ==
              one["assignment"].get<BrokerLists>());
    }
}

TEST_CASE("replicas on a ring of tokens agree with Cassandra's driver") {
    const auto text = testing::golden_text("cassandra_replicas.json");
    if (!text) return;
    for (const auto& one : nlohmann::json::parse(*text)) {
        std::vector<Member> nodes;
        std::map<std::string, std::uint32_t> numbers;
        for (const auto& host : one["hosts"]) {
            numbers[host[0]] = static_cast<std::uint32_t>(nodes.size());
            nodes.push_back({MemberId(nodes.size()), host[0], 1, host[1], host[2]});
        }
        TokenRing ring;
        for (const auto& entry : one["ring"]) {
            ring.tokens.push_back(std::stoll(entry[0].get<std::string>()));
            ring.owners.push_back(numbers.at(entry[1]));
        }
        std::map<std::string, std::size_t> options;
        for (const auto& [zone, count] : one["nts_options"].items())
            options[zone] = std::stoul(count.get<std::string>());
        const auto names = [&](const std::vector<std::uint32_t>& placed) {
            std::vector<std::string> out;
            for (const std::uint32_t node : placed) out.push_back(nodes[node].name);
            return out;
        };
        for (std::size_t i = 0; i < ring.tokens.size(); ++i) {
            CHECK(ring.entry_of(ring.tokens[i]) == i);
            CHECK(names(simple_strategy(ring, i, one["simple_rf"])) ==
                  one["simple_replicas"][i].get<std::vector<std::string>>());
            auto found = names(network_topology_strategy(ring, i, nodes, options));
            auto expected = one["nts_replicas"][i].get<std::vector<std::string>>();
            std::sort(found.begin(), found.end());
            std::sort(expected.begin(), expected.end());
            CHECK(found == expected);
        }
    }
}
