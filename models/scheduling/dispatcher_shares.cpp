#include "models/scheduling/dispatcher_shares.hpp"

#include <cmath>

namespace orrery::models {

std::vector<WorkerView::Worker> idle_workers(std::size_t count) {
    std::vector<WorkerView::Worker> workers(count);
    for (std::size_t i = 0; i < count; ++i) {
        workers[i].weight = static_cast<double>(1 + i % 5);
        workers[i].load.cores_free = 4;
        workers[i].load.memory_free = 1 << 20;
    }
    return workers;
}

namespace {

using Candidates = std::vector<WorkerIndex>;

/// Workers that are always equally loaded when a request comes: each one is done before the next.
class LightLoad {
public:
    LightLoad(const Row<Dispatcher>& row, const Settings& settings, std::size_t workers, std::uint64_t seed)
        : dispatcher_(row.make(settings)),
          view_(idle_workers(workers)),
          picks_(workers, 0),
          policy_(stream_of(stream_key(seed, "light policy", workers))),
          keys_(stream_of(stream_key(seed, "light keys", workers))) {
        dispatcher_->reset(view_);
        for (std::size_t i = 0; i < workers; ++i) announce(WorkerIndex(i));
    }

    const WorkerView& view() const { return view_; }
    LongRunShare claim() const { return dispatcher_->long_run_share(); }
    const std::vector<std::uint64_t>& picks() const { return picks_; }

    void down(WorkerIndex worker) {
        const WorkerView::Worker before = view_.worker(worker);
        view_.set_down(worker);
        dispatcher_->changed(worker, before, view_);
    }
    void up(WorkerIndex worker) {
        const WorkerView::Worker before = view_.worker(worker);
        view_.set_up(worker);
        dispatcher_->changed(worker, before, view_);
        announce(worker);
    }

    void serve(const Candidates& candidates) {
        DispatchItem item;
        item.key = keys_.next();
        item.now = now_ += Duration(1000);
        const auto picked = dispatcher_->pick(item, candidates, view_, policy_);
        if (!picked || picked->index() >= view_.size()) return;
        ++picks_[picked->index()];
        const WorkerView::Worker idle = view_.worker(*picked);
        WorkerLoad& load = view_.load(*picked);
        load.outstanding = 1;
        load.work_left = Duration(500);
        load.cores_free -= 1;
        load.as_of = now_;
        dispatcher_->changed(*picked, idle, view_);
        const WorkerView::Worker busy = view_.worker(*picked);
        load = idle.load;
        dispatcher_->changed(*picked, busy, view_);
        announce(*picked);
    }

private:
    void announce(WorkerIndex worker) {
        if (dispatcher_->wants_idle()) dispatcher_->idle(worker);
    }

    std::unique_ptr<Dispatcher> dispatcher_;
    WorkerView view_;
    std::vector<std::uint64_t> picks_;
    RandomStream policy_;
    RandomStream keys_;
    Time now_{};
};

/// Whether the picks of `workers` agree with the claimed shares; see the header for the bound.
bool shares_hold(const LightLoad& load, const Candidates& workers) {
    const auto share = [&](WorkerIndex worker) {
        return load.claim() == LongRunShare::by_weight ? load.view().weight(worker) : 1.0;
    };
    double picks = 0;
    double shares = 0;
    for (const WorkerIndex worker : workers) {
        picks += static_cast<double>(load.picks()[worker.index()]);
        shares += share(worker);
    }
    double statistic = 0;
    for (const WorkerIndex worker : workers) {
        const double expected = picks * share(worker) / shares;
        const double off = static_cast<double>(load.picks()[worker.index()]) - expected;
        statistic += off * off / expected;
    }
    constexpr double x = 25;
    const auto freedom = static_cast<double>(workers.size() - 1);
    return picks > 0 && statistic <= freedom + 2 * std::sqrt(freedom * x) + 2 * x;
}

Candidates range(std::size_t from, std::size_t to) {
    Candidates out;
    for (std::size_t i = from; i < to; ++i) out.emplace_back(i);
    return out;
}

}  // namespace

void check_long_run_shares(const Row<Dispatcher>& row, const Settings& settings, std::uint64_t seed,
                           ContractFindings& findings) {
    if (LightLoad(row, settings, 1, seed).claim() == LongRunShare::unclaimed) return;
    const std::string where = "seed " + std::to_string(seed);
    constexpr int picks_each = 60;
    for (const std::size_t count : {std::size_t{2}, std::size_t{10}, std::size_t{1000}}) {
        LightLoad load(row, settings, count, seed);
        for (std::size_t i = 0; i < picks_each * count; ++i) load.serve({});
        findings.expect(shares_hold(load, range(0, count)),
                        "the shares of equally loaded workers are not what long_run_share() says",
                        [&] { return where + ", " + std::to_string(count) + " workers"; });
    }
    LightLoad in_turns(row, settings, 10, seed);
    for (int i = 0; i < picks_each * 7; ++i) in_turns.serve(i % 2 == 0 ? range(0, 3) : range(3, 7));
    findings.expect(shares_hold(in_turns, range(0, 3)) && shares_hold(in_turns, range(3, 7)),
                    "the shares among candidates are not what long_run_share() says",
                    [&] { return where + ", lists of 3 and 4 in turns"; });
    // One that was down for long: nothing meanwhile, then its part of what comes, but for what nobody
    // can tell from chance: 64 times the number of workers miss one with an equal share with e^-64.
    LightLoad back(row, settings, 10, seed);
    back.down(WorkerIndex(3));
    for (int i = 0; i < 1000; ++i) back.serve({});
    const std::uint64_t before = back.picks()[3];
    back.up(WorkerIndex(3));
    for (int i = 0; i < 640; ++i) back.serve({});
    findings.expect(back.picks()[3] > before, "a worker that is up again is never picked again",
                    [&] { return where + ", 10 workers"; });
}

}  // namespace orrery::models
