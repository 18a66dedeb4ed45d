#include "models/partitioning/assignors/contract_run.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "models/partitioning/assignors/rebalance.hpp"

namespace orrery::models {

namespace {

using Promise = AssignorPromise;

/// Thrown and caught in this file only: a promise that is broken.
struct Broken {
    std::string promise;
};

void require(bool holds, const char* promise) {
    if (!holds) throw Broken{promise};
}

using Owners = std::map<TopicPartition, std::size_t>;

const Topic* topic_of(const Group& group, const std::string& name) {
    const auto found =
        std::find_if(group.topics.begin(), group.topics.end(), [&](const Topic& topic) { return topic.name == name; });
    return found == group.topics.end() ? nullptr : &*found;
}

bool subscribes(const GroupMember& member, const std::string& topic) {
    return std::find(member.topics.begin(), member.topics.end(), topic) != member.topics.end();
}

std::size_t wanted_by_somebody(const Group& group) {
    std::size_t wanted = 0;
    for (const Topic& topic : group.topics)
        if (std::any_of(group.members.begin(), group.members.end(),
                        [&](const auto& member) { return subscribes(member, topic.name); }))
            wanted += static_cast<std::size_t>(topic.partitions);
    return wanted;
}

Owners owners_in(const Group& group, const Assignment& assignment) {
    require(assignment.size() == group.members.size(), "the assignment has not one list for each member");
    Owners owners;
    for (std::size_t m = 0; m < assignment.size(); ++m) {
        for (const TopicPartition& one : assignment[m]) {
            const Topic* topic = topic_of(group, one.topic);
            require(topic != nullptr && one.partition >= 0 && one.partition < topic->partitions,
                    "assigns a partition that does not exist");
            require(subscribes(group.members[m], one.topic), "assigns a partition to a member that does not subscribe");
            require(owners.emplace(one, m).second, "gives a partition to two members in one round");
        }
    }
    return owners;
}

class HistoryRun {
public:
    HistoryRun(const Assignor& assignor, const GroupHistory& history, std::uint64_t seed)
        : assignor_(assignor),
          promise_(assignor.promise()),
          history_(history),
          random_(stream_of(stream_key(seed, "assignor", 0))),
          group_(history.start) {}

    void run() {
        settle_and_judge();
        for (const GroupEvent& event : history_.events) {
            group_ = apply(std::move(group_), event);
            settle_and_judge();
        }
        if (promise_.moves == Promise::Moves::pure) check_return();
    }

private:
    bool equal() const { return history_.subscriptions == GroupHistory::Subscriptions::equal; }
    bool plain() const { return equal() && history_.racks == GroupHistory::Racks::none; }

    std::size_t rounds_max() const {
        if (promise_.handover == Promise::Handover::step_by_step) return wanted_by_somebody(group_) + 2;
        return 3;
    }

    void settle_and_judge() {
        const Group before = group_;
        bool settled = false;
        for (std::size_t round = 0; round < rounds_max() && !settled; ++round) settled = one_round();
        require(settled || !plain(), "the group does not settle");
        if (!settled && promise_.handover != Promise::Handover::at_once) return;
        judge_balance();
        if (plain() && history_.claims == GroupHistory::Claims::honest) judge_moves(before);
    }

    /// Whether it changed nothing.
    bool one_round() {
        const RandomStream drawn = random_;
        const Assignment assignment = assignor_.assign(group_, random_);
        RandomStream again = drawn;
        require(assignor_.clone()->assign(group_, again) == assignment && again == random_,
                "a clone answers otherwise, or draws otherwise");
        const Owners owners = owners_in(group_, assignment);
        if (promise_.handover == Promise::Handover::at_once)
            require(movement(group_, assignment).waiting == 0, "leaves a partition without an owner");
        if (promise_.handover == Promise::Handover::revoked_first) check_revoked_first(owners);
        const bool done = changes_nothing(group_, assignment);
        group_ = after(std::move(group_), assignment);
        return done;
    }

    /// What somebody claims stays with one of those who claim it, or goes to nobody.
    void check_revoked_first(const Owners& owners) const {
        std::map<TopicPartition, std::set<std::size_t>> claims;
        for (std::size_t m = 0; m < group_.members.size(); ++m)
            for (const TopicPartition& one : group_.members[m].owned) claims[one].insert(m);
        for (const auto& [partition, owner] : owners) {
            const auto found = claims.find(partition);
            require(found == claims.end() || found->second.count(owner) > 0,
                    "a partition goes from one member to another in one round");
        }
    }

    void judge_balance() const {
        switch (promise_.balance) {
            case Promise::Balance::per_topic:
                for (const Topic& topic : group_.topics) judge_topic(topic);
                return;
            case Promise::Balance::overall_equal:
                if (equal()) judge_overall();
                return;
            case Promise::Balance::overall:
                judge_overall();
                return;
        }
    }

    void judge_topic(const Topic& topic) const {
        std::vector<std::int64_t> sizes;
        for (const GroupMember& member : group_.members) {
            if (!subscribes(member, topic.name)) continue;
            sizes.push_back(std::count_if(member.owned.begin(), member.owned.end(),
                                          [&](const auto& one) { return one.topic == topic.name; }));
        }
        if (sizes.empty()) return;
        const auto [least, most] = std::minmax_element(sizes.begin(), sizes.end());
        require(*most - *least <= 1, "shares of a topic are less even than promised");
    }

    void judge_overall() const {
        for (const GroupMember& full : group_.members) {
            for (const GroupMember& poor : group_.members) {
                if (full.owned.size() <= poor.owned.size() + 1) continue;
                require(std::none_of(full.owned.begin(), full.owned.end(),
                                     [&](const auto& one) { return subscribes(poor, one.topic); }),
                        "shares are less even than promised");
            }
        }
    }

    void judge_moves(const Group& before) const {
        const Assignment now = [&] {
            Assignment owned;
            for (const GroupMember& member : group_.members) owned.push_back(member.owned);
            return owned;
        }();
        if (promise_.moves == Promise::Moves::least)
            require(movement(before, now).moved <= moves_least(before), "more partitions move than promised");
        if (promise_.moves != Promise::Moves::few || before.members.empty()) return;
        const std::size_t share = wanted_by_somebody(before) / before.members.size();
        for (std::size_t m = 0; m < now.size(); ++m) {
            const std::set<TopicPartition> kept(now[m].begin(), now[m].end());
            const auto& owned = before.members[m].owned;
            const auto count = static_cast<std::size_t>(
                std::count_if(owned.begin(), owned.end(), [&](const auto& one) { return kept.count(one) > 0; }));
            require(count >= std::min(owned.size(), share), "more partitions move than promised");
        }
    }

    /// A member that goes and comes back finds everything as it was.
    void check_return() {
        if (group_.members.empty()) return;
        const Assignment was = assignor_.assign(group_, random_);
        const GroupMember last = group_.members.back();
        group_.members.pop_back();
        group_ = after(group_, assignor_.assign(group_, random_));
        group_.members.push_back(last);
        require(assignor_.assign(group_, random_) == was,
                "removing a member and adding it back changes the assignment");
    }

    const Assignor& assignor_;
    Promise promise_;
    const GroupHistory& history_;
    RandomStream random_;
    Group group_;
};

}  // namespace

std::optional<std::string> broken_in(const Assignor& assignor, const GroupHistory& history, std::uint64_t seed) {
    try {
        HistoryRun(assignor, history, seed).run();
    } catch (const Broken& broken) {
        return broken.promise;
    } catch (const std::exception& failure) {
        return std::string("throws: ") + failure.what();
    }
    return std::nullopt;
}

}  // namespace orrery::models
