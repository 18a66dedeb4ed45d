/// kafka_server_range: the broker's range assignor of KIP-848: of each topic a run of partitions to each subscriber,
/// members sorted by instance (static ones first), then by id; the first P mod N get one more. No racks.
#include "models/partitioning/assignors/group_index.hpp"
#include "models/partitioning/catalog.hpp"

namespace orrery::models {

namespace {

class KafkaServerRange final : public Assignor {
public:
    std::unique_ptr<Assignor> clone() const override { return std::make_unique<KafkaServerRange>(*this); }

    Assignment assign(const Group& group, RandomStream&) const override {
        const GroupIndex index(group);
        std::vector<std::vector<std::uint32_t>> shares(index.members());
        for (std::uint32_t t = 0; t < index.topics().size(); ++t) {
            const auto& entry = index.topics()[t];
            const auto subscribers = static_cast<std::uint32_t>(entry.subscribers.size());
            std::uint32_t larger = entry.count % subscribers;
            std::uint32_t next = entry.first;
            for (const std::uint32_t m : index.static_first()) {
                if (!index.subscribes(m, t)) continue;
                const std::uint32_t end = next + entry.count / subscribers + (larger > 0 ? 1 : 0);
                if (larger > 0) --larger;
                while (next < end) shares[m].push_back(next++);
            }
        }
        return index.named(shares);
    }

    AssignorPromise promise() const override {
        return {AssignorPromise::Balance::per_topic, AssignorPromise::Moves::pure};
    }
};

}  // namespace

Row<Assignor> kafka_server_range_row() {
    return {"kafka_server_range",
            "the broker's range assignor: runs of each topic's partitions, static members first",
            "Apache Kafka 4.0, group coordinator, RangeAssignor (KIP-848)",
            {},
            [](const Settings&) { return std::make_unique<KafkaServerRange>(); }};
}

}  // namespace orrery::models
