/// join_idle_queue: the worker that has been known idle for longest, or a random one if none is known.
///
/// Lu, Xie, Kliot, Geller, Larus, Greenberg, "Join-Idle-Queue: a novel load balancing algorithm for
/// dynamically scalable web services", Performance Evaluation 68(11), 2011. This is one dispatcher's
/// idle queue: which dispatcher a worker tells that it is idle is the worker's choice (at random, or the
/// shortest of two idle queues, section 3). A worker is in the queue at most once, leaves it when it is
/// picked or goes down, and stays there if another dispatcher gives it work, as in the paper.
///
/// A worker counts as idle when it says so, and when the view shows it up with nothing outstanding at the
/// start or as it comes back; those of the start are in random order (one shuffle of the queue at the first
/// pick), or several dispatchers would begin with the same ones. O(1), or O(candidates). Loads other than
/// that, weights and the age of the view are ignored.
#include "models/scheduling/candidates.hpp"
#include "models/scheduling/catalog.hpp"

namespace orrery::models {

namespace {

/// First in, first out, with removal from the middle: a ring of links, whose last element is the anchor.
class IdleQueue {
public:
    void reset(std::size_t size) {
        links_.resize(size + 1);
        for (std::size_t i = 0; i <= size; ++i)
            links_[i] = Link{static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i), 0};
        stamp_ = 0;
    }

    bool contains(WorkerIndex worker) const { return links_[worker.index()].next != worker.value; }
    bool empty() const { return links_[anchor()].next == anchor(); }
    /// The one that has been in for longest; the queue must not be empty.
    WorkerIndex front() const { return WorkerIndex(links_[anchor()].next); }
    /// Rises with the order of entering.
    std::uint64_t stamp(WorkerIndex worker) const { return links_[worker.index()].stamp; }

    void push(WorkerIndex worker) {
        if (contains(worker)) return;
        const std::uint32_t last = links_[anchor()].previous;
        links_[worker.index()] = Link{anchor(), last, ++stamp_};
        links_[last].next = worker.value;
        links_[anchor()].previous = worker.value;
    }

    void remove(WorkerIndex worker) {
        if (!contains(worker)) return;
        Link& link = links_[worker.index()];
        links_[link.previous].next = link.next;
        links_[link.next].previous = link.previous;
        link.next = link.previous = worker.value;
    }

private:
    struct Link {
        std::uint32_t next;  ///< itself: not in the queue
        std::uint32_t previous;
        std::uint64_t stamp;
    };
    std::uint32_t anchor() const { return static_cast<std::uint32_t>(links_.size() - 1); }

    std::vector<Link> links_;
    std::uint64_t stamp_ = 0;
};

class JoinIdleQueue final : public Dispatcher {
public:
    std::unique_ptr<Dispatcher> clone() const override { return std::make_unique<JoinIdleQueue>(*this); }
    bool wants_idle() const override { return true; }

    void reset(const WorkerView& view) override {
        live_.reset(view);
        queue_.reset(view.size());
        for (std::size_t i = 0; i < view.size(); ++i) expect_idle(WorkerIndex(i), view);
        start_ = queue_.empty() ? Start::done : Start::to_shuffle;
    }

    std::optional<WorkerIndex> pick(const DispatchItem&, std::span<const WorkerIndex> candidates,
                                    const WorkerView& view, RandomStream& random) override {
        if (start_ == Start::to_shuffle) shuffle(random);
        auto picked = candidates.empty() ? first_idle() : first_idle(candidates);
        if (!picked) picked = any(candidates, view, random);
        if (picked) queue_.remove(*picked);
        return picked;
    }

    void changed(WorkerIndex worker, const WorkerView::Worker& before, const WorkerView& view) override {
        live_.update(worker, view);
        if (!view.up(worker)) {
            queue_.remove(worker);
        } else if (!before.up) {
            expect_idle(worker, view);
        }
    }

    void idle(WorkerIndex worker) override {
        // A word from a worker that is down has been overtaken by the news of its failure.
        if (live_.contains(worker)) queue_.push(worker);
    }

private:
    enum class Start : std::uint8_t { to_shuffle, done };

    void expect_idle(WorkerIndex worker, const WorkerView& view) {
        if (view.up(worker) && view.load(worker).outstanding == 0) queue_.push(worker);
    }

    std::optional<WorkerIndex> first_idle() const {
        if (queue_.empty()) return std::nullopt;
        return queue_.front();
    }

    std::optional<WorkerIndex> first_idle(std::span<const WorkerIndex> candidates) const {
        std::optional<WorkerIndex> first;
        for (const WorkerIndex worker : candidates)
            if (queue_.contains(worker) && (!first || queue_.stamp(worker) < queue_.stamp(*first))) first = worker;
        return first;
    }

    std::optional<WorkerIndex> any(std::span<const WorkerIndex> candidates, const WorkerView& view,
                                   RandomStream& random) const {
        if (!candidates.empty()) return choose_up(candidates, view, random);
        if (live_.size() == 0) return std::nullopt;
        return live_[choose(live_.size(), random)];
    }

    void shuffle(RandomStream& random) {
        start_ = Start::done;
        std::vector<WorkerIndex> order;
        for (; !queue_.empty(); queue_.remove(queue_.front())) order.push_back(queue_.front());
        for (std::size_t left = order.size(); left > 0; --left) {
            const std::size_t other = choose(left, random);
            std::swap(order[left - 1], order[other]);
        }
        for (const WorkerIndex worker : order) queue_.push(worker);
    }

    LiveWorkers live_;
    IdleQueue queue_;
    Start start_ = Start::to_shuffle;
};

}  // namespace

Row<Dispatcher> join_idle_queue_row() {
    return {"join_idle_queue",
            "the longest idle worker, or a random one if none is idle",
            "Lu et al., Join-Idle-Queue (Performance Evaluation 2011)",
            {},
            [](const Settings&) { return std::make_unique<JoinIdleQueue>(); }};
}

}  // namespace orrery::models
