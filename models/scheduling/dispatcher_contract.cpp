#include "models/scheduling/dispatcher_contract.hpp"

#include <algorithm>
#include <exception>

#include "models/scheduling/dispatcher_shares.hpp"
#include "sim/base/contract_findings.hpp"

namespace orrery::models {

namespace {

using Candidates = std::vector<WorkerIndex>;

/// A dispatcher with the stream that it draws from.
struct Instance {
    std::unique_ptr<Dispatcher> dispatcher;
    RandomStream random;
};

Candidates some_workers(std::size_t count, std::size_t among, RandomStream& script) {
    Candidates all;
    for (std::size_t i = 0; i < among; ++i) all.emplace_back(i);
    count = std::min(count, among);
    for (std::size_t i = 0; i < count; ++i) {
        const auto other = i + static_cast<std::size_t>(script.below(among - i));
        std::swap(all[i], all[other]);
    }
    all.resize(count);
    return all;
}

/// Drives several instances through one random history, in step.
class Walk {
public:
    Walk(const Row<Dispatcher>& row, const Settings& settings, std::size_t workers, std::uint64_t seed,
         ContractFindings& findings)
        : row_(row),
          settings_(settings),
          view_(idle_workers(workers)),
          script_(stream_of(stream_key(seed, "walk", workers))),
          seed_(seed),
          findings_(findings) {}

    void run() {
        start();
        start();
        for (step_ = 0; step_ < steps; ++step_) {
            if (step_ == steps / 4) add_clone();
            if (step_ == steps / 2) start_over();
            if (step_ % 50 == 49) stray_clone();
            if (step_ % 400 == 399) all_down_and_up();
            one_step();
        }
    }

private:
    static constexpr int steps = 2000;

    std::string where() const {
        return "seed " + std::to_string(seed_) + ", " + std::to_string(view_.size()) + " workers, step " +
               std::to_string(step_);
    }

    void start() {
        instances_.push_back(Instance{row_.make(settings_), stream_of(stream_key(seed_, "policy", 0))});
        instances_.back().dispatcher->reset(view_);
    }

    void add_clone() {
        instances_.push_back(Instance{instances_.front().dispatcher->clone(), instances_.front().random});
    }

    /// A reset dispatcher is as good as a new one.
    void start_over() {
        for (Instance& instance : instances_) {
            instance.dispatcher->reset(view_);
            instance.random = stream_of(stream_key(seed_, "policy", 0));
        }
        start();
    }

    /// A clone that goes another way must not move the one that it comes from: its twin would tell.
    void stray_clone() {
        Instance stray{instances_.front().dispatcher->clone(), RandomStream(script_.next())};
        WorkerView view = view_;
        for (int i = 0; i < 20; ++i) {
            const WorkerIndex worker = any_worker();
            const WorkerView::Worker before = view.worker(worker);
            view.load(worker).outstanding += 3;
            if (i % 4 == 0) view.set_down(worker);
            stray.dispatcher->changed(worker, before, view);
            stray.dispatcher->idle(worker);
            const DispatchItem item = any_item();
            stray.dispatcher->pick(item, {}, view, stray.random);
        }
    }

    void all_down_and_up() {
        for (std::size_t i = 0; i < view_.size(); ++i) set_up(WorkerIndex(i), Up::no);
        pick({});
        pick(some_workers(3, view_.size(), script_));
        const WorkerIndex only = any_worker();
        set_up(only, Up::yes);
        pick({});
        for (std::size_t i = 0; i < view_.size(); ++i) set_up(WorkerIndex(i), Up::yes);
    }

    void one_step() {
        const WorkerIndex worker = any_worker();
        switch (script_.below(8)) {
            case 0:
                set_up(worker, script_.below(2) == 0 ? Up::no : Up::yes);
                break;
            case 1:
                change_load(worker);
                break;
            case 2:
                for (Instance& instance : instances_) instance.dispatcher->changed(worker, view_.worker(worker), view_);
                break;
            case 3:
                for (Instance& instance : instances_) instance.dispatcher->idle(worker);
                break;
            case 4:
                pick(some_workers(1, view_.size(), script_));
                break;
            case 5:
                pick(some_workers(4, view_.size(), script_));
                break;
            case 6:
            case 7:
                pick({});
                break;
        }
    }

