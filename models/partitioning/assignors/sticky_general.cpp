// The algorithm for subscriptions that differ.
//
// 1. Members keep what they own, subscribe to and, where racks play a part, are near to.
// 2. The rest, topics with few subscribers first, goes to the subscriber with the fewest partitions (ties by id), in a
//    first pass only to one near.
// 3. While some partition sits with a member that has at least two more than another subscriber, it moves: back to
//    whom it belonged in an older generation, or to the subscriber with the fewest. Of several partitions of the topic
//    the one moves that undoes an earlier move. If this made nothing more even, it is taken back.
#include <algorithm>
#include <set>
#include <utility>

#include "models/partitioning/assignors/sticky.hpp"
#include "models/partitioning/assignors/sticky_moves.hpp"

namespace orrery::models {

namespace {

class General {
public:
    General(const GroupIndex& index, const StickyRacks& racks, const StickyClaims& claims)
        : index_(index),
          racks_(racks),
          claims_(claims),
          shares_(claims.owned),
          owner_(index.partitions(), no_member),
          moves_(index),
          by_rank_(index.members()) {
        for (std::uint32_t m = 0; m < index.members(); ++m) by_rank_[index.rank(m)] = m;
    }

    StickyResult run() {
        find_previous_owners();
        keep_owned();
        for (std::uint32_t m = 0; m < index_.members(); ++m) queue(m);
        const bool initial = shares_[fullest()].empty();
        auto order = partitions_by_subscribers();
        std::vector<std::uint32_t> unassigned;
        for (const std::uint32_t partition : order)
            if (!assigned_[partition]) unassigned.push_back(partition);
        assign_rest(unassigned);
        drop_fixed(order);
        drop_fixed(unassigned);
        set_fixed_members_aside();
        const Shares before = shares_;
        const auto owner_before = owner_;
        if (!gave_up_) rebalance(unassigned);
        const bool changed = rebalance(order);
        if (!initial && changed && imbalance(shares_) >= imbalance(before)) {
            shares_ = before;
            owner_ = owner_before;
        }
        return {std::move(shares_)};
    }

private:
    using Queue = std::set<std::pair<std::size_t, std::uint32_t>>;  ///< (partitions, rank by id)

    void queue(std::uint32_t m) { queue_.insert({shares_[m].size(), index_.rank(m)}); }
    void unqueue(std::uint32_t m) { queue_.erase({shares_[m].size(), index_.rank(m)}); }
    std::uint32_t fullest() const { return by_rank_[queue_.rbegin()->second]; }

    /// Who owned what in an older generation: the latest of those.
    void find_previous_owners() {
        previous_.assign(index_.partitions(), no_member);
        std::vector<std::int64_t> since(index_.partitions(), -2);
        for (const std::uint32_t m : index_.iteration()) {
            const std::int32_t generation = index_.member(m).generation.value_or(-1);
            if (generation >= claims_.generation_max) continue;
            for (const std::uint32_t partition : index_.owned(m)) {
                if (generation <= since[partition]) continue;
                since[partition] = generation;
                previous_[partition] = m;
            }
        }
    }

    void keep_owned() {
        assigned_.assign(index_.partitions(), false);
        for (std::uint32_t m = 0; m < index_.members(); ++m) {
            std::vector<std::uint32_t> kept;
            for (const std::uint32_t partition : shares_[m]) {
                if (!index_.subscribes(m, index_.topic_of(partition)) || racks_.mismatch(m, partition)) {
                    gave_up_ = true;
                    continue;
                }
                kept.push_back(partition);
                owner_[partition] = m;
                assigned_[partition] = true;
            }
            shares_[m] = std::move(kept);
        }
    }

    const std::vector<std::uint32_t>& subscribers(std::uint32_t partition) const {
        return index_.topics()[index_.topic_of(partition)].subscribers;
    }

    std::vector<std::uint32_t> partitions_by_subscribers() const {
        std::vector<std::uint32_t> order(index_.partitions());
        for (std::uint32_t partition = 0; partition < order.size(); ++partition) order[partition] = partition;
        std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
            return subscribers(a).size() < subscribers(b).size();
        });
        return order;
    }

    enum class Where : std::uint8_t { near, anywhere };

    void assign_rest(const std::vector<std::uint32_t>& unassigned) {
        std::vector<std::uint32_t> rest;
        for (const std::uint32_t partition : unassigned)
            if (!racks_.aware() || !give(partition, Where::near)) rest.push_back(partition);
        for (const std::uint32_t partition : rest) give(partition, Where::anywhere);
    }

