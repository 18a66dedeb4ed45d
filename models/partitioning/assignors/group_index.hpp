/// A group by numbers: what the Kafka assignors compute with.
///
/// Members are numbered as in the group. Topics are those that exist, have partitions and are subscribed to, in order
/// of their names (Java's String.compareTo); partitions are numbered through, topic after topic, so that the order of
/// numbers is the order by (topic, partition).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/partitioning/assignor.hpp"

namespace orrery::models {

/// What is owned by nobody, or known by no number.
inline constexpr std::uint32_t no_member = ~std::uint32_t{0};

class GroupIndex {
public:
    struct TopicEntry {
        const Topic* topic = nullptr;
        std::uint32_t first = 0;  ///< number of partition 0
        std::uint32_t count = 0;
        std::int32_t hash = 0;                   ///< Java's hashCode of the name
        std::vector<std::uint32_t> subscribers;  ///< in `iteration` order
    };

    /// Throws AssignorError, see Assignor::assign. `group` must outlive this.
    explicit GroupIndex(const Group& group);

    const Group& group() const { return *group_; }
    std::size_t members() const { return group_->members.size(); }
    const GroupMember& member(std::uint32_t m) const { return group_->members[m]; }

    /// Members as Java iterates a HashMap of their ids that was filled in the group's order.
    const std::vector<std::uint32_t>& iteration() const { return iteration_; }
    /// Place of a member among all, by id.
    std::uint32_t rank(std::uint32_t m) const { return rank_[m]; }
    /// Members sorted by instance (those that have one first), then by id.
    const std::vector<std::uint32_t>& static_first() const { return static_first_; }

    const std::vector<TopicEntry>& topics() const { return topics_; }
    std::size_t partitions() const { return topic_of_.size(); }
    std::uint32_t topic_of(std::uint32_t partition) const { return topic_of_[partition]; }
    /// Topics (places in `topics`) that a member subscribes to, in its own order.
    const std::vector<std::uint32_t>& subscription(std::uint32_t m) const { return subscriptions_[m]; }
    bool subscribes(std::uint32_t m, std::uint32_t topic) const { return wants_[m * topics_.size() + topic]; }
    /// Whether all members subscribe to the same topics, those that do not exist included.
    bool equal_subscriptions() const { return equal_subscriptions_; }

    /// What a member says it owns, as far as it exists and somebody subscribes to it, in its own order.
    const std::vector<std::uint32_t>& owned(std::uint32_t m) const { return owned_[m]; }

    /// Java's hashCode of Kafka's TopicPartition.
    std::int32_t java_hash(std::uint32_t partition) const;

    Assignment named(const std::vector<std::vector<std::uint32_t>>& assignment) const;

private:
    void index_members();
    void index_topics();
    void index_subscriptions();
    void index_owned();

    const Group* group_;
    std::vector<std::uint32_t> iteration_;
    std::vector<std::uint32_t> rank_;
    std::vector<std::uint32_t> static_first_;
    std::vector<TopicEntry> topics_;
    std::vector<std::uint32_t> topic_of_;
    std::vector<std::vector<std::uint32_t>> subscriptions_;
    std::vector<bool> wants_;
    bool equal_subscriptions_ = true;
    std::vector<std::vector<std::uint32_t>> owned_;
};

/// Throws AssignorError unless the group is well formed; see Assignor::assign.
void check_group(const Group& group);

struct JavaStringHash {
    std::int32_t operator()(const std::string& utf8) const;
};

}  // namespace orrery::models
