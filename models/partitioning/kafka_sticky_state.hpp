/// The state of Kafka's built-in partitioner (3.3 and later, KIP-794): which partition sticks, and the table by which
/// the next one is drawn. One for a topic in a producer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "models/partitioning/partitioner.hpp"

namespace orrery::models {

class KafkaStickyState {
public:
    /// `sticky_batch`: bytes, positive.
    explicit KafkaStickyState(std::int32_t sticky_batch) : sticky_batch_(sticky_batch) {}

    /// What is known of the topic: its partitions, and those with a leader, in the order of the metadata.
    void set_partitions(std::uint32_t total, std::vector<PartitionId> available) {
        total_ = total;
        available_ = std::move(available);
    }

    /// New queue sizes of all partitions; only the first `length` entries are considered, the others are those of
    /// partitions that are left out. The chance of a partition becomes proportional to (largest + 1 - its own). The
    /// table is dropped where it would say nothing: fewer than two partitions in all, none considered, or all equal
    /// and none left out.
    void set_queues(std::span<const std::int32_t> queues, std::span<const PartitionId> ids, std::size_t length) {
        table_.clear();
        ids_.clear();
        if (length < 1 || queues.size() < 2) return;
        const auto considered = queues.first(length);
        const auto [least, most] = std::minmax_element(considered.begin(), considered.end());
        if (*least == *most && length == queues.size()) return;
        std::int64_t sum = 0;
        for (const std::int32_t queue : considered) {
            sum += std::int64_t{*most} + 1 - queue;
            table_.push_back(sum);
        }
        ids_.assign(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(length));
    }
    void drop_queues() { table_.clear(); }
    bool adaptive() const { return !table_.empty(); }
    /// Running sums of the chances.
    std::span<const std::int64_t> table() const { return table_; }

    /// `draw`: any 32 bits, Java's `int`.
    PartitionId next(std::int32_t draw) const {
        const std::int64_t positive = draw & std::numeric_limits<std::int32_t>::max();
        if (!table_.empty()) {
            const auto found = std::upper_bound(table_.begin(), table_.end(), positive % table_.back());
            return ids_[static_cast<std::size_t>(found - table_.begin())];
        }
        if (!available_.empty()) return available_[static_cast<std::size_t>(positive) % available_.size()];
        return PartitionId(static_cast<std::size_t>(positive % std::int64_t{total_}));
    }

    /// The partition that sticks; `draw` is called for the first one.
    template <class Draw>
    PartitionId current(Draw draw) {
        if (!current_) current_ = next(draw());
        return *current_;
    }

    /// What the accumulator knows of the partition's batches after an append.
    enum class Batches : std::uint8_t { full, last_has_room };

    /// `bytes` went to the current partition. After `sticky_batch` of them the next one is drawn, as soon as no batch
    /// is cut short by it, and after twice as much in any case.
    template <class Draw>
    void appended(std::int64_t bytes, Batches batches, Draw draw) {
        produced_ += bytes;
        if ((produced_ < sticky_batch_ || batches == Batches::last_has_room) &&
            produced_ < std::int64_t{sticky_batch_} * 2)
            return;
        current_ = next(draw());
        produced_ = 0;
    }

    std::uint32_t total() const { return total_; }
    std::size_t memory_bytes() const {
        return table_.capacity() * sizeof(std::int64_t) +
               (ids_.capacity() + available_.capacity()) * sizeof(PartitionId);
    }

private:
    std::int32_t sticky_batch_;
    std::uint32_t total_ = 0;
    std::vector<PartitionId> available_;
    std::vector<std::int64_t> table_;  ///< empty: not adaptive
    std::vector<PartitionId> ids_;     ///< of the table's entries
    std::optional<PartitionId> current_;
    std::int64_t produced_ = 0;
};

}  // namespace orrery::models