    bool give(std::uint32_t partition, Where where) {
        for (const auto& [size, rank] : queue_) {
            const std::uint32_t m = by_rank_[rank];
            if (!index_.subscribes(m, index_.topic_of(partition))) continue;
            if (where == Where::near && racks_.mismatch(m, partition)) continue;
            unqueue(m);
            shares_[m].push_back(partition);
            owner_[partition] = m;
            queue(m);
            return true;
        }
        return false;
    }

    bool fixed(std::uint32_t partition) const { return subscribers(partition).size() < 2; }

    void drop_fixed(std::vector<std::uint32_t>& partitions) const {
        partitions.erase(std::remove_if(partitions.begin(), partitions.end(), [&](auto p) { return fixed(p); }),
                         partitions.end());
    }

    std::size_t wanted(std::uint32_t m) const {
        std::size_t sum = 0;
        for (const std::uint32_t topic : index_.subscription(m)) sum += index_.topics()[topic].count;
        return sum;
    }

    void set_fixed_members_aside() {
        aside_.assign(index_.members(), false);
        for (std::uint32_t m = 0; m < index_.members(); ++m) {
            const auto& share = shares_[m];
            if (share.size() < wanted(m)) continue;
            if (!std::all_of(share.begin(), share.end(), [&](auto partition) { return fixed(partition); })) continue;
            unqueue(m);
            aside_[m] = true;
        }
    }

    /// No partition could move to a member that would still have fewer than its owner.
    bool balanced() const {
        if (queue_.empty() || queue_.begin()->first + 1 >= queue_.rbegin()->first) return true;
        for (const auto& [size, rank] : queue_) {
            const std::uint32_t m = by_rank_[rank];
            if (size == wanted(m)) continue;
            for (const std::uint32_t topic : index_.subscription(m)) {
                const auto& entry = index_.topics()[topic];
                for (std::uint32_t partition = entry.first; partition < entry.first + entry.count; ++partition)
                    if (owner_[partition] != m && size + 1 < shares_[owner_[partition]].size()) return false;
            }
        }
        return true;
    }

    bool rebalance(const std::vector<std::uint32_t>& partitions) {
        bool any = false;
        bool again = true;
        while (again) {
            again = false;
            for (const std::uint32_t partition : partitions) {
                if (balanced()) break;
                if (!improve(partition)) continue;
                any = true;
                again = true;
            }
        }
        return any;
    }

    bool improve(std::uint32_t partition) {
        const std::uint32_t owner = owner_[partition];
        const auto lighter = [&](std::uint32_t m) { return shares_[owner].size() > shares_[m].size() + 1; };
        // Kafka fails on a null here if the previous owner is set aside.
        const std::uint32_t previous = previous_[partition];
        if (previous != no_member && !aside_[previous] && lighter(previous)) {
            move(partition, previous);
            return true;
        }
        // Kafka looks near first where the owner is near, and then moves to the least loaded one all the same.
        const auto& all = subscribers(partition);
        if (std::none_of(all.begin(), all.end(), lighter)) return false;
        for (const auto& [size, rank] : queue_) {
            if (!index_.subscribes(by_rank_[rank], index_.topic_of(partition))) continue;
            move(partition, by_rank_[rank]);
            break;
        }
        return true;
    }

    void move(std::uint32_t wished, std::uint32_t target) {
        const std::uint32_t partition = moves_.instead_of(wished, owner_[wished], target);
        const std::uint32_t source = owner_[partition];
        unqueue(source);
        unqueue(target);
        moves_.moved(partition, source, target);
        auto& from = shares_[source];
        from.erase(std::find(from.begin(), from.end(), partition));
        shares_[target].push_back(partition);
        owner_[partition] = target;
        queue(target);
        queue(source);
    }

    /// The sum over pairs of members of the difference in partitions, members set aside left out.
    std::size_t imbalance(const Shares& shares) const {
        std::vector<std::size_t> sizes;
        for (std::uint32_t m = 0; m < index_.members(); ++m)
            if (!aside_[m]) sizes.push_back(shares[m].size());
        std::sort(sizes.begin(), sizes.end());
        std::size_t sum = 0;
        std::size_t below = 0;
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            sum += i * sizes[i] - below;
            below += sizes[i];
        }
        return sum;
    }

    const GroupIndex& index_;
    const StickyRacks& racks_;
    const StickyClaims& claims_;
    Shares shares_;
    std::vector<std::uint32_t> owner_;
    std::vector<std::uint32_t> previous_;
    std::vector<bool> assigned_;
    StickyMoves moves_;
    std::vector<std::uint32_t> by_rank_;
    Queue queue_;
    std::vector<bool> aside_;
    bool gave_up_ = false;  ///< some member had to give up what it owned
};

}  // namespace

StickyResult assign_general(const GroupIndex& index, const StickyRacks& racks, const StickyClaims& claims) {
    return General(index, racks, claims).run();
}

}  // namespace orrery::models
