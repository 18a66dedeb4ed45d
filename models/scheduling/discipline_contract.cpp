#include "models/scheduling/discipline_contract.hpp"

#include <exception>
#include <map>

#include "models/scheduling/work_amount.hpp"
#include "sim/base/contract_findings.hpp"
#include "sim/base/random.hpp"

namespace orrery::models {

namespace {

using Server = std::unique_ptr<QueueDiscipline>;

struct Completion {
    JobId id;
    Time at;
    friend bool operator==(const Completion&, const Completion&) = default;
};

/// Completes until no job is left or the server is paused, at most `most` jobs.
std::vector<Completion> run_out(QueueDiscipline& server, std::size_t most) {
    std::vector<Completion> out;
    while (out.size() < most) {
        const auto next = server.next_completion();
        if (!next) break;
        out.push_back({server.complete(*next), *next});
    }
    return out;
}

/// Drives several servers through one random history, in step, beside the plainest account of it.
class Walk {
public:
    struct Spec {
        std::uint32_t cores;
        std::uint64_t seed;
    };
    Walk(const Row<QueueDiscipline>& row, const Settings& settings, Spec spec, ContractFindings& findings)
        : row_(row),
          settings_(settings),
          spec_(spec),
          script_(stream_of(stream_key(spec.seed, "walk", spec.cores))),
          findings_(findings) {}

    void run() {
        start();
        start();
        for (step_ = 0; step_ < steps; ++step_) {
            if (step_ == steps / 4) servers_.push_back(servers_.front()->clone());
            if (step_ == steps / 2) start_over();
            if (step_ % 40 == 39) stray_clone();
            if (step_ % 40 == 19) pause_a_clone();
            one_step();
            check_state();
        }
        change_speed(Speed{});
        while (!inside_.empty() && complete_next()) check_state();
        expect(inside_.empty() && servers_.front()->jobs() == 0, "not every job that entered is completed");
        expect(servers_.front()->work_left(now_) == Duration{}, "an empty server has work left");
    }

private:
    static constexpr int steps = 1500;

    /// A job inside: what it costs, and how much a core could have done when it entered.
    struct Inside {
        Duration cost;
        Wide done_before;
        std::uint64_t arrival;
    };

    void expect(bool holds, const char* promise) {
        findings_.expect(holds, promise, [this] {
            return "seed " + std::to_string(spec_.seed) + ", cores " + std::to_string(spec_.cores) + ", step " +
                   std::to_string(step_) + ", at " + std::to_string(now_.time_since_epoch().count()) + " ns";
        });
    }

    void start() {
        servers_.push_back(row_.make(settings_));
        servers_.back()->reset(ServerSpec{spec_.cores, speed_});
    }

    /// A reset server is as good as a new one.
    void start_over() {
        for (Server& server : servers_) server->reset(ServerSpec{spec_.cores, speed_});
        inside_.clear();
        start();
    }

    void one_step() {
        switch (script_.below(12)) {
            case 0:
            case 1:
            case 2:
            case 3:
                enter();
                break;
            case 4:
                leave();
                break;
            case 5:
                change_speed(any_speed());
                break;
            case 6:
            case 7:
            case 8:
                if (speed_.millionths == 0) change_speed(Speed{});
                complete_next();
                break;
            case 9:
            case 10:
                pass_time();
                break;
            case 11:
                if (script_.below(40) == 0) clear();
                break;
        }
    }

