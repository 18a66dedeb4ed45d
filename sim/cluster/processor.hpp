/// A node's processor: a queue discipline, the work inside it, and what it did.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/contract.hpp"
#include "sim/base/queue_discipline.hpp"
#include "sim/base/value_ptr.hpp"
#include "sim/cluster/occupancy.hpp"

namespace orrery {

class Processor {
public:
    Processor(const QueueDiscipline& prototype, ServerSpec spec, Window window);

    /// A unit of work inside, by whose request.
    struct Unit {
        ProcessId process;
        Ticket ticket;
    };

    void enter(const Unit& unit, const Work& work, Time now) {
        JobId id = free_;
        if (id != none) {
            free_ = static_cast<JobId>(units_[id].ticket.value);
        } else {
            id = static_cast<JobId>(units_.size());
            units_.emplace_back();
        }
        units_[id] = unit;
        Job job;
        job.id = id;
        job.cost = work.cost;
        job.priority = work.priority;
        if (work.due) job.due = saturating_add(now, *work.due);
        discipline_->enter(job, now);
        measure(now);
    }

    /// The unit that is done at `now == *next_completion()`.
    Unit complete(Time now) {
        const JobId id = discipline_->complete(now);
        const Unit unit = units_[id];
        release(id);
        measure(now);
        return unit;
    }

    std::optional<Time> next_completion() const { return standing_.next_completion; }

    /// Takes out all work of one process (it crashed); returns how many units.
    std::size_t drop(ProcessId process, Time now);
    void set_speed(Speed speed, Time now);

    std::size_t jobs() const { return standing_.jobs; }
    Duration work_left(Time now) const { return discipline_->work_left(now); }
    std::uint32_t cores_busy() const { return standing_.cores_busy; }

    /// Cores at work, and units waiting or in service.
    const Occupancy& occupancy() const { return occupancy_; }
    /// Also record these levels along the time axis; before the first work.
    void record_series(Bins bins) { occupancy_.record_series(bins); }

private:
    static constexpr JobId none = ~JobId{0};

    void release(JobId id) {
        units_[id].ticket.value = free_;
        units_[id].process = ProcessId(none);
        free_ = id;
    }
    void measure(Time now) {
        standing_ = discipline_->standing();
        occupancy_.set(now, standing_.cores_busy, static_cast<std::uint32_t>(standing_.jobs));
    }

    ValuePtr<QueueDiscipline> discipline_;
    Standing standing_;        ///< since the last change
    std::vector<Unit> units_;  ///< by job id; a free one links the next free one through its ticket
    JobId free_ = none;
    Occupancy occupancy_;
};

}  // namespace orrery
