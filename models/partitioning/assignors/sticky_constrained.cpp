// The algorithm for equal subscriptions. With P partitions and N members, `least` = floor(P/N), `most` = ceil(P/N), and
// P mod N members get `most`.
//
// 1. Members in hash order keep what they own (lowest partition numbers first): `most` while fewer than P mod N have
//    that much, else `least`.
// 2. Where racks play a part, the rest is dealt to members near it, in turns, up to `least`, then up to `most`.
// 3. What is left is dealt in turns, by member id, up to `least`, then one more to members at `least`.
#include <algorithm>

#include "models/partitioning/assignors/sticky.hpp"
#include "sim/base/check.hpp"

namespace orrery::models {

namespace {

class Constrained {
public:
    Constrained(const GroupIndex& index, const StickyRacks& racks, const StickyClaims& claims)
        : index_(index),
          racks_(racks),
          claims_(claims),
          least_(index.partitions() / index.members()),
          most_((index.partitions() + index.members() - 1) / index.members()),
          above_least_wanted_(index.partitions() % index.members()),
          shares_(index.members()),
          revoked_from_(index.partitions(), no_member),
          transferred_(index.partitions(), false) {}

    StickyResult run() {
        for (const std::uint32_t member : index_.iteration()) keep_owned(member);
        auto unassigned = not_kept();
        const auto by_id = [&](std::uint32_t a, std::uint32_t b) { return index_.rank(a) < index_.rank(b); };
        std::sort(below_least_.begin(), below_least_.end(), by_id);
        std::sort(at_least_.begin(), at_least_.end(), by_id);
        racks_.sort_by_members_near(unassigned);
        deal_near(unassigned);
        deal(unassigned);
        return {std::move(shares_), std::move(transferred_)};
    }

private:
    std::vector<std::uint32_t> may_keep(std::uint32_t member) {
        std::vector<std::uint32_t> owned;
        for (const std::uint32_t partition : claims_.owned[member]) {
            if (racks_.mismatch(member, partition)) {
                revoked_from_[partition] = member;
            } else if (!claims_.disputed[partition]) {
                owned.push_back(partition);
            }
        }
        const auto number = [&](std::uint32_t partition) {
            return partition - index_.topics()[index_.topic_of(partition)].first;
        };
        std::sort(owned.begin(), owned.end(), [&](std::uint32_t a, std::uint32_t b) {
            return number(a) != number(b) ? number(a) < number(b) : a < b;
        });
        return owned;
    }

    void keep_owned(std::uint32_t member) {
        const auto owned = may_keep(member);
        std::size_t kept = least_;
        if (owned.size() < least_) {
            kept = owned.size();
            below_least_.push_back(member);
        } else if (owned.size() >= most_ && above_least_ < above_least_wanted_) {
            kept = most_;
            ++above_least_;
            if (above_least_ == above_least_wanted_) at_least_.clear();
        } else if (above_least_ < above_least_wanted_) {
            at_least_.push_back(member);
        }
        const auto end = owned.begin() + static_cast<std::ptrdiff_t>(kept);
        shares_[member].assign(owned.begin(), end);
        std::for_each(end, owned.end(), [&](std::uint32_t partition) { revoked_from_[partition] = member; });
    }

    std::vector<std::uint32_t> not_kept() const {
        std::vector<bool> kept(index_.partitions(), false);
        for (const auto& share : shares_)
            for (const std::uint32_t partition : share) kept[partition] = true;
        std::vector<std::uint32_t> rest;
        for (std::uint32_t partition = 0; partition < kept.size(); ++partition)
            if (!kept[partition]) rest.push_back(partition);
        return rest;
    }

    void deal_near(std::vector<std::uint32_t>& unassigned) {
        if (!racks_.aware()) return;
        std::vector<std::uint32_t> rest;
        std::size_t turn = 0;
        for (const std::uint32_t partition : unassigned)
            if (!give_below_least_near(partition, turn) && !give_at_least_near(partition)) rest.push_back(partition);
        unassigned = std::move(rest);
    }

    bool give_below_least_near(std::uint32_t partition, std::size_t& turn) {
        const auto found = racks_.next_match(partition, below_least_, turn);
        if (!found) return false;
        std::size_t next = *found;
        const std::uint32_t member = below_least_[next];
        const std::size_t size = shares_[member].size() + 1;
        if (size >= least_) {
            below_least_.erase(below_least_.begin() + static_cast<std::ptrdiff_t>(next));
            if (size < most_ && above_least_ < above_least_wanted_) at_least_.push_back(member);
        } else {
            ++next;
        }
        turn = below_least_.empty() ? 0 : next % below_least_.size();
        give(partition, member);
        return true;
    }

    bool give_at_least_near(std::uint32_t partition) {
        const auto found = racks_.next_match(partition, at_least_, 0);
        if (!found) return false;
        const std::uint32_t member = at_least_[*found];
        if (shares_[member].size() + 1 == most_) {
            at_least_.erase(at_least_.begin() + static_cast<std::ptrdiff_t>(*found));
            if (++above_least_ == above_least_wanted_) at_least_.clear();
        }
        give(partition, member);
        return true;
    }

    void deal(const std::vector<std::uint32_t>& unassigned) {
        std::size_t turn = 0;
        for (const std::uint32_t partition : unassigned) {
            if (below_least_.empty()) {
                ORRERY_CHECK(!at_least_.empty(), "a partition is left although every member has its share");
                give(partition, at_least_.front());
                at_least_.erase(at_least_.begin());
                continue;
            }
            if (turn >= below_least_.size()) turn = 0;
            const std::uint32_t member = below_least_[turn];
            give(partition, member);
            if (shares_[member].size() == least_) {
                below_least_.erase(below_least_.begin() + static_cast<std::ptrdiff_t>(turn));
                at_least_.push_back(member);
            } else {
                ++turn;
            }
        }
        ORRERY_CHECK(
            std::all_of(below_least_.begin(), below_least_.end(), [&](auto m) { return shares_[m].size() == least_; }),
            "no partition is left although a member is short of its share");
    }

    void give(std::uint32_t partition, std::uint32_t member) {
        shares_[member].push_back(partition);
        const std::uint32_t from = revoked_from_[partition];
        if ((from != no_member && from != member) || claims_.disputed[partition]) transferred_[partition] = true;
    }

    const GroupIndex& index_;
    const StickyRacks& racks_;
    const StickyClaims& claims_;
    std::size_t least_;
    std::size_t most_;
    std::size_t above_least_wanted_;
    std::size_t above_least_ = 0;
    Shares shares_;
    std::vector<std::uint32_t> revoked_from_;  ///< by partition: who had it and may not keep it
    std::vector<bool> transferred_;
    std::vector<std::uint32_t> below_least_;  ///< members with fewer than `least_`
    std::vector<std::uint32_t> at_least_;     ///< members with `least_` that may get one more
};

}  // namespace

StickyResult assign_constrained(const GroupIndex& index, const StickyRacks& racks, const StickyClaims& claims) {
    return Constrained(index, racks, claims).run();
}

}  // namespace orrery::models
