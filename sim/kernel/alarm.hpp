/// An alarm: one event that can be moved and cancelled.
///
/// Cancelling is lazy: the queued event stays and is found dead when it comes. Moving an alarm to a later
/// time (a heartbeat that pushes an election timeout ahead) queues nothing at all: the event comes at the
/// old time and is queued again for the new one, with the order that it was given when it was moved, so
/// that no result tells the difference.
#pragma once

#include <cstdint>

#include "sim/kernel/kernel.hpp"

namespace orrery {

class Alarm {
public:
    /// What the alarm's events look like. `kind` must be cancellable.
    struct Shape {
        EntityId owner;
        EventKind kind;
        std::uint32_t payload;
    };

    bool armed() const { return order_ != 0; }
    /// Meaningful while armed.
    Time deadline() const { return deadline_; }

    /// Sets the alarm, moving it if it is set.
    void arm(Kernel& kernel, Shape shape, Time deadline) {
        const std::uint64_t order = kernel.take_order(shape.owner);
        if (queued_ == 0 || queued_at_ >= deadline) {
            if (queued_ != 0) kernel.note_dead(shape.owner);
            queued_ = order;
            queued_at_ = deadline;
            kernel.put(
                Event{deadline, order, shape.owner.value << 8 | static_cast<std::uint32_t>(shape.kind), shape.payload});
        }
        order_ = order;
        deadline_ = deadline;
    }

    void disarm(Kernel& kernel, EntityId owner) {
        if (queued_ != 0) kernel.note_dead(owner);
        queued_ = 0;
        order_ = 0;
    }

    /// Whether a queued event is this alarm's present one: the answer to `World::alive`.
    bool alive(const Event& event) const { return queued_ == event.order; }

    /// Its event has come. True: the alarm goes off and is no longer set. False: it had been moved.
    bool goes_off(Kernel& kernel, const Event& event) {
        if (!due(kernel, event)) return false;
        order_ = 0;
        queued_ = 0;
        return true;
    }

    /// Its event has come. True: this is the deadline, and the alarm stays set. False: it had been moved.
    bool due(Kernel& kernel, const Event& event) {
        if (order_ == queued_) return true;
        queued_ = order_;
        queued_at_ = deadline_;
        kernel.put(Event{deadline_, order_, event.target_kind, event.payload});
        return false;
    }

    /// Its event was due and is put off: it will come again with another order.
    void renumber(const Event& event, std::uint64_t order) {
        if (queued_ != event.order) return;  // the event is dead anyway
        if (order_ == queued_) order_ = order;
        queued_ = order;
    }

private:
    Time deadline_{};
    Time queued_at_{};
    std::uint64_t order_ = 0;   ///< of the present deadline; 0 when not set
    std::uint64_t queued_ = 0;  ///< order of the event that is in the queue; 0 when none that counts is
};

}  // namespace orrery
