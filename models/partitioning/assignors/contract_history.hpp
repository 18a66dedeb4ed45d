/// Random histories of groups for the assignors' contract check: made, applied, made smaller, and put into words.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/partitioning/assignor.hpp"

namespace orrery::models {

struct GroupEvent {
    enum class Kind : std::uint8_t { join, leave, resubscribe, grow } kind = Kind::join;
    GroupMember member = {};  ///< join: it, with stale claims perhaps; leave: its id; resubscribe: id and topics
    std::string topic = {};   ///< grow
};

struct GroupHistory {
    Group start;
    std::vector<GroupEvent> events;

    enum class Subscriptions : std::uint8_t { equal, different } subscriptions = Subscriptions::equal;
    enum class Racks : std::uint8_t { none, some } racks = Racks::none;
    enum class Claims : std::uint8_t { honest, stale } claims = Claims::honest;
};

/// Of the style that `like` names; its group and events are ignored.
GroupHistory random_history(const GroupHistory& like, RandomStream& script);

/// The group after the event. An event about a member or topic that is not there changes nothing.
Group apply(Group group, const GroupEvent& event);

/// Without one event, one member, or one topic, or with fewer partitions of a topic.
std::vector<GroupHistory> smaller(const GroupHistory& history);

std::string describe(const GroupHistory& history);

}  // namespace orrery::models
