/// An index over workers by load: the least key, with uniformly random ties, without a scan.
///
/// A tournament tree: a node holds the least key below it and how many workers have it, so that a tie
/// is broken by one draw and one descent. `put`, `remove` and `least` are O(log n); a change that does
/// not reach the top stops where it ends.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/scheduling/candidates.hpp"

namespace orrery::models {

/// `Key` is copyable and totally ordered by <, == .
template <class Key>
class LoadIndex {
public:
    /// Empties the index and makes it hold workers below `size`.
    void reset(std::size_t size) {
        base_ = std::bit_ceil(size == 0 ? std::size_t{1} : size);
        nodes_.assign(2 * base_, Node{});
    }

    void put(WorkerIndex worker, Key key) { set(worker, Node{key, 1}); }
    void remove(WorkerIndex worker) { set(worker, Node{}); }

    /// A uniformly chosen worker among those with the least key. One draw if there are several.
    std::optional<WorkerIndex> least(RandomStream& random) const {
        const Node& root = nodes_[1];
        if (root.ties == 0) return std::nullopt;
        std::size_t rank = choose(root.ties, random);
        std::size_t at = 1;
        while (at < base_) {
            const Node& left = nodes_[2 * at];
            const std::size_t in_left = left.ties != 0 && left.key == root.key ? left.ties : 0;
            const bool right = rank >= in_left;
            if (right) rank -= in_left;
            at = 2 * at + (right ? 1 : 0);
        }
        return WorkerIndex(at - base_);
    }

private:
    struct Node {
        Key key{};
        std::uint32_t ties = 0;  ///< zero: nobody is below this node
        friend bool operator==(const Node&, const Node&) = default;
    };

    static Node merged(const Node& a, const Node& b) {
        if (a.ties == 0) return b;
        if (b.ties == 0 || a.key < b.key) return a;
        if (b.key < a.key) return b;
        return Node{a.key, a.ties + b.ties};
    }

    void set(WorkerIndex worker, Node node) {
        std::size_t at = base_ + worker.index();
        while (!(nodes_[at] == node)) {
            nodes_[at] = node;
            if (at == 1) return;
            // What was just stored is not read back: a load wider than the stores waits for them.
            node = merged(node, nodes_[at ^ 1]);
            at /= 2;
        }
    }

    std::vector<Node> nodes_;  ///< the root is 1, the children of k are 2k and 2k+1, leaves start at base_
    std::size_t base_ = 1;
};

/// A dispatcher that takes the least of `Order::key(load)` by such an index; `Order::Key` is its type.
/// The age of the view is ignored: what was last said counts as if it were true now.
template <class Order>
class LeastByIndex final : public Dispatcher {
public:
    std::unique_ptr<Dispatcher> clone() const override { return std::make_unique<LeastByIndex>(*this); }

    void reset(const WorkerView& view) override {
        index_.reset(view.size());
        for (std::size_t i = 0; i < view.size(); ++i) take_over(WorkerIndex(i), view);
    }

    std::optional<WorkerIndex> pick(const DispatchItem&, std::span<const WorkerIndex> candidates,
                                    const WorkerView& view, RandomStream& random) override {
        if (candidates.empty()) return index_.least(random);
        return least_of(candidates, view, random, Order::key);
    }

    void changed(WorkerIndex worker, const WorkerView::Worker&, const WorkerView& view) override {
        take_over(worker, view);
    }

private:
    void take_over(WorkerIndex worker, const WorkerView& view) {
        if (view.up(worker)) {
            index_.put(worker, Order::key(view.load(worker)));
        } else {
            index_.remove(worker);
        }
    }

    LoadIndex<typename Order::Key> index_;
};

}  // namespace orrery::models
