#include <algorithm>

#include "models/partitioning/assignors/uniform.hpp"

namespace orrery::models {

namespace {

class Homogeneous {
public:
    explicit Homogeneous(const GroupIndex& index)
        : index_(index), shares_(index.members()), room_(index.members(), 0), taken_(index.partitions(), false) {}

    std::vector<std::vector<std::uint32_t>> run() {
        std::size_t larger = index_.partitions() % index_.members();
        for (const std::uint32_t m : index_.iteration()) {
            room_[m] = index_.partitions() / index_.members() + (larger > 0 ? 1 : 0);
            if (larger > 0) --larger;
            keep_owned(m);
        }
        auto next = unowned();
        next.insert(next.end(), given_up_.begin(), given_up_.end());
        auto partition = next.begin();
        for (const std::uint32_t m : index_.iteration())
            for (; room_[m] > 0 && partition != next.end(); --room_[m]) shares_[m].push_back(*partition++);
        return shares_;
    }

private:
    void keep_owned(std::uint32_t m) {
        owned_by_topic(index_, m).for_each([&](const TopicId&, const auto& partitions) {
            partitions.for_each([&](std::int32_t, std::uint32_t partition) {
                // Two owners of one partition cannot be in a target assignment; the first one counts here.
                if (taken_[partition]) return;
                taken_[partition] = true;
                if (room_[m] > 0) {
                    --room_[m];
                    shares_[m].push_back(partition);
                } else {
                    given_up_.push_back(partition);
                }
            });
        });
    }

    /// In the order of the set of topics that the first member subscribes to.
    std::vector<std::uint32_t> unowned() const {
        const auto& wanted = index_.subscription(index_.iteration().front());
        auto topics = JavaHashMap<TopicId, std::uint32_t, TopicIdHash>::with_capacity(
            std::max<std::size_t>(16, wanted.size() * 4 / 3 + 1));
        for (const std::uint32_t t : wanted) topics.put(id_of(*index_.topics()[t].topic), t);
        std::vector<std::uint32_t> out;
        topics.for_each([&](const TopicId&, std::uint32_t t) {
            const auto& entry = index_.topics()[t];
            for (std::uint32_t partition = entry.first; partition < entry.first + entry.count; ++partition)
                if (!taken_[partition]) out.push_back(partition);
        });
        return out;
    }

    const GroupIndex& index_;
    std::vector<std::vector<std::uint32_t>> shares_;
    std::vector<std::size_t> room_;
    std::vector<bool> taken_;  ///< somebody owned it before this round
    std::vector<std::uint32_t> given_up_;
};

}  // namespace

std::vector<std::vector<std::uint32_t>> assign_homogeneous(const GroupIndex& index) {
    return Homogeneous(index).run();
}

}  // namespace orrery::models
