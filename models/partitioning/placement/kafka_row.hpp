/// Kafka's placements as rows: nodes to brokers and back.
#pragma once

#include <string>

#include "models/partitioning/placement/kafka.hpp"

namespace orrery::models {

/// What Java compares when it compares racks.
std::u16string java_rack_order(const std::string& rack);

/// Throws PlacementError.
void check_kafka_spec(const std::vector<KafkaBroker>& brokers, const KafkaTopicSpec& spec);

/// Brokers are nodes in order of id; "zone/rack" is the rack, or none if both are empty. The seed of java.util.Random
/// is drawn from the stream.
class KafkaPlacement : public ReplicaPlacement {
public:
    ReplicaMap place(std::span<const Member> nodes, const PlacementSpec& spec, RandomStream& random) const final;

private:
    virtual BrokerLists place_on(const std::vector<KafkaBroker>& brokers, const KafkaTopicSpec& spec,
                                 JavaRandom& random) const = 0;
};

}  // namespace orrery::models
