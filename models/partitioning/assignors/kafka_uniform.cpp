/// kafka_uniform: the broker's default assignor of KIP-848: even shares, members keep what they own up to theirs.
#include <algorithm>

#include "models/partitioning/assignors/uniform.hpp"
#include "models/partitioning/catalog.hpp"
#include "sim/base/random.hpp"

namespace orrery::models {

std::int32_t TopicIdHash::operator()(const TopicId& id) const {
    const auto folded = static_cast<std::uint64_t>(id.high ^ id.low);
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(folded >> 32) ^ static_cast<std::uint32_t>(folded));
}

TopicId id_of(const Topic& topic) {
    if (topic.id) return *topic.id;
    const std::uint64_t high = mix64(purpose_code(topic.name));
    return {static_cast<std::int64_t>(high), static_cast<std::int64_t>(mix64(high + golden_step))};
}

OwnedByTopic owned_by_topic(const GroupIndex& index, std::uint32_t member) {
    OwnedByTopic owned;
    for (const std::uint32_t partition : index.owned(member)) {
        const auto& entry = index.topics()[index.topic_of(partition)];
        owned.compute_if_absent(id_of(*entry.topic)).put(static_cast<std::int32_t>(partition - entry.first), partition);
    }
    return owned;
}

namespace {

/// Whether all subscribe to the same topics; topics that do not exist never reach the coordinator's assignor.
bool homogeneous(const GroupIndex& index) {
    for (std::uint32_t t = 0; t < index.topics().size(); ++t)
        if (index.topics()[t].subscribers.size() != index.members()) return false;
    return true;
}

class KafkaUniform final : public Assignor {
public:
    std::unique_ptr<Assignor> clone() const override { return std::make_unique<KafkaUniform>(*this); }

    Assignment assign(const Group& group, RandomStream&) const override {
        const GroupIndex index(group);
        if (index.members() == 0) return {};
        auto shares = homogeneous(index) ? assign_homogeneous(index) : assign_heterogeneous(index);
        for (auto& share : shares) std::sort(share.begin(), share.end());
        return index.named(shares);
    }

    AssignorPromise promise() const override {
        return {AssignorPromise::Balance::overall_equal, AssignorPromise::Moves::few};
    }
};

}  // namespace

Row<Assignor> kafka_uniform_row() {
    return {"kafka_uniform",
            "even shares; members keep what they own up to theirs, and the map's first members get one more",
            "Apache Kafka 4.0, group coordinator, UniformAssignor (KIP-848)",
            {},
            [](const Settings&) { return std::make_unique<KafkaUniform>(); }};
}

}  // namespace orrery::models
