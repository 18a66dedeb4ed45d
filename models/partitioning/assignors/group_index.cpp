#include "models/partitioning/assignors/group_index.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "models/hashing/functions/java_hash.hpp"
#include "models/hashing/functions/java_hash_map.hpp"

namespace orrery::models {

namespace {

void check_topics(const Group& group) {
    std::set<std::string> names;
    for (const Topic& topic : group.topics) {
        if (!names.insert(topic.name).second) throw AssignorError("topic '" + topic.name + "' is described twice");
        if (topic.partitions < 0)
            throw AssignorError("topic '" + topic.name + "' has " + std::to_string(topic.partitions) + " partitions");
        const auto racks = topic.replica_racks.size();
        if (racks != 0 && racks != static_cast<std::size_t>(topic.partitions))
            throw AssignorError("topic '" + topic.name + "' has " + std::to_string(topic.partitions) +
                                " partitions and replica racks for " + std::to_string(racks) +
                                "; give them for all or for none");
    }
}

/// Places sorted by `less`, which orders totally.
template <class Less>
std::vector<std::uint32_t> sorted_places(std::size_t count, Less less) {
    std::vector<std::uint32_t> places(count);
    std::iota(places.begin(), places.end(), 0u);
    std::sort(places.begin(), places.end(), less);
    return places;
}

}  // namespace

void check_group(const Group& group) {
    check_topics(group);
    std::set<std::string> ids;
    for (const GroupMember& member : group.members) {
        if (member.id.empty()) throw AssignorError("a member has an empty id");
        if (!ids.insert(member.id).second) throw AssignorError("member '" + member.id + "' is in the group twice");
        std::set<std::string> wanted;
        for (const std::string& topic : member.topics)
            if (!wanted.insert(topic).second)
                throw AssignorError("member '" + member.id + "' subscribes to topic '" + topic + "' twice");
    }
}

std::int32_t JavaStringHash::operator()(const std::string& utf8) const {
    return java_string_hash(Key(utf8));
}

GroupIndex::GroupIndex(const Group& group) : group_(&group) {
    check_group(group);
    index_members();
    index_topics();
    index_subscriptions();
    index_owned();
}

void GroupIndex::index_members() {
    JavaHashMap<std::string, std::uint32_t, JavaStringHash> map;
    std::vector<std::u16string> ids;
    std::vector<std::u16string> instances;
    for (std::uint32_t m = 0; m < members(); ++m) {
        map.put(member(m).id, m);
        ids.push_back(java_string(member(m).id));
        instances.push_back(java_string(member(m).instance.value_or("")));
    }
    map.for_each([&](const std::string&, std::uint32_t m) { iteration_.push_back(m); });
    const auto by_id = sorted_places(members(), [&](auto a, auto b) { return ids[a] < ids[b]; });
    rank_.resize(members());
    for (std::uint32_t i = 0; i < members(); ++i) rank_[by_id[i]] = i;
    static_first_ = sorted_places(members(), [&](auto a, auto b) {
        const bool static_a = member(a).instance.has_value();
        const bool static_b = member(b).instance.has_value();
        if (static_a != static_b) return static_a;
        if (static_a && instances[a] != instances[b]) return instances[a] < instances[b];
        return rank_[a] < rank_[b];
    });
}

void GroupIndex::index_topics() {
    std::set<std::string> wanted;
    for (const GroupMember& one : group_->members) wanted.insert(one.topics.begin(), one.topics.end());
    std::vector<std::pair<std::u16string, const Topic*>> names;
    for (const Topic& topic : group_->topics)
        if (topic.partitions > 0 && wanted.count(topic.name) > 0) names.emplace_back(java_string(topic.name), &topic);
    std::sort(names.begin(), names.end());
    for (const auto& [name, topic] : names) {
        const auto first = static_cast<std::uint32_t>(topic_of_.size());
        const auto count = static_cast<std::uint32_t>(topic->partitions);
        topic_of_.insert(topic_of_.end(), count, static_cast<std::uint32_t>(topics_.size()));
        topics_.push_back({topic, first, count, java_string_hash(name), {}});
    }
}

void GroupIndex::index_subscriptions() {
    std::map<std::string, std::uint32_t> places;
    for (std::uint32_t t = 0; t < topics_.size(); ++t) places[topics_[t].topic->name] = t;
    subscriptions_.resize(members());
    wants_.assign(members() * topics_.size(), false);
    std::set<std::string> first;
    for (const std::uint32_t m : iteration_) {
        for (const std::string& name : member(m).topics) {
            const auto found = places.find(name);
            if (found == places.end()) continue;
            subscriptions_[m].push_back(found->second);
            wants_[m * topics_.size() + found->second] = true;
            topics_[found->second].subscribers.push_back(m);
        }
        const std::set<std::string> all(member(m).topics.begin(), member(m).topics.end());
        // As Kafka does: empty subscriptions in front do not count.
        if (first.empty()) {
            first = all;
        } else if (all != first) {
            equal_subscriptions_ = false;
        }
    }
}

void GroupIndex::index_owned() {
    std::map<std::string, const TopicEntry*> entries;
    for (const TopicEntry& entry : topics_) entries[entry.topic->name] = &entry;
    owned_.resize(members());
    for (std::uint32_t m = 0; m < members(); ++m) {
        for (const TopicPartition& one : member(m).owned) {
            const auto found = entries.find(one.topic);
            if (found == entries.end()) continue;
            if (one.partition < 0 || static_cast<std::uint32_t>(one.partition) >= found->second->count) continue;
            owned_[m].push_back(found->second->first + static_cast<std::uint32_t>(one.partition));
        }
    }
}

std::int32_t GroupIndex::java_hash(std::uint32_t partition) const {
    const TopicEntry& entry = topics_[topic_of_[partition]];
    const std::uint32_t hash = 31u * (31u + (partition - entry.first)) + static_cast<std::uint32_t>(entry.hash);
    return static_cast<std::int32_t>(hash);
}

Assignment GroupIndex::named(const std::vector<std::vector<std::uint32_t>>& assignment) const {
    Assignment out(members());
    for (std::size_t m = 0; m < members(); ++m) {
        for (const std::uint32_t partition : assignment[m]) {
            const TopicEntry& entry = topics_[topic_of_[partition]];
            out[m].push_back({entry.topic->name, static_cast<std::int32_t>(partition - entry.first)});
        }
    }
    return out;
}

}  // namespace orrery::models
