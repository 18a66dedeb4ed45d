/// kafka_sticky: balance first, then as few moves as possible (org.apache.kafka.clients.consumer.StickyAssignor).
///
/// Eager: in every round all partitions are assigned. The algorithms are in sticky.hpp.
#include "models/partitioning/assignors/sticky.hpp"
#include "models/partitioning/catalog.hpp"

namespace orrery::models {

namespace {

class KafkaSticky final : public Assignor {
public:
    std::unique_ptr<Assignor> clone() const override { return std::make_unique<KafkaSticky>(*this); }

    Assignment assign(const Group& group, RandomStream&) const override {
        const GroupIndex index(group);
        return index.named(assign_sticky(index).shares);
    }

    AssignorPromise promise() const override {
        return {AssignorPromise::Balance::overall, AssignorPromise::Moves::least, AssignorPromise::Handover::at_once};
    }
};

}  // namespace

Row<Assignor> kafka_sticky_assignor_row() {
    return {"kafka_sticky",
            "even shares with the fewest moves, racks matched where balance allows; eager rounds",
            "Apache Kafka 4.0, StickyAssignor (KIP-54, KIP-881)",
            {},
            [](const Settings&) { return std::make_unique<KafkaSticky>(); }};
}

}  // namespace orrery::models
