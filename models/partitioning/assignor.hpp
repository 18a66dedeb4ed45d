/// Assignor: which member of a group takes which partitions (of topics, streams, a job's state).
///
/// An assignor is a pure function of the group: who is in it, what each member wants, and what it owns. Members that
/// left are simply not in the group any more; their partitions have no owner. Chance comes from the explicit stream
/// only, and only where the production system draws some.
///
///     Group group{{{"orders", 12}}, {{"a", {"orders"}}, {"b", {"orders"}}}};
///     const Assignment assignment = assignor.assign(group, random);  // assignment[0]: partitions of "a"
///
/// Strings (ids, topics, racks) are UTF-8 and are compared as the production system compares them: Kafka's by UTF-16
/// code units (Java's String.compareTo).
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/random.hpp"

namespace orrery::models {

struct TopicPartition {
    std::string topic;
    std::int32_t partition = 0;
    friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};

/// A topic's UUID, most significant half first; ordered as Kafka orders them (halves are signed).
struct TopicId {
    std::int64_t high = 0;
    std::int64_t low = 0;
    friend auto operator<=>(const TopicId&, const TopicId&) = default;
};

struct Topic {
    std::string name;             ///< unique in the group
    std::int32_t partitions = 0;  ///< numbered from 0
    /// Racks of the replicas of each partition; empty: unknown.
    std::vector<std::vector<std::string>> replica_racks = {};
    /// Nothing: made from the name (a fixed function of it), for assignors that look at ids.
    std::optional<TopicId> id = {};
};

struct GroupMember {
    std::string id;                   ///< unique and not empty
    std::vector<std::string> topics;  ///< what it subscribes to; topics that do not exist are skipped
    std::vector<TopicPartition> owned = {};
    /// Of the rebalance in which it got what it owns; claims of lower generations lose. Nothing: it did not say.
    std::optional<std::int32_t> generation = {};
    std::optional<std::string> instance = {};  ///< static membership: a name that outlives restarts
    std::string rack = {};                     ///< empty: unknown
};

struct Group {
    std::vector<Topic> topics;
    std::vector<GroupMember> members;
};

/// Of each member, in the group's order.
using Assignment = std::vector<std::vector<TopicPartition>>;

/// Bad input to an assignor: what was found and what is allowed.
class AssignorError : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

/// What an assignor promises; the contract check (assignor_contract.hpp) holds it to that. A group is settled when a
/// round in which members report what they got changes nothing (see rebalance.hpp).
struct AssignorPromise {
    /// Of a settled group.
    enum class Balance : std::uint8_t {
        per_topic,      ///< what a topic's subscribers get of it differs by at most one partition
        overall_equal,  ///< with equal subscriptions, members' sizes differ by at most one
        overall,        ///< ... and with others, no partition sits with a member that has two more than another
                        ///< subscriber
    } balance = Balance::overall_equal;
    /// With equal subscriptions and without racks.
    enum class Moves : std::uint8_t {
        any,    ///< nothing is promised
        pure,   ///< what members own plays no part: the answer depends on who is in the group
        few,    ///< nobody gives up a partition while it has no more than the mean, rounded down
        least,  ///< no more partitions change hands than balance asks for
    } moves = Moves::any;
    enum class Handover : std::uint8_t {
        at_once,        ///< every round assigns everything
        revoked_first,  ///< a partition with an owner is left out of one round, and handed over in the next
        step_by_step,   ///< members take some partitions in each round; settled after as many rounds as partitions
    } handover = Handover::at_once;
    enum class Subscriptions : std::uint8_t { any, equal_only } subscriptions = Subscriptions::any;
};

class Assignor {
public:
    static constexpr std::string_view family = "assignor";

    virtual ~Assignor() = default;
    virtual std::unique_ptr<Assignor> clone() const = 0;

    /// One round. Every partition that somebody subscribes to goes to one subscriber, handover apart. An empty group
    /// gives an empty assignment. Throws AssignorError: an id that is empty or there twice, a topic that is described
    /// or subscribed to twice, a negative count, replica racks that are given for some partitions only, subscriptions
    /// that differ where the promise says `equal_only`.
    virtual Assignment assign(const Group& group, RandomStream& random) const = 0;

    virtual AssignorPromise promise() const = 0;
};

}  // namespace orrery::models
