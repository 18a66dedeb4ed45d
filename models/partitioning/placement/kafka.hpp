/// How Kafka places the replicas of a new topic's partitions on brokers: with ZooKeeper (AdminUtils) and with KRaft
/// (StripedReplicaPlacer). Facts of Apache Kafka 4.0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/hashing/functions/java_random.hpp"
#include "models/partitioning/replica_placement.hpp"

namespace orrery::models {

struct KafkaBroker {
    std::int32_t id = 0;
    std::optional<std::string> rack = {};
    enum class State : std::uint8_t { active, fenced } state = State::active;  ///< KRaft only
};

using BrokerLists = std::vector<std::vector<std::int32_t>>;

struct KafkaTopicSpec {
    std::int32_t partitions = 1;
    std::int32_t replicas = 1;
    /// Where the first replica of partition 0, and the shift of the second ones, begin; nothing: drawn, twice.
    std::optional<std::int32_t> start = {};
    /// Number of the first new partition; partitions that are there already count for the shift.
    std::int32_t first_partition = 0;
};

/// AdminUtils.assignReplicasToBrokers. Without racks: replica 0 of partition p at place p + start of the list of
/// brokers (as given), replica j a shift further, which grows by one each time around. With racks (of all brokers): the
/// same over a list that takes one broker of each rack in turns, racks by name, brokers by id; a broker is passed over
/// while its rack has a replica and some rack has none. Returns the brokers of each partition. Throws PlacementError:
/// no partitions or replicas, more replicas than brokers, a rack for some brokers only.
BrokerLists kafka_admin_placement(const std::vector<KafkaBroker>& brokers, const KafkaTopicSpec& spec,
                                  JavaRandom& random);

/// StripedReplicaPlacer. Racks by name in turns from a random one, brokers of a rack in turns from a random one, active
/// ones first; the first replica is on an active broker; when as many partitions are placed as there are active
/// brokers, everything is shuffled. `start` and `first_partition` play no part. Throws PlacementError: as above, or no
/// active broker.
BrokerLists kafka_striped_placement(const std::vector<KafkaBroker>& brokers, const KafkaTopicSpec& spec,
                                    JavaRandom& random);

}  // namespace orrery::models
