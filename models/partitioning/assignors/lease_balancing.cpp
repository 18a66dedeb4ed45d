/// lease_balancing: workers take leases from a common table, some at a time, as the Kinesis Client Library does.
///
/// One round: each worker in turn, by id, looks at the table as the workers before it left it. With L leases and W
/// workers that hold some (itself counted), its target is ceil(L / W), or 1 if W >= L, at most `leases_max`. Below its
/// target, it takes free leases at random (owner gone, or never taken), as many as it lacks. Only if there are none it
/// steals from the worker with the most leases (ties: by id): what that one has above the target, or one if it lacks
/// at least two; never more than it lacks, nor more than `steals_max`.
///
/// So the first worker takes everything, and later ones steal their shares; nobody plans. Workers of an application
/// take leases of all its streams: subscriptions must be equal.
#include <algorithm>
#include <numeric>

#include "models/partitioning/assignors/group_index.hpp"
#include "models/partitioning/catalog.hpp"

namespace orrery::models {

namespace {

struct LeaseLimits {
    std::size_t steals_max = 1;
    std::size_t leases_max = 1;
};

class LeaseTable {
public:
    LeaseTable(const GroupIndex& index, LeaseLimits limits, RandomStream& random)
        : index_(index),
          limits_(limits),
          random_(random),
          owner_(index.partitions(), no_member),
          held_(index.members()) {
        for (std::uint32_t m = 0; m < index.members(); ++m) {
            for (const std::uint32_t lease : index.owned(m)) {
                // A lease has one owner; of two that claim it the first one has it.
                if (owner_[lease] != no_member) continue;
                owner_[lease] = m;
                held_[m].push_back(lease);
            }
        }
    }

    void take_turn(std::uint32_t worker) {
        const std::size_t target = target_of(worker);
        if (held_[worker].size() >= target) return;
        const std::size_t lacks = target - held_[worker].size();
        std::vector<std::uint32_t> free;
        for (std::uint32_t lease = 0; lease < owner_.size(); ++lease)
            if (owner_[lease] == no_member) free.push_back(lease);
        if (!free.empty()) {
            take(worker, free, std::min(lacks, free.size()));
        } else {
            steal(worker, target, lacks);
        }
    }

    const std::vector<std::vector<std::uint32_t>>& held() const { return held_; }

private:
    std::size_t target_of(std::uint32_t worker) const {
        std::size_t workers = 0;
        for (std::uint32_t m = 0; m < held_.size(); ++m) workers += m == worker || !held_[m].empty() ? 1 : 0;
        const std::size_t mean = workers >= owner_.size() ? 1 : (owner_.size() + workers - 1) / workers;
        return std::min(mean, limits_.leases_max);
    }

    void steal(std::uint32_t worker, std::size_t target, std::size_t lacks) {
        std::uint32_t richest = worker;
        for (std::uint32_t m = 0; m < held_.size(); ++m) {
            const bool more = held_[m].size() > held_[richest].size();
            if (more || (held_[m].size() == held_[richest].size() && index_.rank(m) < index_.rank(richest)))
                richest = m;
        }
        if (richest == worker || held_[richest].size() < target) return;
        std::size_t count = std::min(lacks, held_[richest].size() - target);
        if (count == 0 && lacks > 1) count = 1;
        take(worker, held_[richest], std::min(count, limits_.steals_max));
    }

    /// The first `count` of a random order.
    void take(std::uint32_t worker, std::vector<std::uint32_t> from, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            const auto other = i + static_cast<std::size_t>(random_.below(from.size() - i));
            std::swap(from[i], from[other]);
            if (owner_[from[i]] != no_member) {
                auto& held = held_[owner_[from[i]]];
                held.erase(std::find(held.begin(), held.end(), from[i]));
            }
            owner_[from[i]] = worker;
            held_[worker].push_back(from[i]);
        }
    }

    const GroupIndex& index_;
    LeaseLimits limits_;
    RandomStream& random_;
    std::vector<std::uint32_t> owner_;  ///< by lease
    std::vector<std::vector<std::uint32_t>> held_;
};

class LeaseBalancing final : public Assignor {
public:
    explicit LeaseBalancing(LeaseLimits limits) : limits_(limits) {}
    std::unique_ptr<Assignor> clone() const override { return std::make_unique<LeaseBalancing>(*this); }

    Assignment assign(const Group& group, RandomStream& random) const override {
        const GroupIndex index(group);
        if (!index.equal_subscriptions())
            throw AssignorError("lease_balancing: members subscribe to different topics; workers take leases of all");
        std::vector<std::uint32_t> turns(index.members());
        std::iota(turns.begin(), turns.end(), 0u);
        std::sort(turns.begin(), turns.end(), [&](auto a, auto b) { return index.rank(a) < index.rank(b); });
        LeaseTable table(index, limits_, random);
        for (const std::uint32_t worker : turns) table.take_turn(worker);
        return index.named(table.held());
    }

    AssignorPromise promise() const override {
        return {AssignorPromise::Balance::overall_equal, AssignorPromise::Moves::any,
                AssignorPromise::Handover::step_by_step, AssignorPromise::Subscriptions::equal_only};
    }

private:
    LeaseLimits limits_;
};

}  // namespace

Row<Assignor> lease_balancing_row() {
    Table table{{{"steals_max", Kind::count, "1", 1, 1e6, "leases that a worker steals in a round at most"},
                 {"leases_max", Kind::count, "2147483647", 1, 2147483647, "leases that a worker holds at most"}}};
    return {"lease_balancing",
            "workers take free leases and steal from the fullest one, a few at a time, until all have the mean",
            "Amazon Kinesis Client Library 2, DynamoDBLeaseTaker", std::move(table), [](const Settings& settings) {
                return std::make_unique<LeaseBalancing>(
                    LeaseLimits{static_cast<std::size_t>(settings.integer("steals_max")),
                                static_cast<std::size_t>(settings.integer("leases_max"))});
            }};
}

}  // namespace orrery::models
