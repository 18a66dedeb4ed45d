#include "models/partitioning/placement/kafka_row.hpp"

#include <limits>

#include "models/hashing/functions/java_hash.hpp"
#include "models/partitioning/placement/nodes.hpp"

namespace orrery::models {

std::u16string java_rack_order(const std::string& rack) {
    return java_string(rack);
}

void check_kafka_spec(const std::vector<KafkaBroker>& brokers, const KafkaTopicSpec& spec) {
    if (spec.partitions <= 0)
        throw PlacementError(std::to_string(spec.partitions) + " partitions; at least one is needed");
    if (spec.replicas <= 0) throw PlacementError(std::to_string(spec.replicas) + " replicas; at least one is needed");
    if (static_cast<std::size_t>(spec.replicas) > brokers.size())
        throw PlacementError(std::to_string(spec.replicas) + " replicas do not fit on " +
                             std::to_string(brokers.size()) + " brokers");
}

ReplicaMap KafkaPlacement::place(std::span<const Member> nodes, const PlacementSpec& spec, RandomStream& random) const {
    check_placement(nodes, spec);
    constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
    if (spec.partitions > most) throw PlacementError("more partitions than Kafka can number");
    const auto sorted = by_id(nodes);
    std::vector<KafkaBroker> brokers;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        const Member& node = sorted[i];
        brokers.push_back({static_cast<std::int32_t>(i), {}});
        if (!node.rack.empty() || !node.zone.empty())
            brokers.back().rack = node.zone.empty() ? node.rack : node.zone + "/" + node.rack;
    }
    JavaRandom java(static_cast<std::int64_t>(random.next()));
    std::vector<MemberId> flat;
    if (spec.partitions == 0) return {spec.replicas, std::move(flat)};
    KafkaTopicSpec topic;
    topic.partitions = static_cast<std::int32_t>(spec.partitions);
    topic.replicas = static_cast<std::int32_t>(spec.replicas);
    for (const auto& list : place_on(brokers, topic, java))
        for (const std::int32_t broker : list) flat.push_back(sorted[static_cast<std::size_t>(broker)].id);
    return {spec.replicas, std::move(flat)};
}

}  // namespace orrery::models
