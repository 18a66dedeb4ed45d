/// Kafka's server-side uniform assignment (group coordinator of Kafka 4.0, KIP-848), in its two algorithms.
///
/// With equal subscriptions (uniform_homogeneous.cpp): the first P mod N members in the coordinator's map order get one
/// more than the others; each keeps what it owns up to that, the rest is filled up member after member. With others
/// (uniform_heterogeneous.cpp): members keep what they still subscribe to, the rest goes topic by topic to the least
/// loaded subscribers, then topics are evened out in at most 16 rounds.
///
/// The coordinator keeps members, topics and partition numbers in java.util.HashMap and HashSet, in whose order it
/// works; see java_hash_map.hpp.
#pragma once

#include <cstdint>
#include <vector>

#include "models/hashing/functions/java_hash_map.hpp"
#include "models/partitioning/assignors/group_index.hpp"

namespace orrery::models {

/// Of each member, the partitions; numbers as in the index.
std::vector<std::vector<std::uint32_t>> assign_homogeneous(const GroupIndex& index);
std::vector<std::vector<std::uint32_t>> assign_heterogeneous(const GroupIndex& index);

struct TopicIdHash {
    std::int32_t operator()(const TopicId& id) const;
};

/// The topic's id, or the one that is made from its name.
TopicId id_of(const Topic& topic);

/// What a member owns as the coordinator keeps it: partition numbers by topic.
using OwnedByTopic = JavaHashMap<TopicId, JavaHashMap<std::int32_t, std::uint32_t, JavaIntegerHash>, TopicIdHash>;
OwnedByTopic owned_by_topic(const GroupIndex& index, std::uint32_t member);

}  // namespace orrery::models
