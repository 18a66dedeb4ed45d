/// processor_sharing: n jobs share c cores evenly, each served at min(1, c/n) of a core's speed.
///
/// Kept in virtual time (Parekh, Gallager, "A generalized processor sharing approach to flow control",
/// 1993, for equal weights): every job inside has attained the same work since the busy period began, but
/// for what had been attained when it entered. A job is done when the attained work reaches its mark,
/// entry plus cost, so jobs are a heap by mark, equal marks in order of arrival.
///
/// Attained work counts 2^-16 of a millionth of a nanosecond. At each change it is rounded up to that, so
/// that a completion that falls on a whole nanosecond in exact arithmetic falls on it here; a completion is then
/// rounded up to the next nanosecond. A job may thus be done early by 2^-36 ns of work for each change while it
/// was inside. enter and complete are O(log jobs), leave and clear O(jobs).
#include <algorithm>

#include "models/scheduling/catalog.hpp"
#include "models/scheduling/work_amount.hpp"
#include "sim/base/check.hpp"

namespace orrery::models {

namespace {

/// Of attained work in a millionth of a nanosecond.
constexpr Wide grains = 65536;

class ProcessorSharing final : public QueueDiscipline {
public:
    std::unique_ptr<QueueDiscipline> clone() const override { return std::make_unique<ProcessorSharing>(*this); }

    void reset(ServerSpec spec) override {
        ORRERY_CHECK(spec.cores > 0, "a server needs a core");
        *this = ProcessorSharing();
        spec_ = spec;
    }

    void enter(const Job& job, Time now) override {
        ORRERY_CHECK(job.cost >= Duration{}, "a job has a negative cost");
        advance(now);
        const Wide mark = attained_ + WorkAmount(job.cost).millionths() * grains;
        sharing_.push_back(Sharing{mark, ++arrivals_, job.id});
        std::push_heap(sharing_.begin(), sharing_.end(), done_after);
        marks_ += mark;
        predict();
    }

    bool leave(JobId id, Time now) override {
        const auto found =
            std::find_if(sharing_.begin(), sharing_.end(), [&](const Sharing& job) { return job.id == id; });
        if (found == sharing_.end()) return false;
        advance(now);
        marks_ -= found->mark;
        *found = sharing_.back();
        sharing_.pop_back();
        std::make_heap(sharing_.begin(), sharing_.end(), done_after);
        predict();
        return true;
    }

    std::vector<JobId> clear(Time now) override {
        std::sort(sharing_.begin(), sharing_.end(),
                  [](const Sharing& a, const Sharing& b) { return a.arrival < b.arrival; });
        std::vector<JobId> out;
        for (const Sharing& job : sharing_) out.push_back(job.id);
        sharing_.clear();
        marks_ = 0;
        advance(now);
        predict();
        return out;
    }

    void set_speed(Speed speed, Time now) override {
        advance(now);
        spec_.speed = speed;
        predict();
    }

    std::optional<Time> next_completion() const override { return next_; }

    JobId complete(Time now) override {
        ORRERY_CHECK(next_ == now, "no job is done at this time");
        advance(now);
        std::pop_heap(sharing_.begin(), sharing_.end(), done_after);
        const Sharing done = sharing_.back();
        sharing_.pop_back();
        marks_ -= done.mark;
        predict();
        return done.id;
    }

    std::size_t jobs() const override { return sharing_.size(); }
    std::uint32_t cores_busy() const override {
        if (spec_.speed.millionths == 0) return 0;
        return static_cast<std::uint32_t>(std::min<std::size_t>(spec_.cores, sharing_.size()));
    }
    Duration work_left(Time now) const override {
        const Wide left = marks_ - static_cast<Wide>(sharing_.size()) * attained(now);
        return saturated(divide_up(std::max<Wide>(left, 0), grains * millionths_per_unit));
    }

private:
    struct Sharing {
        Wide mark;  ///< done when `attained_` is here
        std::uint64_t arrival;
        JobId id;
    };

    static bool done_after(const Sharing& a, const Sharing& b) {
        return a.mark != b.mark ? a.mark > b.mark : a.arrival > b.arrival;
    }

    /// Each job gains `gain / among` grains a nanosecond.
    struct Rate {
        Wide gain;
        Wide among;
    };
    Rate rate() const {
        const Wide speed = static_cast<Wide>(spec_.speed.millionths) * grains;
        if (sharing_.size() <= spec_.cores) return {speed, 1};
        return {speed * spec_.cores, static_cast<Wide>(sharing_.size())};
    }

    Wide attained(Time now) const {
        if (sharing_.empty()) return 0;
        const Rate each = rate();
        return attained_ + divide_up(static_cast<Wide>((now - as_of_).count()) * each.gain, each.among);
    }

    void advance(Time now) {
        attained_ = attained(now);
        as_of_ = now;
    }

    void predict() {
        next_.reset();
        if (sharing_.empty() || spec_.speed.millionths == 0) return;
        const Rate each = rate();
        const Wide missing = std::max<Wide>(sharing_.front().mark - attained_, 0);
        next_ = saturating_add(as_of_, saturated(divide_up(missing * each.among, each.gain)));
    }

    ServerSpec spec_;
    std::vector<Sharing> sharing_;  ///< a heap, the next to be done on top
    Wide attained_ = 0;             ///< grains each job has had since the busy period began, at `as_of_`
    Wide marks_ = 0;                ///< sum of the marks
    Time as_of_{};
    std::optional<Time> next_;
    std::uint64_t arrivals_ = 0;
};

}  // namespace

Row<QueueDiscipline> processor_sharing_row() {
    return {"processor_sharing",
            "all jobs share the cores evenly",
            "Kleinrock, Time-shared systems: a theoretical treatment (1967)",
            {},
            [](const Settings&) { return std::make_unique<ProcessorSharing>(); }};
}

}  // namespace orrery::models
