/// fifo: first come, first served, on c cores.
///
/// A job starts when a core is free and every earlier one has started, and is not interrupted. Jobs done
/// at one instant come in order of arrival. enter and complete take O(cores) without allocation once
/// the queue has had its length before; leave is linear in the job's place in the queue. The amount left
/// of a job is exact through all changes of speed; a completion is rounded up to the next nanosecond.
#include "models/scheduling/catalog.hpp"
#include "models/scheduling/job_ring.hpp"
#include "models/scheduling/serving_cores.hpp"

namespace orrery::models {

namespace {

class Fifo final : public QueueDiscipline {
public:
    std::unique_ptr<QueueDiscipline> clone() const override { return std::make_unique<Fifo>(*this); }

    void reset(ServerSpec spec) override {
        ORRERY_CHECK(spec.cores > 0, "a server needs a core");
        *this = Fifo();
        spec_ = spec;
    }

    void enter(const Job& job, Time now) override {
        ORRERY_CHECK(job.cost >= Duration{}, "a job has a negative cost");
        if (serving_.size() < spec_.cores) {
            serving_.start(Serving{WorkAmount(job.cost), job.id}, serving_.size(), now, spec_.speed);
        } else {
            waiting_.push(job.id, job.cost);
            waiting_work_ += static_cast<Wide>(job.cost.count());
        }
    }

    bool leave(JobId id, Time now) override {
        for (std::size_t i = 0; i < serving_.size(); ++i) {
            if (serving_.job(i).id != id) continue;
            serving_.stop(i, now, spec_.speed);
            start_next(now);
            return true;
        }
        const auto cost = waiting_.remove(id);
        if (cost) waiting_work_ -= static_cast<Wide>(cost->count());
        return cost.has_value();
    }

    std::vector<JobId> clear(Time) override {
        std::vector<JobId> out;
        for (std::size_t i = 0; i < serving_.size(); ++i) out.push_back(serving_.job(i).id);
        while (!waiting_.empty()) out.push_back(waiting_.pop().id);
        serving_.clear();
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
    Standing standing() const override {
        Standing standing;
        standing.jobs = serving_.size() + waiting_.size();
        if (spec_.speed.millionths == 0) return standing;
        standing.cores_busy = static_cast<std::uint32_t>(serving_.size());
        if (serving_.size() != 0) standing.next_completion = serving_.earliest_finish();
        return standing;
    }
    Duration work_left(Time now) const override {
        const Wide served = divide_up(serving_.millionths_left(now, spec_.speed), millionths_per_unit);
        return saturated(waiting_work_ + served);
    }

private:
    struct Serving {
        WorkAmount left;
        JobId id;
    };

    void start_next(Time now) {
        if (waiting_.empty()) return;
        const JobRing::Entry next = waiting_.pop();
        waiting_work_ -= static_cast<Wide>(next.cost.count());
        serving_.start(Serving{WorkAmount(next.cost), next.id}, serving_.size(), now, spec_.speed);
    }

    ServerSpec spec_;
    ServingCores<Serving> serving_;
    JobRing waiting_;
    Wide waiting_work_ = 0;  ///< ns
};

}  // namespace

Row<QueueDiscipline> fifo_row() {
    return {
        "fifo", "first come, first served", "classic", {}, [](const Settings&) { return std::make_unique<Fifo>(); }};
}

}  // namespace orrery::models
