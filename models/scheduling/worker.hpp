/// Worker: serves what balancers send it, in the order of its node's discipline.
///
/// A request becomes work for the processor; its reply is held until that work is done. The worker knows
/// its load and tells it as configured: never, at every change, or every so often.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "models/scheduling/service_messages.hpp"
#include "models/scheduling/service_port.hpp"
#include "sim/base/contract.hpp"

namespace orrery::models {

enum class Reporting : std::uint8_t { none, on_change, periodic };
enum class IdleAnnouncement : std::uint8_t { none, to_random_balancer };

struct WorkerSpec {
    std::vector<ProcessId> balancers;
    Reporting reporting = Reporting::none;
    Duration report_every{};  ///< periodic only
    IdleAnnouncement idle = IdleAnnouncement::none;
};

class Worker {
public:
    using Message = ServiceMessage;
    using Operation = Nothing;
    using Result = Nothing;
    using Record = Nothing;
    using Cell = Nothing;

    /// Workers of one service share their spec.
    explicit Worker(std::shared_ptr<const WorkerSpec> spec) : spec_(std::move(spec)) {}

    void step(Env& env, const Input<Worker>& input, Outbox<Worker>& outbox);

    std::uint32_t outstanding() const { return outstanding_; }

private:
    static constexpr TimerId report_timer{0};

    void begin(Env& env, Outbox<Worker>& outbox);
    void receive(Env& env, ProcessId from, const ServiceMessage& message, Outbox<Worker>& outbox);
    void serve(Env& env, ProcessId from, const Serve& request, Outbox<Worker>& outbox);
    void worked(Env& env, Outbox<Worker>& outbox);
    void report(Env& env, Outbox<Worker>& outbox);
    void announce_idle(Env& env, Outbox<Worker>& outbox);
    Duration work_left(Time now) const { return busy_until_ > now ? busy_until_ - now : Duration(0); }

    std::shared_ptr<const WorkerSpec> spec_;
    std::uint32_t outstanding_ = 0;
    Time busy_until_{};  ///< when one core of speed 1 would be through with everything
};

}  // namespace orrery::models
