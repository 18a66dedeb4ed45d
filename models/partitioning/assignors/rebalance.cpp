#include "models/partitioning/assignors/rebalance.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace orrery::models {

namespace {

std::map<TopicPartition, std::set<std::size_t>> owners_of(const Group& group) {
    std::map<TopicPartition, std::set<std::size_t>> owners;
    for (std::size_t m = 0; m < group.members.size(); ++m)
        for (const TopicPartition& partition : group.members[m].owned) owners[partition].insert(m);
    return owners;
}

std::set<TopicPartition> wanted_in(const Group& group) {
    std::set<std::string> topics;
    for (const GroupMember& member : group.members) topics.insert(member.topics.begin(), member.topics.end());
    std::set<TopicPartition> wanted;
    for (const Topic& topic : group.topics)
        if (topics.count(topic.name) > 0)
            for (std::int32_t i = 0; i < topic.partitions; ++i) wanted.insert({topic.name, i});
    return wanted;
}

}  // namespace

Movement movement(const Group& group, const Assignment& assignment) {
    const auto owners = owners_of(group);
    Movement out;
    out.partitions = wanted_in(group).size();
    for (std::size_t m = 0; m < assignment.size(); ++m) {
        for (const TopicPartition& partition : assignment[m]) {
            const auto found = owners.find(partition);
            if (found == owners.end()) {
                ++out.fresh;
            } else if (found->second.count(m) > 0) {
                ++out.kept;
            } else {
                ++out.moved;
            }
        }
    }
    out.waiting = out.partitions - out.kept - out.moved - out.fresh;
    return out;
}

bool changes_nothing(const Group& group, const Assignment& assignment) {
    for (std::size_t m = 0; m < assignment.size(); ++m) {
        const auto& owned = group.members[m].owned;
        if (std::set(assignment[m].begin(), assignment[m].end()) != std::set(owned.begin(), owned.end())) return false;
    }
    return movement(group, assignment).waiting == 0;
}

std::size_t moves_least(const Group& group) {
    if (group.members.empty()) return 0;
    const auto wanted = wanted_in(group);
    std::vector<std::size_t> sizes;
    for (const GroupMember& member : group.members)
        sizes.push_back(static_cast<std::size_t>(std::count_if(
            member.owned.begin(), member.owned.end(), [&](const auto& one) { return wanted.count(one) > 0; })));
    std::sort(sizes.rbegin(), sizes.rend());
    const std::size_t larger = wanted.size() % sizes.size();
    std::size_t moves = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const std::size_t share = wanted.size() / sizes.size() + (i < larger ? 1 : 0);
        moves += sizes[i] > share ? sizes[i] - share : 0;
    }
    return moves;
}

Group after(Group group, const Assignment& assignment) {
    std::int32_t generation = 0;
    for (const GroupMember& member : group.members) generation = std::max(generation, member.generation.value_or(0));
    for (std::size_t m = 0; m < group.members.size(); ++m) {
        group.members[m].owned = assignment[m];
        group.members[m].generation = generation + 1;
    }
    return group;
}

Settled settle(const Assignor& assignor, const Group& group, std::size_t rounds_max, RandomStream& random) {
    Settled out{group};
    while (out.rounds < rounds_max) {
        const Assignment assignment = assignor.assign(out.group, random);
        ++out.rounds;
        const bool done = changes_nothing(out.group, assignment);
        out.movement = movement(group, assignment);
        out.group = after(std::move(out.group), assignment);
        if (done) return out;
    }
    out.end = Settled::End::gave_up;
    return out;
}

}  // namespace orrery::models
