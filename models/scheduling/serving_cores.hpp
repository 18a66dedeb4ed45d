/// The jobs that are in service, each on a core of its own at full speed: what FIFO, priority, SRPT and
/// EDF servers share. Which job gets a core is the discipline's business.
///
/// Jobs are kept in order of arrival, so that of several done at one instant the one that came first is
/// first. All is linear in the number of cores at work; memory comes with the first job.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/scheduling/work_amount.hpp"
#include "sim/base/check.hpp"

namespace orrery::models {

/// `Waiting` is copyable and has a `WorkAmount left`.
template <class Waiting>
class ServingCores {
public:
    std::size_t size() const { return slots_.size(); }
    const Waiting& job(std::size_t position) const { return slots_[position].job; }

    /// Starts a job as number `position` in order of arrival.
    void start(const Waiting& job, std::size_t position, Time now, Speed speed) {
        const Slot slot{job, now, saturating_add(now, job.left.time_at(speed))};
        if (position == slots_.size()) {
            slots_.push_back(slot);
            // Of several done at one instant the one that came first is first.
            if (slot.finish < slots_[earliest_].finish) earliest_ = position;
        } else {
            slots_.insert(slots_.begin() + static_cast<std::ptrdiff_t>(position), slot);
            find_earliest();
        }
    }

    /// Takes a job off its core, with what is left of it at `now`.
    Waiting stop(std::size_t position, Time now, Speed speed) {
        Waiting job = at(position, now, speed);
        erase(position);
        return job;
    }

    /// Takes off the job that is done first, at the time at which it is: nothing is left of it.
    Waiting finish_earliest() {
        Waiting job = slots_[earliest_].job;
        job.left = WorkAmount();
        erase(earliest_);
        return job;
    }

    /// Which job is done first, and when; there must be one.
    std::size_t earliest() const { return earliest_; }
    Time earliest_finish() const { return slots_[earliest_].finish; }
    Time finish(std::size_t position) const { return slots_[position].finish; }

    /// A job with what is left of it at `now`.
    Waiting at(std::size_t position, Time now, Speed speed) const {
        Waiting job = slots_[position].job;
        job.left.serve(now - slots_[position].since, speed);
        return job;
    }

    void change_speed(Speed from, Speed to, Time now) {
        for (Slot& slot : slots_) {
            slot.job.left.serve(now - slot.since, from);
            slot.since = now;
            slot.finish = saturating_add(now, slot.job.left.time_at(to));
        }
        find_earliest();
    }

    Wide millionths_left(Time now, Speed speed) const {
        Wide sum = 0;
        for (std::size_t i = 0; i < slots_.size(); ++i) sum += at(i, now, speed).left.millionths();
        return sum;
    }

    void clear() {
        slots_.clear();
        earliest_ = 0;
    }

private:
    struct Slot {
        Waiting job;  ///< `left` as it was at `since`
        Time since;
        Time finish;
    };

    void erase(std::size_t position) {
        if (position + 1 == slots_.size()) {
            slots_.pop_back();
        } else {
            slots_.erase(slots_.begin() + static_cast<std::ptrdiff_t>(position));
        }
        find_earliest();
    }

    void find_earliest() {
        earliest_ = 0;
        for (std::size_t i = 1; i < slots_.size(); ++i)
            if (slots_[i].finish < slots_[earliest_].finish) earliest_ = i;
    }

    std::vector<Slot> slots_;
    std::size_t earliest_ = 0;
};

}  // namespace orrery::models