    Job any_job() {
        Job job;
        // Spread over all ids, so that nobody relies on small ones.
        job.id = static_cast<JobId>(++arrivals_ * 2654435761u);
        const std::uint64_t kind = script_.below(20);
        const std::uint64_t cost = script_.below(kind == 0 ? 1 : kind == 1 ? 1'000'000'000u : kind < 8 ? 5 : 3000);
        job.cost = Duration(static_cast<std::int64_t>(cost));
        job.priority = static_cast<std::int32_t>(script_.below(4)) - 2;
        const auto slack = Duration(static_cast<std::int64_t>(script_.below(5000)));
        if (script_.below(3) != 0) job.due = now_ + slack;
        return job;
    }

    Speed any_speed() {
        constexpr std::uint32_t speeds[] = {0, 1'000, 250'000, 333'333, 999'999, 1'000'000, 1'500'000, 3'000'000};
        return Speed{speeds[script_.below(std::size(speeds))]};
    }

    void enter() {
        const Job job = any_job();
        const Duration before = servers_.front()->work_left(now_);
        for (Server& server : servers_) server->enter(job, now_);
        inside_[job.id] = Inside{job.cost, could_be_done_, arrivals_};
        const Duration added = servers_.front()->work_left(now_) - before;
        expect(added >= job.cost - rounding() && added <= job.cost + rounding(),
               "a job that enters does not add its cost to the work left");
    }

    void leave() {
        auto found = inside_.begin();
        if (!inside_.empty()) std::advance(found, static_cast<std::ptrdiff_t>(script_.below(inside_.size())));
        const bool known = found != inside_.end() && script_.below(4) != 0;
        const JobId id = known ? found->first : static_cast<JobId>((arrivals_ + 1000) * 2654435761u);
        const Duration before = servers_.front()->work_left(now_);
        for (Server& server : servers_)
            expect(server->leave(id, now_) == known, "leave says wrongly whether the job was inside");
        const Duration taken = before - servers_.front()->work_left(now_);
        const Duration most = known ? found->second.cost : Duration{};
        expect(taken >= -rounding() && taken <= most + rounding(),
               "a job that leaves takes more than its own work along");
        if (known) inside_.erase(found);
    }

    void clear() {
        std::map<std::uint64_t, JobId> in_order;
        for (const auto& [id, job] : inside_) in_order[job.arrival] = id;
        std::vector<JobId> expected;
        for (const auto& [arrival, id] : in_order) expected.push_back(id);
        for (Server& server : servers_)
            expect(server->clear(now_) == expected, "clear does not give all jobs inside in order of entering");
        inside_.clear();
        expect(servers_.front()->work_left(now_) == Duration{}, "an empty server has work left");
    }

    void change_speed(Speed speed) {
        for (Server& server : servers_) server->set_speed(speed, now_);
        speed_ = speed;
    }

    bool complete_next() {
        const auto next = servers_.front()->next_completion();
        if (!next) return false;
        move_to(*next);
        const JobId id = servers_.front()->complete(now_);
        for (std::size_t i = 1; i < servers_.size(); ++i)
            expect(servers_[i]->next_completion() == now_ && servers_[i]->complete(now_) == id, same_calls);
        const auto found = inside_.find(id);
        expect(found != inside_.end(), "completes a job that is not inside");
        if (found == inside_.end()) return false;
        const Wide needed = WorkAmount(found->second.cost).millionths();
        expect(could_be_done_ - found->second.done_before + 1 >= needed,
               "a job is done before there was time for its cost");
        inside_.erase(found);
        return true;
    }

    void pass_time() {
        const auto next = servers_.front()->next_completion();
        const std::int64_t room = next ? (*next - now_).count() : 1000;
        move_to(now_ + Duration(static_cast<std::int64_t>(script_.below(static_cast<std::uint64_t>(room) + 1))));
    }

    /// Each core may have been done within the last nanosecond; up to three sums have been rounded.
    Duration rounding() const {
        return Duration(3 + static_cast<std::int64_t>(spec_.cores) * (speed_.millionths / millionths_per_unit + 1));
    }

    void move_to(Time to) {
        expect(to >= now_, "the next completion is in the past");
        if (to <= now_) return;
        const QueueDiscipline& server = *servers_.front();
        const Duration before = server.work_left(now_);
        const Wide a_core = static_cast<Wide>((to - now_).count()) * speed_.millionths;
        const Wide done = a_core * server.cores_busy() / millionths_per_unit;
        now_ = to;
        could_be_done_ += a_core;
        const Wide missed = static_cast<Wide>((before - server.work_left(now_)).count()) - done;
        expect(missed <= rounding().count() && -missed <= rounding().count(),
               "the work left does not shrink by busy cores x speed x time");
    }

    void check_state() {
        const QueueDiscipline& server = *servers_.front();
        const auto next = server.next_completion();
        expect(server.jobs() == inside_.size(), "jobs() does not count the jobs inside");
        expect(next.has_value() == (!inside_.empty() && speed_.millionths != 0),
               "there is a next completion exactly if a job is inside and the server is not paused");
        expect(!next || *next >= now_, "the next completion is in the past");
        const std::size_t busy = speed_.millionths == 0 ? 0 : std::min<std::size_t>(spec_.cores, inside_.size());
        expect(server.cores_busy() == busy, "a core idles while a job is inside, or works while paused");
        for (const Server& other : servers_)
            expect(other->next_completion() == next && other->jobs() == server.jobs() &&
                       other->work_left(now_) == server.work_left(now_),
                   same_calls);
    }

    /// A clone that goes another way must not move the one that it comes from: its twin would tell.
    void stray_clone() {
        const Server stray = servers_.front()->clone();
        stray->enter(any_job(), now_);
        stray->set_speed(Speed{2'000'000}, now_);
        run_out(*stray, 5);
    }

    void pause_a_clone() {
        const auto next = servers_.front()->next_completion();
        if (!next) return;
        const auto room = static_cast<std::uint64_t>((*next - now_).count());
        const Time from = now_ + Duration(static_cast<std::int64_t>(script_.below(room + 1)));
        const auto pause = Duration(1 + static_cast<std::int64_t>(script_.below(10'000)));
        const Server plain = servers_.front()->clone();
        const Server paused = servers_.front()->clone();
        paused->set_speed(Speed{0}, from);
        expect(!paused->next_completion() && paused->cores_busy() == 0, "a paused server works");
        paused->set_speed(speed_, from + pause);
        std::vector<Completion> expected = run_out(*plain, inside_.size());
        for (Completion& completion : expected) completion.at += pause;
        expect(run_out(*paused, inside_.size()) == expected,
               "a pause does not delay every completion by just the pause");
    }

    static constexpr const char* same_calls = "the same calls to a twin, a clone or a reset server give other answers";

    const Row<QueueDiscipline>& row_;
    const Settings& settings_;
    Spec spec_;
    RandomStream script_;
    ContractFindings& findings_;
    std::vector<Server> servers_;  ///< the first is the one that is judged
    std::map<JobId, Inside> inside_;
    Speed speed_{};
    Time now_{};
    Wide could_be_done_ = 0;  ///< by one core so far, in millionths of a ns
    std::uint64_t arrivals_ = 0;
    int step_ = 0;
};

}  // namespace

std::vector<std::string> check_discipline_contract(const Row<QueueDiscipline>& row, const Settings& settings,
                                                   std::uint64_t seed) {
    ContractFindings findings;
    for (const std::uint32_t cores : {1u, 2u, 5u}) {
        try {
            Walk(row, settings, Walk::Spec{cores, seed}, findings).run();
        } catch (const std::exception& failure) {
            findings.add("throws", failure.what());
        }
    }
    return findings.take();
}

}  // namespace orrery::models
