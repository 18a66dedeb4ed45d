/// kafka_range: of each topic, a run of neighbouring partitions to each subscriber (RangeAssignor of the client).
///
/// Of P partitions and N subscribers (static ones first), each gets floor(P/N), and the first P mod N one more. Topics
/// with the same count and subscribers are co-partitioned: a member gets the same numbers of each.
///
/// Racks (KIP-881), where a subscriber's rack has replicas and not all partitions are in all racks: first partitions
/// go to members near them, as many as fit into their shares, co-partitioned topics together, number by number, to the
/// first member near all of them; what is left is then dealt in runs. A member without a rack counts as near.
#include <algorithm>
#include <map>
#include <set>

#include "models/partitioning/assignors/group_index.hpp"
#include "models/partitioning/catalog.hpp"

namespace orrery::models {

namespace {

using Racks = std::set<std::string>;

/// The assignment of one topic while it is made.
class TopicRange {
public:
    TopicRange(const GroupIndex& index, std::uint32_t topic, std::vector<std::uint32_t> members)
        : index_(index),
          entry_(index.topics()[topic]),
          members_(std::move(members)),
          owner_(entry_.count, no_member),
          assigned_(index.members(), 0),
          share_(entry_.count / members_.size()),
          larger_left_(entry_.count % members_.size()) {
        Racks near;
        for (const std::uint32_t m : members_)
            if (!index.member(m).rack.empty()) near.insert(index.member(m).rack);
        if (near.empty()) return;
        racks_.resize(entry_.count);
        Racks all;
        for (std::uint32_t i = 0; i < entry_.topic->replica_racks.size(); ++i) {
            racks_[i] = Racks(entry_.topic->replica_racks[i].begin(), entry_.topic->replica_racks[i].end());
            all.insert(racks_[i].begin(), racks_[i].end());
        }
        const bool meet = std::any_of(near.begin(), near.end(), [&](const auto& rack) { return all.count(rack) > 0; });
        rack_aware_ =
            meet && !std::all_of(racks_.begin(), racks_.end(), [&](const auto& racks) { return racks == all; });
    }

    const std::vector<std::uint32_t>& members() const { return members_; }
    bool rack_aware() const { return rack_aware_; }
    /// Partitions with known racks, or zero: what co-partitioned topics share.
    std::size_t known_racks() const { return racks_.size(); }
    std::uint32_t count() const { return entry_.count; }

    bool near(std::uint32_t m, std::uint32_t i) const {
        const std::string& rack = index_.member(m).rack;
        return rack.empty() || (i < racks_.size() && racks_[i].count(rack) > 0);
    }

    std::size_t room(std::uint32_t m) const {
        const std::size_t most = share_ + (larger_left_ > 0 ? 1 : 0);
        return most > assigned_[m] ? most - assigned_[m] : 0;
    }

    void assign(std::uint32_t m, const std::vector<std::uint32_t>& partitions) {
        for (const std::uint32_t i : partitions) owner_[i] = m;
        assigned_[m] += partitions.size();
        if (assigned_[m] > share_) --larger_left_;
    }

    enum class Which : std::uint8_t { near, any };

    void assign_runs(Which which) {
        for (const std::uint32_t m : members_) {
            const std::size_t most = room(m);
            std::vector<std::uint32_t> run;
            for (std::uint32_t i = 0; i < entry_.count && run.size() < most; ++i)
                if (owner_[i] == no_member && (which == Which::any || near(m, i))) run.push_back(i);
            if (!run.empty()) assign(m, run);
        }
    }

    void hand_in(std::vector<std::vector<std::uint32_t>>& shares) const {
        for (std::uint32_t i = 0; i < entry_.count; ++i) shares[owner_[i]].push_back(entry_.first + i);
    }

private:
    const GroupIndex& index_;
    const GroupIndex::TopicEntry& entry_;
    std::vector<std::uint32_t> members_;
    std::vector<std::uint32_t> owner_;
    std::vector<std::size_t> assigned_;
    std::size_t share_;
    std::size_t larger_left_;  ///< how many members may still get one more than `share_`
    std::vector<Racks> racks_;
    bool rack_aware_ = false;
};

/// Partition i of all `topics` to the first member that is near all of them and has room in all.
void assign_together(const std::vector<TopicRange*>& topics) {
    auto remaining = topics.front()->members();
    const auto has_room = [&](std::uint32_t m) {
        return std::any_of(topics.begin(), topics.end(), [&](const TopicRange* topic) { return topic->room(m) > 0; });
    };
    for (std::uint32_t i = 0; i < topics.front()->known_racks(); ++i) {
        const auto found = std::find_if(remaining.begin(), remaining.end(), [&](std::uint32_t m) {
            return std::all_of(topics.begin(), topics.end(),
                               [&](const TopicRange* topic) { return topic->near(m, i) && topic->room(m) > 0; });
        });
        if (found == remaining.end()) continue;
        for (TopicRange* topic : topics) topic->assign(*found, {i});
        if (!has_room(*found)) remaining.erase(found);
    }
}

void assign_near(std::vector<TopicRange>& topics) {
    std::map<std::pair<std::vector<std::uint32_t>, std::size_t>, std::vector<TopicRange*>> alike;
    for (TopicRange& topic : topics) alike[{topic.members(), topic.known_racks()}].push_back(&topic);
    for (const auto& [what, together] : alike) {
        if (together.size() > 1) {
            assign_together(together);
        } else if (together.front()->rack_aware()) {
            together.front()->assign_runs(TopicRange::Which::near);
        }
    }
}

class KafkaRange final : public Assignor {
public:
    std::unique_ptr<Assignor> clone() const override { return std::make_unique<KafkaRange>(*this); }

    Assignment assign(const Group& group, RandomStream&) const override {
        const GroupIndex index(group);
        std::vector<TopicRange> topics;
        for (std::uint32_t t = 0; t < index.topics().size(); ++t) {
            std::vector<std::uint32_t> subscribers;
            for (const std::uint32_t m : index.static_first())
                if (index.subscribes(m, t)) subscribers.push_back(m);
            topics.emplace_back(index, t, std::move(subscribers));
        }
        if (std::any_of(topics.begin(), topics.end(), [](const TopicRange& topic) { return topic.rack_aware(); }))
            assign_near(topics);
        std::vector<std::vector<std::uint32_t>> shares(index.members());
        for (TopicRange& topic : topics) {
            topic.assign_runs(TopicRange::Which::any);
            topic.hand_in(shares);
        }
        return index.named(shares);
    }

    AssignorPromise promise() const override {
        return {AssignorPromise::Balance::per_topic, AssignorPromise::Moves::pure};
    }
};

}  // namespace

Row<Assignor> kafka_range_row() {
    return {"kafka_range",
            "of each topic a run of partitions to each subscriber, the first ones get one more",
            "Apache Kafka 4.0, RangeAssignor (KIP-881)",
            {},
            [](const Settings&) { return std::make_unique<KafkaRange>(); }};
}

}  // namespace orrery::models
