#include <algorithm>

#include "models/hashing/functions/java_hash.hpp"
#include "models/hashing/functions/java_hash_map.hpp"
#include "models/partitioning/catalog.hpp"
#include "models/partitioning/placement/kafka_row.hpp"

namespace orrery::models {

namespace {

/// Collections.shuffle.
template <class Item>
void java_shuffle(std::vector<Item>& items, JavaRandom& random) {
    for (std::size_t i = items.size(); i > 1; --i)
        std::swap(items[i - 1], items[static_cast<std::size_t>(random.next_int(static_cast<std::int32_t>(i)))]);
}

/// Brokers in turns, one further in each epoch; each once in an epoch.
struct Turns {
    std::vector<std::int32_t> brokers = {};
    std::size_t used = 0;
    std::size_t offset = 0;
    std::size_t epoch = 0;

    void start(JavaRandom& random) {
        if (brokers.empty()) return;
        std::sort(brokers.begin(), brokers.end());
        offset = static_cast<std::size_t>(random.next_int(static_cast<std::int32_t>(brokers.size())));
    }

    std::optional<std::int32_t> next(std::size_t now) {
        if (brokers.empty()) return std::nullopt;
        if (epoch != now) {
            epoch = now;
            used = 0;
            offset = (offset + 1) % brokers.size();
        }
        if (used >= brokers.size()) return std::nullopt;
        return brokers[(used++ + offset) % brokers.size()];
    }
};

struct Rack {
    std::optional<std::string> name = {};
    Turns active = {};
    Turns fenced = {};

    std::optional<std::int32_t> next(std::size_t now) {
        const auto broker = active.next(now);
        return broker ? broker : fenced.next(now);
    }
};

/// Java's hash of Optional<String>.
struct RackHash {
    std::int32_t operator()(const std::optional<std::string>& rack) const {
        return rack ? java_string_hash(Key(*rack)) : 0;
    }
};

class StripedPlacer {
public:
    StripedPlacer(const std::vector<KafkaBroker>& brokers, JavaRandom& random) : random_(random) {
        JavaHashMap<std::optional<std::string>, std::size_t, RackHash> places;
        for (const KafkaBroker& broker : brokers) {
            if (places.find(broker.rack) == nullptr) {
                places.put(broker.rack, racks_.size());
                racks_.push_back({broker.rack});
            }
            Rack& rack = racks_[*places.find(broker.rack)];
            const bool active = broker.state == KafkaBroker::State::active;
            (active ? rack.active : rack.fenced).brokers.push_back(broker.id);
            active_ += active ? 1 : 0;
        }
        // Random numbers are drawn for racks in the order of Java's map.
        places.for_each([&](const auto&, std::size_t place) { drawing_order_.push_back(place); });
        for (const std::size_t place : drawing_order_) {
            racks_[place].fenced.start(random);
            racks_[place].active.start(random);
        }
        for (std::size_t i = 0; i < racks_.size(); ++i) turn_order_.push_back(i);
        std::sort(turn_order_.begin(), turn_order_.end(), [&](std::size_t a, std::size_t b) { return before(a, b); });
        offset_ = static_cast<std::size_t>(random.next_int(static_cast<std::int32_t>(racks_.size())));
    }

    std::size_t active() const { return active_; }

    std::vector<std::int32_t> place(std::size_t replicas) {
        if (epoch_ == active_ && active_ > 1) {
            shuffle();
            epoch_ = 0;
        }
        if (offset_ == racks_.size()) offset_ = 0;
        std::size_t first = offset_;
        std::vector<std::int32_t> out;
        while (out.empty()) {
            if (const auto leader = rack(first).active.next(epoch_)) {
                out.push_back(*leader);
            } else {
                first = (first + 1) % racks_.size();
            }
        }
        // Followers from the first rack on; the leader's is passed over once.
        for (std::size_t turn = offset_; out.size() < replicas; turn = (turn + 1) % racks_.size()) {
            if (first == turn) {
                first = racks_.size();
            } else if (const auto broker = rack(turn).next(epoch_)) {
                out.push_back(*broker);
            }
        }
        ++epoch_;
        ++offset_;
        return out;
    }

private:
    Rack& rack(std::size_t turn) { return racks_[turn_order_[turn]]; }

    /// No rack comes first.
    bool before(std::size_t a, std::size_t b) const {
        const auto& name_a = racks_[a].name;
        const auto& name_b = racks_[b].name;
        if (!name_a || !name_b) return !name_a && name_b;
        return java_string(*name_a) < java_string(*name_b);
    }

    void shuffle() {
        java_shuffle(turn_order_, random_);
        for (const std::size_t place : drawing_order_) {
            java_shuffle(racks_[place].fenced.brokers, random_);
            java_shuffle(racks_[place].active.brokers, random_);
        }
    }

    JavaRandom& random_;
    std::vector<Rack> racks_;
    std::vector<std::size_t> drawing_order_;
    std::vector<std::size_t> turn_order_;
    std::size_t active_ = 0;
    std::size_t epoch_ = 0;
    std::size_t offset_ = 0;
};

}  // namespace

BrokerLists kafka_striped_placement(const std::vector<KafkaBroker>& brokers, const KafkaTopicSpec& spec,
                                    JavaRandom& random) {
    check_kafka_spec(brokers, spec);
    StripedPlacer placer(brokers, random);
    if (placer.active() == 0) throw PlacementError("all brokers are fenced");
    BrokerLists out;
    for (std::int32_t i = 0; i < spec.partitions; ++i)
        out.push_back(placer.place(static_cast<std::size_t>(spec.replicas)));
    return out;
}

namespace {

class KafkaStriped final : public KafkaPlacement {
public:
    std::unique_ptr<ReplicaPlacement> clone() const override { return std::make_unique<KafkaStriped>(*this); }
    PlacementPromise promise() const override {
        PlacementPromise promise;
        promise.spread = PlacementPromise::Spread::best_effort;
        promise.max_over_mean = 1.25;
        return promise;
    }

private:
    BrokerLists place_on(const std::vector<KafkaBroker>& brokers, const KafkaTopicSpec& spec,
                         JavaRandom& random) const override {
        return kafka_striped_placement(brokers, spec, random);
    }
};

}  // namespace

Row<ReplicaPlacement> kafka_striped_row() {
    return {"kafka_striped",
            "stripes over racks and their brokers, shuffled when every broker has led once",
            "Apache Kafka 4.0, StripedReplicaPlacer (KRaft)",
            {},
            [](const Settings&) { return std::make_unique<KafkaStriped>(); }};
}

}  // namespace orrery::models
