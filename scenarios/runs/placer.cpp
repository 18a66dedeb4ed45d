#include "scenarios/runs/placer.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace orrery {

namespace {

using models::Key;
using models::Member;
using models::MemberId;
using models::NumberKey;
using models::Partitioner;
using models::PartitionerPromise;
using models::PartitionId;
using models::Record;
using models::Ring;
using models::RingPromise;

/// Calls `use(key)` for each key of the range.
template <class Use>
void for_keys(const KeyBlock& block, std::size_t begin, std::size_t end, Use use) {
    if (block.kind() == KeyBlock::Kind::numbers)
        for (std::size_t i = begin; i < end; ++i) use(Key(NumberKey(block.numbers()[i])));
    else
        for (std::size_t i = begin; i < end; ++i) use(block.text(i));
}

class RingPlacer final : public Placer {
public:
    explicit RingPlacer(std::unique_ptr<Ring> ring) : ring_(std::move(ring)) {}

    void reset(std::span<const Member> nodes) override { ring_->reset(nodes); }
    void add(const Member& node) override { ring_->add(node); }
    void remove(MemberId node) override { ring_->remove(node); }
    void forget() override {
        if (placing() == Placing::lasting) return;
        const std::vector<Member> nodes(ring_->members().begin(), ring_->members().end());
        ring_->reset(nodes);
    }

    void place(const KeyBlock& block, std::size_t begin, std::size_t end, std::size_t copies,
               std::vector<MemberId>& out) override {
        const std::size_t first = out.size();
        out.resize(first + (end - begin) * copies);
        const std::span<MemberId> nodes = std::span(out).subspan(first);
        std::size_t i = 0;
        if (copies > 1) {
            for_keys(block, begin, end, [&](Key key) { ring_->replicas(key, nodes.subspan(copies * i++, copies)); });
        } else if (placing() == Placing::in_order) {
            for_keys(block, begin, end, [&](Key key) { nodes[i++] = ring_->take(key); });
        } else if (block.kind() == KeyBlock::Kind::numbers) {
            ring_->owners(block.numbers().subspan(begin, end - begin), nodes);
        } else {
            for_keys(block, begin, end, [&](Key key) { nodes[i++] = ring_->owner(key); });
        }
    }

    Placing placing() const override {
        return ring_->promise().depends_on == RingPromise::DependsOn::load ? Placing::in_order : Placing::lasting;
    }
    bool honours_weights() const override { return ring_->promise().weights == RingPromise::Weights::honoured; }
    std::size_t copies_most() const override {
        return placing() == Placing::lasting ? std::numeric_limits<std::size_t>::max() : 1;
    }
    std::size_t memory_bytes() const override { return ring_->memory_bytes(); }

private:
    std::unique_ptr<Ring> ring_;
};

class PartitionPlacer final : public Placer {
public:
    PartitionPlacer(std::unique_ptr<Partitioner> partitioner, std::uint64_t seed)
        : partitioner_(std::move(partitioner)), random_(stream_of(stream_key(seed, "partitioner", 0))) {}

    void reset(std::span<const Member> nodes) override {
        nodes_.clear();
        for (const Member& node : nodes) nodes_.push_back(node.id);
        partitioner_->reset(static_cast<std::uint32_t>(nodes_.size()));
    }
    void add(const Member& node) override {
        partitioner_->resize(static_cast<std::uint32_t>(nodes_.size() + 1));
        nodes_.push_back(node.id);
    }
    void remove(MemberId node) override {
        partitioner_->resize(static_cast<std::uint32_t>(nodes_.size() - 1));
        nodes_.erase(std::find(nodes_.begin(), nodes_.end(), node));
    }
    void forget() override {}

    void place(const KeyBlock& block, std::size_t begin, std::size_t end, std::size_t,
               std::vector<MemberId>& out) override {
        if (placing() == Placing::per_request) {
            std::vector<PartitionId> found;
            for_keys(block, begin, end, [&](Key key) {
                Record record;
                record.key = key;
                partitioner_->pick_all(record, random_, found);
                for (const PartitionId partition : found) out.push_back(nodes_[partition.index()]);
            });
            return;
        }
        const std::size_t first = out.size();
        out.resize(first + end - begin);
        if (block.kind() == KeyBlock::Kind::numbers) {
            std::vector<PartitionId> found(end - begin);
            partitioner_->of_numbers(block.numbers().subspan(begin, end - begin), found);
            for (std::size_t i = 0; i < found.size(); ++i) out[first + i] = nodes_[found[i].index()];
        } else {
            std::size_t i = first;
            for_keys(block, begin, end, [&](Key key) { out[i++] = nodes_[partitioner_->of_key(key).index()]; });
        }
    }

    Placing placing() const override {
        const PartitionerPromise promise = partitioner_->promise();
        return promise.depends_on == PartitionerPromise::DependsOn::record &&
                       promise.fan_out == PartitionerPromise::FanOut::one
                   ? Placing::lasting
                   : Placing::per_request;
    }
    bool honours_weights() const override { return false; }
    std::size_t copies_most() const override { return 1; }
    std::size_t memory_bytes() const override { return partitioner_->memory_bytes(); }

private:
    std::unique_ptr<Partitioner> partitioner_;
    RandomStream random_;
    std::vector<MemberId> nodes_;
};

}  // namespace

std::unique_ptr<Placer> place_by(std::unique_ptr<Ring> ring) {
    return std::make_unique<RingPlacer>(std::move(ring));
}

std::unique_ptr<Placer> place_by(std::unique_ptr<Partitioner> partitioner, std::uint64_t seed) {
    return std::make_unique<PartitionPlacer>(std::move(partitioner), seed);
}

}  // namespace orrery