    enum class Up : std::uint8_t { no, yes };
    void set_up(WorkerIndex worker, Up up) {
        const WorkerView::Worker before = view_.worker(worker);
        if (up == Up::yes) {
            view_.set_up(worker);
        } else {
            view_.set_down(worker);
        }
        notify(worker, before);
    }

    void change_load(WorkerIndex worker) {
        const WorkerView::Worker before = view_.worker(worker);
        WorkerLoad& load = view_.load(worker);
        // Mostly small counts, now and then a jump beyond any table.
        load.outstanding = static_cast<std::uint32_t>(script_.below(script_.below(20) == 0 ? 4'000'000'000u : 6u));
        load.work_left = Duration(static_cast<std::int64_t>(script_.below(1000)));
        load.cores_free = static_cast<std::uint32_t>(script_.below(4));
        load.memory_free = static_cast<std::int64_t>(script_.below(3));
        load.as_of = now_;
        // Who does not heed loads may be told of them or not: every other one is not.
        for (std::size_t i = 0; i < instances_.size(); ++i) {
            Dispatcher& dispatcher = *instances_[i].dispatcher;
            if (dispatcher.heeds_load() || i % 2 == 0) dispatcher.changed(worker, before, view_);
        }
    }

    void notify(WorkerIndex worker, const WorkerView::Worker& before) {
        for (Instance& instance : instances_) instance.dispatcher->changed(worker, before, view_);
    }

    void pick(const Candidates& candidates) {
        const DispatchItem item = any_item();
        std::vector<std::optional<WorkerIndex>> answers;
        for (Instance& instance : instances_)
            answers.push_back(instance.dispatcher->pick(item, candidates, view_, instance.random));
        judge(answers.front(), candidates);
        for (std::size_t i = 1; i < answers.size(); ++i)
            findings_.expect(answers[i] == answers.front() && instances_[i].random == instances_.front().random,
                             "the same calls to a twin, a clone or a reset dispatcher give other answers or draws",
                             [this] { return where(); });
    }

    void judge(std::optional<WorkerIndex> answer, const Candidates& candidates) {
        bool some_up = false;
        if (candidates.empty()) {
            for (std::size_t i = 0; i < view_.size(); ++i) some_up = some_up || view_.up(WorkerIndex(i));
        }
        for (const WorkerIndex worker : candidates) some_up = some_up || view_.up(worker);
        if (!answer) {
            findings_.expect(!some_up, "picks nothing although a worker is up", [this] { return where(); });
            return;
        }
        const bool known = answer->index() < view_.size();
        findings_.expect(known, "picks a worker that does not exist", [this] { return where(); });
        if (!known) return;
        findings_.expect(some_up, "picks a worker although all are down", [this] { return where(); });
        findings_.expect(!some_up || view_.up(*answer), "picks a worker that is down", [this] { return where(); });
        findings_.expect(
            candidates.empty() || std::find(candidates.begin(), candidates.end(), *answer) != candidates.end(),
            "picks a worker that is no candidate", [this] { return where(); });
    }

    WorkerIndex any_worker() { return WorkerIndex(static_cast<std::size_t>(script_.below(view_.size()))); }

    DispatchItem any_item() {
        now_ += Duration(1000);
        DispatchItem item;
        item.key = script_.next();
        item.work = Duration(static_cast<std::int64_t>(script_.below(1'000'000)));
        item.now = now_;
        return item;
    }

    const Row<Dispatcher>& row_;
    const Settings& settings_;
    WorkerView view_;
    RandomStream script_;
    std::uint64_t seed_;
    ContractFindings& findings_;
    std::vector<Instance> instances_;  ///< the first is the one that is judged
    Time now_{};
    int step_ = 0;
};

}  // namespace

std::vector<std::string> check_dispatcher_contract(const Row<Dispatcher>& row, const Settings& settings,
                                                   std::uint64_t seed) {
    ContractFindings findings;
    try {
        for (const std::size_t workers : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{1000}})
            Walk(row, settings, workers, seed, findings).run();
        check_long_run_shares(row, settings, seed, findings);
    } catch (const std::exception& failure) {
        findings.add("throws", failure.what());
    }
    return findings.take();
}

}  // namespace orrery::models
