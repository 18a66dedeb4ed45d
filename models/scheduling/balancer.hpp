/// Balancer: takes requests, has a dispatcher pick a worker for each, and sees them through.
///
///     request --> attempt --Serve--> worker --Served--> reply ok
///                   |  timeout: abandoned --> retry after backoff, while attempts and budget last
///                   |  hedge delay: a second attempt at another worker, the first answer wins
///                   +- nobody up: reply unavailable
///
/// What it knows of the workers (its view) comes from its own book-keeping or from the workers' reports,
/// and is as old as that. Health checks mark workers down after `failures` rounds without an answer and
/// up again at the first answer. Retries draw on a budget (Finagle's RetryBudget; gRPC's retry
/// throttling): every request deposits a fraction of a retry, so a broken backend is not stormed.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "models/partitioning/store/layout.hpp"
#include "models/scheduling/dispatcher.hpp"
#include "models/scheduling/service_messages.hpp"
#include "models/scheduling/service_port.hpp"
#include "sim/base/contract.hpp"
#include "sim/base/value_ptr.hpp"

namespace orrery::models {

enum class ViewSource : std::uint8_t { own, reports };

struct RetrySpec {
    std::uint32_t attempts = 1;         ///< in all, the first included
    double budget = 0.2;                ///< retries per request in the long run
    std::uint32_t budget_reserve = 10;  ///< retries that may be made at once before any request has deposited
    Duration backoff{};                 ///< before a retry: uniform in [backoff/2, backoff] * 2^(retry-1)
};

struct HealthSpec {
    Duration every{};
    std::uint32_t failures = 3;  ///< rounds without an answer
};

struct BalancerSpec {
    struct Target {
        ProcessId process;
        double weight = 1;
        std::uint32_t cores = 1;
        std::int64_t memory = 0;
    };
    std::vector<Target> workers;
    ViewSource view = ViewSource::own;
    std::optional<Duration> timeout = {};  ///< of one attempt
    RetrySpec retry = {};
    std::optional<Duration> hedge_after = {};
    std::optional<HealthSpec> health = {};
    /// Names the workers that may serve a key, as many as its spec's `replicas`, by their index as member; the
    /// dispatcher picks among these. Null: all may.
    std::shared_ptr<const Layout> partitioning = {};
};

class Balancer {
public:
    using Message = ServiceMessage;
    using Operation = ServiceRequest;
    using Result = ServiceResult;
    using Record = Nothing;
    using Cell = Nothing;

    Balancer(std::shared_ptr<const BalancerSpec> spec, std::unique_ptr<Dispatcher> dispatcher);

    void step(Env& env, const Input<Balancer>& input, Outbox<Balancer>& outbox);

    const WorkerView& view() const { return view_; }

private:
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    /// A request that has not been answered.
    struct Call {
        RequestId request;
        ServiceRequest operation;
        ServiceResult so_far;
        std::uint32_t first_attempt = none;  ///< list of its attempts at workers
        std::uint32_t next_free = none;      ///< free ones only
    };
    /// A request at one worker.
    struct Attempt {
        std::uint32_t generation = 0;  ///< tells this use of the slot from earlier ones
        std::uint32_t call = none;     ///< none: free
        std::uint32_t next = none;     ///< of the same call; the next free one
        WorkerIndex worker;
    };
    enum class Why : std::uint8_t { first, retry, hedge };

    // Timers: 0 is the health round; then three for each slot number.
    static constexpr TimerId health_timer{0};
    static TimerId timeout_timer(std::uint32_t attempt) { return TimerId(std::size_t{1} + 3 * std::size_t{attempt}); }
    static TimerId hedge_timer(std::uint32_t call) { return TimerId(std::size_t{2} + 3 * std::size_t{call}); }
    static TimerId backoff_timer(std::uint32_t call) { return TimerId(std::size_t{3} + 3 * std::size_t{call}); }

    void begin(Env& env, Outbox<Balancer>& outbox);
    void accept(Env& env, const Request<Balancer>& request, Outbox<Balancer>& outbox);
    void receive(Env& env, ProcessId from, const ServiceMessage& message, Outbox<Balancer>& outbox);
    void served(const Served& reply, Env& env, Outbox<Balancer>& outbox);
    void expire(Env& env, TimerId timer, Outbox<Balancer>& outbox);
    void timed_out(Env& env, std::uint32_t attempt, Outbox<Balancer>& outbox);
    std::optional<WorkerIndex> pick(Env& env, const ServiceRequest& operation);
    void try_worker(Env& env, std::uint32_t call, Why why, Outbox<Balancer>& outbox);
    void finish(Env& env, std::uint32_t call, ServiceOutcome outcome, Outbox<Balancer>& outbox);
    void close_attempt(Env& env, std::uint32_t attempt, Outbox<Balancer>& outbox);
    bool spend_retry();
    void health_round(Outbox<Balancer>& outbox);
    void heard_from(WorkerIndex worker);
    void take_report(Env& env, WorkerIndex worker, const LoadReport& report);
    template <class Change>
    void change_load(WorkerIndex worker, Change&& change);
    void book(Env& env, WorkerIndex worker, const ServiceRequest& operation);
    void unbook(Env& env, WorkerIndex worker, const ServiceRequest& operation);
    std::optional<WorkerIndex> worker_of(ProcessId process) const;

    std::uint32_t new_call();
    std::uint32_t new_attempt();

    std::shared_ptr<const BalancerSpec> spec_;
    ValuePtr<Dispatcher> dispatcher_;
    enum class Heeds : std::uint8_t { fate_only, load } heeds_;  ///< what the dispatcher wants to be told of
    WorkerView view_;
    std::vector<std::uint8_t> missed_;  ///< by worker: health rounds without an answer
    std::vector<Call> calls_;
    std::uint32_t free_calls_ = none;
    std::vector<Attempt> attempts_;
    std::uint32_t free_attempts_ = none;
    std::uint64_t retry_deposit_ = 0;  ///< millionths of a retry
    std::uint32_t health_rounds_ = 0;
};

}  // namespace orrery::models
