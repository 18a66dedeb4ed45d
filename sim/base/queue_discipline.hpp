/// QueueDiscipline: a server with cores and an order of service. The world calls it for every node;
/// the implementations (FIFO, processor sharing, priority, SRPT, EDF, ...) are in models/scheduling.
///
/// A discipline owns the jobs inside one processor. It does not know events: the caller asks for the
/// next completion after every change and comes back at that time.
///
///     enter(job, now) / leave(id, now) / set_speed(speed, now)     changes
///     next_completion()  ->  the caller schedules  ->  complete(now) gives the job that is done
///
/// Time only moves forward between calls. All arithmetic is on integers, rounded up to the next
/// nanosecond where a rate does not divide, so that every platform agrees.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/base/time.hpp"

namespace orrery {

/// Speed of a core in millionths of the reference core. Zero is paused.
struct Speed {
    std::uint32_t millionths = 1'000'000;
    friend constexpr auto operator<=>(Speed, Speed) = default;
};

/// Names a job inside one processor; chosen by the caller, unique among the jobs inside.
using JobId = std::uint32_t;

struct Job {
    JobId id = 0;
    Duration cost{};               ///< time on one core of speed 1
    std::int32_t priority = 0;     ///< larger goes first
    std::optional<Time> due = {};  ///< absolute deadline
};

/// A processor's shape; set once before the first job.
struct ServerSpec {
    std::uint32_t cores = 1;
    Speed speed = {};
};

/// What the owner of a server looks at after every change.
struct Standing {
    std::size_t jobs = 0;
    std::uint32_t cores_busy = 0;
    std::optional<Time> next_completion = {};
};

class QueueDiscipline {
public:
    static constexpr std::string_view family = "discipline";

    virtual ~QueueDiscipline() = default;
    virtual std::unique_ptr<QueueDiscipline> clone() const = 0;

    /// Makes the server empty, with this shape.
    virtual void reset(ServerSpec spec) = 0;
    virtual void enter(const Job& job, Time now) = 0;
    /// Takes a job out before it is done; false if it is not inside.
    virtual bool leave(JobId id, Time now) = 0;
    /// Takes all jobs out, in the order in which they entered.
    virtual std::vector<JobId> clear(Time now) = 0;
    virtual void set_speed(Speed speed, Time now) = 0;

    /// When the next job will be done if nothing changes; nothing when none will (empty, paused).
    virtual std::optional<Time> next_completion() const = 0;
    /// Takes out the job that is done at `now == *next_completion()`. Several jobs done at one instant
    /// come one call at a time, in the discipline's own documented order.
    virtual JobId complete(Time now) = 0;

    /// Jobs inside: waiting and in service.
    virtual std::size_t jobs() const = 0;
    /// Cores at work right now (for processor sharing: min(cores, jobs)); zero while paused.
    virtual std::uint32_t cores_busy() const = 0;
    /// All three at once, for a discipline that can say it faster than by three calls.
    virtual Standing standing() const { return {jobs(), cores_busy(), next_completion()}; }
    /// Work still to be done by all jobs inside, in time of one core of speed 1.
    virtual Duration work_left(Time now) const = 0;
};

}  // namespace orrery
