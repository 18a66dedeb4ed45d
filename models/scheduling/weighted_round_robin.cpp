/// weighted_round_robin: nginx's smooth weighted round robin, pick for pick.
///
/// At each pick every worker that is up gains its weight, the largest wins (the first on ties), and the
/// winner pays the total: weights 5, 1, 1 give a a b a c a a (nginx 1.22, ngx_http_upstream_get_peer).
/// The effective weight is the weight while the worker is up and 0 while it is down, as in nginx with
/// max_fails=1; its credit is kept for when it comes back. Candidates are one such round among
/// themselves, ties by place in the list. Loads are ignored. It draws nothing.
///
/// nginx adds up all workers at each pick, O(n). Here a worker's credit is a line in the number of
/// picks, and a kinetic tournament (Basch, Guibas, Hershberger, "Data structures for mobile data", 1999)
/// keeps the largest: a node knows until which pick its winner stays ahead. Equal weights never
/// overtake, so a pick is then O(log n); with arbitrary weights O(log^2 n) amortised.
#include <algorithm>
#include <bit>
#include <limits>

#include "models/scheduling/catalog.hpp"
#include "models/scheduling/weights.hpp"

namespace orrery::models {

namespace {

class SmoothWeightedRoundRobin final : public Dispatcher {
public:
    std::unique_ptr<Dispatcher> clone() const override { return std::make_unique<SmoothWeightedRoundRobin>(*this); }
    LongRunShare long_run_share() const override { return LongRunShare::by_weight; }

    void reset(const WorkerView& view) override {
        const std::vector<std::int64_t> weights = integer_weights(view);
        lines_.clear();
        for (const std::int64_t weight : weights) lines_.push_back(Line{weight, 0, 0});
        base_ = std::bit_ceil(std::max<std::size_t>(1, view.size()));
        nodes_.assign(2 * base_, Node{});
        round_ = 0;
        total_ = 0;
        for (std::size_t i = 0; i < view.size(); ++i) {
            if (!view.up(WorkerIndex(i))) continue;
            nodes_[base_ + i].winner = static_cast<std::uint32_t>(i);
            total_ += weights[i];
        }
        for (std::size_t at = base_ - 1; at > 0; --at) decide(at);
    }

    std::optional<WorkerIndex> pick(const DispatchItem&, std::span<const WorkerIndex> candidates,
                                    const WorkerView& view, RandomStream&) override {
        if (!candidates.empty()) return among(candidates, view);
        if (total_ == 0) return std::nullopt;
        ++round_;
        advance(1);
        const std::uint32_t winner = nodes_[1].winner;
        add(winner, -total_);
        return WorkerIndex(winner);
    }

    bool heeds_load() const override { return false; }
    void changed(WorkerIndex worker, const WorkerView::Worker&, const WorkerView& view) override {
        const auto index = worker.value;
        Node& leaf = nodes_[base_ + index];
        if ((leaf.winner != nobody) == view.up(worker)) return;
        Line& line = lines_[index];
        if (view.up(worker)) {
            line.since = round_;
            leaf.winner = index;
            total_ += line.weight;
        } else {
            line.credit = credit(index);
            leaf.winner = nobody;
            total_ -= line.weight;
        }
        decide_above(index);
    }

private:
    static constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();
    static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

    /// Credit of a worker that is up: `credit` at round `since`, and `weight` more at each later one.
    struct Line {
        std::int64_t weight;
        std::int64_t credit;
        std::uint64_t since;
    };
    struct Node {
        std::uint32_t winner = nobody;
        std::uint64_t until = never;  ///< the first round at which some winner below may be another
    };

    std::int64_t credit(std::uint32_t index) const {
        const Line& line = lines_[index];
        return line.credit + line.weight * static_cast<std::int64_t>(round_ - line.since);
    }

    std::optional<WorkerIndex> among(std::span<const WorkerIndex> candidates, const WorkerView& view) {
        std::optional<WorkerIndex> best;
        std::int64_t total = 0;
        for (const WorkerIndex worker : candidates) {
            if (!view.up(worker)) continue;
            const std::int64_t weight = lines_[worker.index()].weight;
            total += weight;
            add(worker.value, weight);
            if (!best || credit(worker.value) > credit(best->value)) best = worker;
        }
        if (best) add(best->value, -total);
        return best;
    }

    void add(std::uint32_t index, std::int64_t change) {
        lines_[index].credit = credit(index) + change;
        lines_[index].since = round_;
        decide_above(index);
    }

    void decide_above(std::uint32_t index) {
        // Every node is right for this round since `advance`, so only the path can have changed.
        for (std::size_t at = (base_ + index) / 2; at > 0; at /= 2) decide(at);
    }

    void advance(std::size_t at) {
        if (round_ < nodes_[at].until) return;
        advance(2 * at);
        advance(2 * at + 1);
        decide(at);
    }

    /// Renews a node from its children, which are right for this round.
    void decide(std::size_t at) {
        const Node& left = nodes_[2 * at];
        const Node& right = nodes_[2 * at + 1];
        Node& node = nodes_[at];
        node.until = std::min(left.until, right.until);
        if (left.winner == nobody || right.winner == nobody) {
            node.winner = left.winner == nobody ? right.winner : left.winner;
            return;
        }
        const std::int64_t lead = credit(left.winner) - credit(right.winner);
        const std::int64_t gain = lines_[left.winner].weight - lines_[right.winner].weight;
        if (lead >= 0) {
            node.winner = left.winner;
            if (gain < 0) overtaken_after(node, lead / -gain + 1);
        } else {
            node.winner = right.winner;
            // A tie is the left one's, so it is enough to draw level.
            if (gain > 0) overtaken_after(node, (-lead + gain - 1) / gain);
        }
    }

    void overtaken_after(Node& node, std::int64_t rounds) const {
        node.until = std::min(node.until, round_ + static_cast<std::uint64_t>(rounds));
    }

    std::vector<Line> lines_;
    std::vector<Node> nodes_;  ///< the root is 1, the children of k are 2k and 2k+1, leaves start at base_
    std::size_t base_ = 1;
    std::uint64_t round_ = 0;  ///< picks among all
    std::int64_t total_ = 0;   ///< weights of the workers that are up
};

}  // namespace

Row<Dispatcher> weighted_round_robin_row() {
    return {"weighted_round_robin",
            "in turn, smoothly in proportion to weight",
            "nginx 1.22 smooth weighted round robin",
            {},
            [](const Settings&) { return std::make_unique<SmoothWeightedRoundRobin>(); }};
}

}  // namespace orrery::models
