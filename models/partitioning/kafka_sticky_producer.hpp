/// A producer's choice for records that have no key (or whose key is ignored): Kafka's built-in partitioner fed with
/// what a Partitioner is told. Shared by kafka_default and kafka_sticky.
#pragma once

#include <algorithm>
#include <vector>

#include "models/partitioning/kafka_sticky_state.hpp"
#include "sim/base/parameter.hpp"

namespace orrery::models {

struct KafkaStickySpec {
    std::int32_t batch = 16384;  ///< bytes
    enum class Adaptive : std::uint8_t { yes, no } adaptive = Adaptive::yes;
};

class KafkaStickyProducer {
public:
    explicit KafkaStickyProducer(const KafkaStickySpec& spec) : spec_(spec), state_(spec.batch) {}

    void reset(std::uint32_t partitions) {
        state_ = KafkaStickyState(spec_.batch);
        used_.assign(partitions, false);
        unused_ = partitions;
        state_.set_partitions(partitions, all(partitions));
    }

    PartitionId pick(const Record& record, RandomStream& random) {
        const auto draw = [&random] {
            return static_cast<std::int32_t>(static_cast<std::uint32_t>(random.next() >> 32));
        };
        const PartitionId picked = state_.current(draw);
        use(picked);
        // Records fill batches whole: none is sent before it is full.
        state_.appended(std::max<std::int64_t>(record.size, 1), KafkaStickyState::Batches::full, draw);
        return picked;
    }

    /// A partition has a batch: queue sizes count once all have had one, as the accumulator does it.
    void use(PartitionId partition) {
        if (used_[partition.index()]) return;
        used_[partition.index()] = true;
        --unused_;
    }

    void observe(std::span<const PartitionLoad> loads) {
        std::vector<PartitionId> with_leader, ready;
        std::vector<std::int32_t> queues;
        for (std::size_t i = 0; i < loads.size(); ++i) {
            if (loads[i].state != PartitionLoad::State::down) with_leader.emplace_back(i);
            if (loads[i].state != PartitionLoad::State::ready) continue;
            ready.emplace_back(i);
            queues.push_back(loads[i].queued);
        }
        state_.set_partitions(static_cast<std::uint32_t>(loads.size()), with_leader);
        const std::size_t considered = ready.size();
        queues.resize(loads.size());
        if (spec_.adaptive == KafkaStickySpec::Adaptive::yes && unused_ == 0) {
            state_.set_queues(queues, ready, considered);
        } else {
            state_.drop_queues();
        }
    }

    std::uint32_t partitions() const { return state_.total(); }
    std::size_t memory_bytes() const { return state_.memory_bytes() + used_.capacity() / 8; }

private:
    static std::vector<PartitionId> all(std::uint32_t partitions) {
        std::vector<PartitionId> ids;
        for (std::uint32_t i = 0; i < partitions; ++i) ids.emplace_back(i);
        return ids;
    }

    KafkaStickySpec spec_;
    KafkaStickyState state_;
    std::vector<bool> used_;
    std::uint32_t unused_ = 0;
};

/// The two parameters, and what they say.
std::vector<Parameter> kafka_sticky_parameters();
KafkaStickySpec kafka_sticky_spec(const Settings& settings);

}  // namespace orrery::models
