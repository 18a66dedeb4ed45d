#include "sim/cluster/processor.hpp"

#include "sim/base/check.hpp"

namespace orrery {

Processor::Processor(const QueueDiscipline& prototype, ServerSpec spec, Window window)
    : discipline_(prototype.clone()), occupancy_(window) {
    discipline_->reset(spec);
}

std::size_t Processor::drop(ProcessId process, Time now) {
    std::size_t dropped = 0;
    for (JobId id = 0; id < units_.size(); ++id) {
        if (units_[id].process != process) continue;
        ORRERY_CHECK(discipline_->leave(id, now), "a discipline has lost a job");
        release(id);
        ++dropped;
    }
    measure(now);
    return dropped;
}

void Processor::set_speed(Speed speed, Time now) {
    discipline_->set_speed(speed, now);
    measure(now);
}

}  // namespace orrery
