#include <algorithm>
#include <map>
#include <set>

#include "models/partitioning/catalog.hpp"
#include "models/partitioning/placement/kafka.hpp"
#include "models/partitioning/placement/kafka_row.hpp"

namespace orrery::models {

namespace {

/// One broker of each rack in turns.
std::vector<KafkaBroker> alternating(const std::vector<KafkaBroker>& brokers) {
    std::map<std::u16string, std::vector<KafkaBroker>> racks;
    for (const KafkaBroker& broker : brokers) racks[java_rack_order(*broker.rack)].push_back(broker);
    for (auto& [name, in_rack] : racks)
        std::sort(in_rack.begin(), in_rack.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    std::vector<KafkaBroker> out;
    for (std::size_t turn = 0; out.size() < brokers.size(); ++turn)
        for (const auto& [name, in_rack] : racks)
            if (turn < in_rack.size()) out.push_back(in_rack[turn]);
    return out;
}

class AdminPlacer {
public:
    AdminPlacer(std::vector<KafkaBroker> brokers, std::size_t racks) : brokers_(std::move(brokers)), racks_(racks) {}

    std::vector<std::int32_t> place(std::int64_t leader, std::int64_t shift, std::size_t replicas) const {
        std::vector<std::int32_t> out{at(leader).id};
        std::set<std::string> racks_used;
        if (racks_ > 0) racks_used.insert(*at(leader).rack);
        for (std::int64_t k = 0; out.size() < replicas; ++k) {
            const KafkaBroker& broker =
                follower(leader, racks_ > 0 ? shift * static_cast<std::int64_t>(racks_) : shift, k);
            if (racks_ > 0) {
                if (racks_used.count(*broker.rack) > 0 && racks_used.size() < racks_) continue;
                if (std::find(out.begin(), out.end(), broker.id) != out.end()) continue;
                racks_used.insert(*broker.rack);
            }
            out.push_back(broker.id);
        }
        return out;
    }

    std::int32_t size() const { return static_cast<std::int32_t>(brokers_.size()); }

private:
    const KafkaBroker& at(std::int64_t place) const { return brokers_[static_cast<std::size_t>(place % size())]; }
    const KafkaBroker& follower(std::int64_t leader, std::int64_t shift, std::int64_t k) const {
        return at(leader % size() + 1 + (shift + k) % (size() - 1));
    }

    std::vector<KafkaBroker> brokers_;
    std::size_t racks_;  ///< zero: unaware
};

AdminPlacer placer_of(const std::vector<KafkaBroker>& brokers) {
    std::set<std::string> racks;
    std::size_t racked = 0;
    for (const KafkaBroker& broker : brokers) {
        if (!broker.rack) continue;
        racks.insert(*broker.rack);
        ++racked;
    }
    if (racked == 0) return {brokers, 0};
    if (racked < brokers.size())
        throw PlacementError(
            "some brokers have a rack and some have none; kafka_admin needs racks for all or for none");
    return {alternating(brokers), racks.size()};
}

}  // namespace

BrokerLists kafka_admin_placement(const std::vector<KafkaBroker>& brokers, const KafkaTopicSpec& spec,
                                  JavaRandom& random) {
    check_kafka_spec(brokers, spec);
    const AdminPlacer placer = placer_of(brokers);
    const bool fixed = spec.start && *spec.start >= 0;
    const std::int64_t start = fixed ? *spec.start : random.next_int(placer.size());
    std::int64_t shift = fixed ? *spec.start : random.next_int(placer.size());
    std::int64_t partition = std::max(0, spec.first_partition);
    BrokerLists out;
    for (std::int32_t i = 0; i < spec.partitions; ++i, ++partition) {
        if (partition > 0 && partition % placer.size() == 0) ++shift;
        out.push_back(placer.place(partition + start, shift, static_cast<std::size_t>(spec.replicas)));
    }
    return out;
}

namespace {

class KafkaAdmin final : public KafkaPlacement {
public:
    std::unique_ptr<ReplicaPlacement> clone() const override { return std::make_unique<KafkaAdmin>(*this); }
    PlacementPromise promise() const override {
        PlacementPromise promise;
        promise.spread = PlacementPromise::Spread::best_effort;
        promise.max_over_mean = 1.1;
        return promise;
    }

private:
    BrokerLists place_on(const std::vector<KafkaBroker>& brokers, const KafkaTopicSpec& spec,
                         JavaRandom& random) const override {
        return kafka_admin_placement(brokers, spec, random);
    }
};

}  // namespace

Row<ReplicaPlacement> kafka_admin_row() {
    return {"kafka_admin",
            "first replicas in turns, followers at a growing shift; over racks in turns where all brokers have one",
            "Apache Kafka 4.0, AdminUtils.assignReplicasToBrokers (KIP-36)",
            {},
            [](const Settings&) { return std::make_unique<KafkaAdmin>(); }};
}

}  // namespace orrery::models
