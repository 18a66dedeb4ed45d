#include "models/partitioning/assignors/contract_history.hpp"

#include <algorithm>

namespace orrery::models {

namespace {

using Racks = GroupHistory::Racks;
using Subscriptions = GroupHistory::Subscriptions;

std::size_t draw(RandomStream& script, std::size_t least, std::size_t most) {
    return least + static_cast<std::size_t>(script.below(most - least + 1));
}

std::string a_rack(RandomStream& script) {
    return std::string(1, "abc"[script.below(3)]);
}

void add_partition(Topic& topic, Racks racks, RandomStream& script) {
    ++topic.partitions;
    if (racks == Racks::none) return;
    auto& of_partition = topic.replica_racks.emplace_back();
    const std::size_t replicas = draw(script, 1, 2);
    for (std::size_t i = 0; i < replicas; ++i) of_partition.push_back(a_rack(script));
}

std::vector<std::string> some_topics(const GroupHistory& history, RandomStream& script) {
    std::vector<std::string> names;
    for (const Topic& topic : history.start.topics)
        if (history.subscriptions == Subscriptions::equal || script.below(3) > 0) names.push_back(topic.name);
    if (names.empty()) names.push_back(history.start.topics.front().name);
    return names;
}

GroupMember some_member(const GroupHistory& history, std::size_t number, RandomStream& script) {
    GroupMember member;
    member.id = "member-" + std::to_string(script.below(1000)) + "-" + std::to_string(number);
    member.topics = some_topics(history, script);
    if (script.below(4) == 0) member.instance = "i" + std::to_string(number);
    if (history.racks == Racks::some && script.below(4) > 0) member.rack = a_rack(script);
    return member;
}

/// What a member that was away thinks it owns.
void add_stale_claims(const GroupHistory& history, GroupMember& member, RandomStream& script) {
    member.generation = 1;
    for (const Topic& topic : history.start.topics) {
        if (std::find(member.topics.begin(), member.topics.end(), topic.name) == member.topics.end()) continue;
        for (std::int32_t i = 0; i < topic.partitions; ++i)
            if (script.below(3) == 0) member.owned.push_back({topic.name, i});
    }
}

GroupEvent some_event(const GroupHistory& history, const std::vector<GroupMember>& known, RandomStream& script) {
    GroupEvent event;
    const auto kinds = history.subscriptions == Subscriptions::equal ? 3u : 4u;
    switch (script.below(kinds)) {
        case 0:
            event.kind = GroupEvent::Kind::join;
            event.member = some_member(history, known.size(), script);
            if (history.claims == GroupHistory::Claims::stale) add_stale_claims(history, event.member, script);
            break;
        case 1:
            event.kind = GroupEvent::Kind::leave;
            event.member.id = known[static_cast<std::size_t>(script.below(known.size()))].id;
            break;
        case 2:
            event.kind = GroupEvent::Kind::grow;
            event.topic =
                history.start.topics[static_cast<std::size_t>(script.below(history.start.topics.size()))].name;
            break;
        default:
            event.kind = GroupEvent::Kind::resubscribe;
            event.member.id = known[static_cast<std::size_t>(script.below(known.size()))].id;
            event.member.topics = some_topics(history, script);
            break;
    }
    return event;
}

std::vector<GroupMember>::iterator find_member(Group& group, const std::string& id) {
    return std::find_if(group.members.begin(), group.members.end(),
                        [&](const auto& member) { return member.id == id; });
}

std::string words(const GroupMember& member) {
    std::string text = member.id + " (";
    for (const std::string& topic : member.topics) text += (text.back() == '(' ? "" : " ") + topic;
    if (!member.rack.empty()) text += "; rack " + member.rack;
    if (member.instance) text += "; instance " + *member.instance;
    if (!member.owned.empty()) text += "; claims";
    for (const TopicPartition& one : member.owned) text += " " + one.topic + "-" + std::to_string(one.partition);
    return text + ")";
}

std::string words(const GroupEvent& event) {
    switch (event.kind) {
        case GroupEvent::Kind::join:
            return words(event.member) + " joins";
        case GroupEvent::Kind::leave:
            return event.member.id + " leaves";
        case GroupEvent::Kind::grow:
            return event.topic + " grows";
        case GroupEvent::Kind::resubscribe:
            break;
    }
    return words(event.member) + " subscribes anew";
}

}  // namespace

GroupHistory random_history(const GroupHistory& like, RandomStream& script) {
    GroupHistory history{{}, {}, like.subscriptions, like.racks, like.claims};
    const std::size_t topics = draw(script, 1, 4);
    for (std::size_t t = 0; t < topics; ++t) {
        Topic topic{"t" + std::to_string(t), 0, {}, {}};
        const std::size_t partitions = draw(script, 0, 12);
        for (std::size_t i = 0; i < partitions; ++i) add_partition(topic, like.racks, script);
        history.start.topics.push_back(std::move(topic));
    }
    const std::size_t members = draw(script, 1, 8);
    std::vector<GroupMember> known;
    for (std::size_t m = 0; m < members; ++m) known.push_back(some_member(history, m, script));
    history.start.members = known;
    const std::size_t events = draw(script, 1, 6);
    for (std::size_t e = 0; e < events; ++e) {
        history.events.push_back(some_event(history, known, script));
        if (history.events.back().kind == GroupEvent::Kind::join) known.push_back(history.events.back().member);
    }
    return history;
}

Group apply(Group group, const GroupEvent& event) {
    const auto member = find_member(group, event.member.id);
    switch (event.kind) {
        case GroupEvent::Kind::join:
            if (member == group.members.end()) group.members.push_back(event.member);
            break;
        case GroupEvent::Kind::leave:
            if (member != group.members.end()) group.members.erase(member);
            break;
        case GroupEvent::Kind::resubscribe:
            if (member != group.members.end()) member->topics = event.member.topics;
            break;
        case GroupEvent::Kind::grow:
            for (Topic& topic : group.topics) {
                if (topic.name != event.topic) continue;
                ++topic.partitions;
                if (!topic.replica_racks.empty()) topic.replica_racks.push_back({"a"});
                // A topic whose first partition comes has no racks yet and goes on without.
            }
            break;
    }
    return group;
}

std::vector<GroupHistory> smaller(const GroupHistory& history) {
    std::vector<GroupHistory> out;
    const auto changed = [&](auto change) {
        GroupHistory candidate = history;
        change(candidate);
        out.push_back(std::move(candidate));
    };
    for (std::size_t i = history.events.size(); i-- > 0;)
        changed([&](auto& one) { one.events.erase(one.events.begin() + static_cast<std::ptrdiff_t>(i)); });
    for (std::size_t i = history.start.members.size(); i-- > 0;)
        changed(
            [&](auto& one) { one.start.members.erase(one.start.members.begin() + static_cast<std::ptrdiff_t>(i)); });
    for (std::size_t i = history.start.topics.size(); i-- > 0;) {
        changed([&](auto& one) { one.start.topics.erase(one.start.topics.begin() + static_cast<std::ptrdiff_t>(i)); });
        const std::int32_t partitions = history.start.topics[i].partitions;
        for (const std::int32_t fewer : {partitions / 2, partitions - 1}) {
            if (fewer < 0 || fewer >= partitions) continue;
            changed([&](auto& one) {
                Topic& topic = one.start.topics[i];
                topic.partitions = fewer;
                if (!topic.replica_racks.empty()) topic.replica_racks.resize(static_cast<std::size_t>(fewer));
            });
        }
    }
    return out;
}

std::string describe(const GroupHistory& history) {
    std::string text;
    for (const Topic& topic : history.start.topics) {
        text += topic.name + " of " + std::to_string(topic.partitions) + ", ";
        for (const auto& racks : topic.replica_racks) {
            text += "[";
            for (const std::string& rack : racks) text += rack;
            text += "] ";
        }
    }
    text += "members";
    for (const GroupMember& member : history.start.members) text += " " + words(member);
    for (const GroupEvent& event : history.events) text += "; " + words(event);
    return text;
}

}  // namespace orrery::models
