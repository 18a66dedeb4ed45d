/// kafka_round_robin: partitions by topic and number go to members in turns, members that do not subscribe skipped
/// (RoundRobinAssignor). Static members first, by instance; then the others, by id. What members own plays no part.
#include "models/partitioning/assignors/group_index.hpp"
#include "models/partitioning/catalog.hpp"

namespace orrery::models {

namespace {

class KafkaRoundRobin final : public Assignor {
public:
    std::unique_ptr<Assignor> clone() const override { return std::make_unique<KafkaRoundRobin>(*this); }

    Assignment assign(const Group& group, RandomStream&) const override {
        const GroupIndex index(group);
        const auto& members = index.static_first();
        std::vector<std::vector<std::uint32_t>> shares(index.members());
        std::size_t turn = 0;
        for (std::uint32_t partition = 0; partition < index.partitions(); ++partition) {
            while (!index.subscribes(members[turn], index.topic_of(partition))) turn = (turn + 1) % members.size();
            shares[members[turn]].push_back(partition);
            turn = (turn + 1) % members.size();
        }
        return index.named(shares);
    }

    AssignorPromise promise() const override {
        return {AssignorPromise::Balance::overall_equal, AssignorPromise::Moves::pure};
    }
};

}  // namespace

Row<Assignor> kafka_round_robin_row() {
    return {"kafka_round_robin",
            "all partitions in order, to members in turns",
            "Apache Kafka 4.0, RoundRobinAssignor",
            {},
            [](const Settings&) { return std::make_unique<KafkaRoundRobin>(); }};
}

}  // namespace orrery::models
