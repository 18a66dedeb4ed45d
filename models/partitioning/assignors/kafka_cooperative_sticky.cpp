/// kafka_cooperative_sticky: the sticky assignment, handed over in two rounds (CooperativeStickyAssignor, KIP-429).
///
/// A partition that changes hands is left out of the round's assignment: its owner sees that it is gone, gives it up
/// and joins again; the next round assigns it. Members go on with everything else.
#include <algorithm>

#include "models/partitioning/assignors/sticky.hpp"
#include "models/partitioning/catalog.hpp"

namespace orrery::models {

namespace {

/// Partitions that some member owns and does not keep.
std::vector<bool> given_up(const GroupIndex& index, const Shares& shares) {
    std::vector<bool> out(index.partitions(), false);
    for (std::uint32_t m = 0; m < index.members(); ++m) {
        auto kept = shares[m];
        std::sort(kept.begin(), kept.end());
        for (const std::uint32_t partition : index.owned(m))
            if (!std::binary_search(kept.begin(), kept.end(), partition)) out[partition] = true;
    }
    return out;
}

/// New partitions of `member` that somebody gives up now wait for the next round.
void hold_back(const GroupIndex& index, Shares& shares, const std::vector<bool>& waiting) {
    for (std::uint32_t m = 0; m < index.members(); ++m) {
        auto owned = index.owned(m);
        std::sort(owned.begin(), owned.end());
        auto& share = shares[m];
        const auto waits = [&](std::uint32_t partition) {
            return waiting[partition] && !std::binary_search(owned.begin(), owned.end(), partition);
        };
        share.erase(std::remove_if(share.begin(), share.end(), waits), share.end());
    }
}

class KafkaCooperativeSticky final : public Assignor {
public:
    std::unique_ptr<Assignor> clone() const override { return std::make_unique<KafkaCooperativeSticky>(*this); }

    Assignment assign(const Group& group, RandomStream&) const override {
        const GroupIndex index(group);
        StickyResult result = assign_sticky(index);
        if (result.transferred) {
            for (auto& share : result.shares)
                share.erase(std::remove_if(share.begin(), share.end(),
                                           [&](std::uint32_t partition) { return (*result.transferred)[partition]; }),
                            share.end());
        } else {
            hold_back(index, result.shares, given_up(index, result.shares));
        }
        return index.named(result.shares);
    }

    AssignorPromise promise() const override {
        return {AssignorPromise::Balance::overall, AssignorPromise::Moves::least,
                AssignorPromise::Handover::revoked_first};
    }
};

}  // namespace

Row<Assignor> kafka_cooperative_sticky_row() {
    return {"kafka_cooperative_sticky",
            "the sticky assignment; what changes hands is given up in one round and handed over in the next",
            "Apache Kafka 4.0, CooperativeStickyAssignor (KIP-429, KIP-881)",
            {},
            [](const Settings&) { return std::make_unique<KafkaCooperativeSticky>(); }};
}

}  // namespace orrery::models
