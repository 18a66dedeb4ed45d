/// A server that gives its c cores to the c jobs that rank first: the common part of priority, SRPT, EDF.
///
/// `Order::before(a, b)` says that a ranks strictly before b; equals rank in order of arrival. With
/// `Preemption::resume` an arrival that ranks before the last of those in service takes its core at once,
/// and the interrupted job later goes on where it was; a job whose work is done keeps its core until the
/// caller takes it out. With `Preemption::none` rank counts only when a core becomes free.
///
/// enter and complete take O(cores + log jobs), leave is linear in the jobs. Jobs done at one instant come
/// in order of arrival. What is left of a job is exact; a completion is rounded up to the next nanosecond.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/scheduling/serving_cores.hpp"
#include "sim/base/parameter.hpp"

namespace orrery::models {

enum class Preemption : std::uint8_t { none, resume };

/// The parameter `preemption`, and its value.
inline Parameter preemption_parameter() {
    return {
        "preemption",      Kind::choice, "resume", 0, 0, "whether an arrival may interrupt a job, which resumes later",
        {"none", "resume"}};
}
inline Preemption preemption_of(const Settings& settings) {
    return settings.text("preemption") == "none" ? Preemption::none : Preemption::resume;
}

struct RankedJob {
    WorkAmount left;
    std::uint64_t arrival = 0;  ///< counts the jobs that entered
    std::optional<Time> due;
    std::int32_t priority = 0;
    JobId id = 0;
};

template <class Order>
class RankedServer final : public QueueDiscipline {
public:
    explicit RankedServer(Preemption preemption) : preemption_(preemption) {}
    std::unique_ptr<QueueDiscipline> clone() const override { return std::make_unique<RankedServer>(*this); }

    void reset(ServerSpec spec) override {
        ORRERY_CHECK(spec.cores > 0, "a server needs a core");
        *this = RankedServer(preemption_);
        spec_ = spec;
    }

    void enter(const Job& job, Time now) override {
        ORRERY_CHECK(job.cost >= Duration{}, "a job has a negative cost");
        const RankedJob entered{WorkAmount(job.cost), ++arrivals_, job.due, job.priority, job.id};
        if (serving_.size() < spec_.cores) {
            start(entered, now);
            return;
        }
        const auto last = preemption_ == Preemption::resume ? last_in_service(now) : std::nullopt;
        if (last && ranks_before(entered, serving_.at(*last, now, spec_.speed))) {
            wait(serving_.stop(*last, now, spec_.speed));
            start(entered, now);
        } else {
            wait(entered);
        }
    }

    bool leave(JobId id, Time now) override {
        for (std::size_t i = 0; i < serving_.size(); ++i) {
            if (serving_.job(i).id != id) continue;
            serving_.stop(i, now, spec_.speed);
            start_next(now);
            return true;
        }
        const auto found =
            std::find_if(waiting_.begin(), waiting_.end(), [&](const RankedJob& job) { return job.id == id; });
        if (found == waiting_.end()) return false;
        waiting_work_ -= found->left.millionths();
        *found = waiting_.back();
        waiting_.pop_back();
        std::make_heap(waiting_.begin(), waiting_.end(), ranks_after);
        return true;
    }

    std::vector<JobId> clear(Time now) override {
        while (serving_.size() > 0) waiting_.push_back(serving_.stop(0, now, spec_.speed));
        std::sort(waiting_.begin(), waiting_.end(),
                  [](const RankedJob& a, const RankedJob& b) { return a.arrival < b.arrival; });
        std::vector<JobId> out;
        for (const RankedJob& job : waiting_) out.push_back(job.id);
        waiting_.clear();
        waiting_work_ = 0;
        return out;
    }

    void set_speed(Speed speed, Time now) override {
        serving_.change_speed(spec_.speed, speed, now);
        spec_.speed = speed;
    }

    std::optional<Time> next_completion() const override {
        if (serving_.size() == 0 || spec_.speed.millionths == 0) return std::nullopt;
        return serving_.earliest_finish();
    }

    JobId complete(Time now) override {
        ORRERY_CHECK(next_completion() == now, "no job is done at this time");
        const JobId id = serving_.finish_earliest().id;
        start_next(now);
        return id;
    }

    std::size_t jobs() const override { return serving_.size() + waiting_.size(); }
    std::uint32_t cores_busy() const override {
        return spec_.speed.millionths == 0 ? 0 : static_cast<std::uint32_t>(serving_.size());
    }
    Duration work_left(Time now) const override {
        return saturated(divide_up(waiting_work_ + serving_.millionths_left(now, spec_.speed), millionths_per_unit));
    }

private:
    static bool ranks_before(const RankedJob& a, const RankedJob& b) {
        if (Order::before(a, b)) return true;
        return !Order::before(b, a) && a.arrival < b.arrival;
    }
    static bool ranks_after(const RankedJob& a, const RankedJob& b) { return ranks_before(b, a); }

    /// The job in service that ranks last and still has work to do.
    std::optional<std::size_t> last_in_service(Time now) const {
        std::optional<std::size_t> last;
        RankedJob last_job;
        for (std::size_t i = 0; i < serving_.size(); ++i) {
            const RankedJob job = serving_.at(i, now, spec_.speed);
            if (job.left.nothing() || (last && ranks_before(job, last_job))) continue;
            last = i;
            last_job = job;
        }
        return last;
    }

    void start(const RankedJob& job, Time now) {
        std::size_t position = serving_.size();
        while (position > 0 && serving_.job(position - 1).arrival > job.arrival) --position;
        serving_.start(job, position, now, spec_.speed);
    }

    void wait(const RankedJob& job) {
        waiting_work_ += job.left.millionths();
        waiting_.push_back(job);
        std::push_heap(waiting_.begin(), waiting_.end(), ranks_after);
    }

    void start_next(Time now) {
        if (waiting_.empty()) return;
        std::pop_heap(waiting_.begin(), waiting_.end(), ranks_after);
        const RankedJob next = waiting_.back();
        waiting_.pop_back();
        waiting_work_ -= next.left.millionths();
        start(next, now);
    }

    Preemption preemption_;
    ServerSpec spec_;
    ServingCores<RankedJob> serving_;
    std::vector<RankedJob> waiting_;  ///< a heap, the first in rank on top
    Wide waiting_work_ = 0;           ///< millionths of a ns
    std::uint64_t arrivals_ = 0;
};

}  // namespace orrery::models
