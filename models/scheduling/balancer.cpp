#include "models/scheduling/balancer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/base/check.hpp"

namespace orrery::models {

namespace {

constexpr std::uint64_t one_retry = 1'000'000;
constexpr std::uint64_t deposit_limit = 100 * one_retry;

WorkerView fresh_view(const BalancerSpec& spec) {
    std::vector<WorkerView::Worker> workers;
    workers.reserve(spec.workers.size());
    for (const BalancerSpec::Target& target : spec.workers) {
        WorkerView::Worker worker;
        worker.load.cores_free = target.cores;
        worker.load.memory_free = target.memory;
        worker.weight = target.weight;
        workers.push_back(worker);
    }
    return WorkerView(std::move(workers));
}

}  // namespace

Balancer::Balancer(std::shared_ptr<const BalancerSpec> spec, std::unique_ptr<Dispatcher> dispatcher)
    : spec_(std::move(spec)),
      dispatcher_(std::move(dispatcher)),
      heeds_(dispatcher_->heeds_load() ? Heeds::load : Heeds::fate_only),
      view_(fresh_view(*spec_)),
      retry_deposit_(spec_->retry.budget_reserve * one_retry) {
    dispatcher_->reset(view_);
    if (spec_->health) missed_.resize(view_.size());
}

void Balancer::step(Env& env, const Input<Balancer>& input, Outbox<Balancer>& outbox) {
    // The commonest first, without the jump through a table that a visit costs; so below.
    if (const auto* received = std::get_if<Receive<Balancer>>(&input))
        return receive(env, received->from, received->message, outbox);
    if (const auto* request = std::get_if<Request<Balancer>>(&input)) return accept(env, *request, outbox);
    std::visit(
        Overloaded{[&](const Start&) { begin(env, outbox); }, [&](const Recover<Balancer>&) { begin(env, outbox); },
                   [&](const Expire& expired) { expire(env, expired.timer, outbox); }, [&](const Persisted&) {},
                   [&](const Worked&) {},
                   // Seen to above:
                   [&](const Receive<Balancer>&) {}, [&](const Request<Balancer>&) {}},
        input);
}

void Balancer::begin(Env& env, Outbox<Balancer>& outbox) {
    if (!spec_->health) return;
    const auto every = static_cast<std::uint64_t>(spec_->health->every.count());
    outbox.arm(health_timer, Duration(static_cast<std::int64_t>(env.random.below(every))));
}

void Balancer::accept(Env& env, const Request<Balancer>& request, Outbox<Balancer>& outbox) {
    const std::uint32_t index = new_call();
    Call& call = calls_[index];
    call.request = request.id;
    call.operation = request.operation;
    call.so_far = ServiceResult{};
    if (spec_->retry.attempts > 1)
        retry_deposit_ =
            std::min(retry_deposit_ + static_cast<std::uint64_t>(spec_->retry.budget * one_retry), deposit_limit);
    if (spec_->hedge_after) outbox.arm(hedge_timer(index), *spec_->hedge_after);
    try_worker(env, index, Why::first, outbox);
}

std::optional<WorkerIndex> Balancer::pick(Env& env, const ServiceRequest& operation) {
    const DispatchItem item{operation.key, operation.work, operation.memory, env.now};
    if (spec_->partitioning == nullptr) return dispatcher_->pick(item, {}, view_, env.random);
    const Layout::Spec& by = spec_->partitioning->spec();
    std::array<MemberId, replicas_max> owners;
    const std::size_t count = spec_->partitioning->replicas(operation.key, by.keys->unit_of(operation.key),
                                                            std::span(owners).first(by.replicas));
    std::array<WorkerIndex, replicas_max> candidates;
    for (std::size_t i = 0; i < count; ++i) candidates[i] = WorkerIndex(owners[i].index());
    return dispatcher_->pick(item, std::span(candidates).first(count), view_, env.random);
}

void Balancer::try_worker(Env& env, std::uint32_t index, Why why, Outbox<Balancer>& outbox) {
    const ServiceRequest& operation = calls_[index].operation;
    const std::optional<WorkerIndex> worker = pick(env, operation);
    if (!worker) {
        // A hedge that finds nobody leaves the first attempt alone.
        if (calls_[index].first_attempt == none) finish(env, index, ServiceOutcome::unavailable, outbox);
        return;
    }
    const std::uint32_t slot = new_attempt();
    Call& call = calls_[index];
    Attempt& attempt = attempts_[slot];
    attempt.call = index;
    attempt.worker = *worker;
    attempt.next = call.first_attempt;
    call.first_attempt = slot;
    ++call.so_far.attempts;
    if (why == Why::retry) ++call.so_far.retries;
    if (why == Why::hedge) ++call.so_far.hedges;
    if (spec_->timeout) outbox.arm(timeout_timer(slot), *spec_->timeout);
    book(env, *worker, operation);
    const std::uint64_t name = std::uint64_t{attempt.generation} << 32 | slot;
    auto& serve = outbox.send_new<Serve>(spec_->workers[worker->index()].process);
    serve.attempt = name;
    serve.work = operation.work;
    serve.priority = operation.priority;
    if (operation.due) serve.due = operation.due;
    serve.reply_size = operation.reply_size;
    serve.body = operation.body;
}

void Balancer::receive(Env& env, ProcessId from, const ServiceMessage& message, Outbox<Balancer>& outbox) {
    if (const auto* reply = std::get_if<Served>(&message)) return served(*reply, env, outbox);
    std::visit(Overloaded{[&](const Served&) {},  // seen to above
                          [&](const LoadReport& report) {
                              if (const auto worker = worker_of(from)) take_report(env, *worker, report);
                          },
                          [&](const Idle&) {
                              if (const auto worker = worker_of(from)) dispatcher_->idle(*worker);
                          },
                          [&](const Pong&) {
                              if (const auto worker = worker_of(from)) heard_from(*worker);
                          },
                          // Workers send none of these:
                          [&](const Serve&) {}, [&](const Ping&) {}},
               message);
}

void Balancer::served(const Served& reply, Env& env, Outbox<Balancer>& outbox) {
    const auto slot = static_cast<std::uint32_t>(reply.attempt);
    const auto generation = static_cast<std::uint32_t>(reply.attempt >> 32);
    if (slot >= attempts_.size() || attempts_[slot].call == none || attempts_[slot].generation != generation)
        return;  // the answer to an attempt that was given up
    finish(env, attempts_[slot].call, ServiceOutcome::ok, outbox);
}

void Balancer::expire(Env& env, TimerId timer, Outbox<Balancer>& outbox) {
    if (timer == health_timer) return health_round(outbox);
    const std::uint32_t slot = (timer.value - 1) / 3;
    switch ((timer.value - 1) % 3) {
        case 0:
            return timed_out(env, slot, outbox);
        case 1:
            if (calls_[slot].first_attempt != none) try_worker(env, slot, Why::hedge, outbox);
            return;
        case 2:
            return try_worker(env, slot, Why::retry, outbox);
    }
}

void Balancer::timed_out(Env& env, std::uint32_t slot, Outbox<Balancer>& outbox) {
    const std::uint32_t index = attempts_[slot].call;
    close_attempt(env, slot, outbox);
    Call& call = calls_[index];
    if (call.first_attempt != none) return;  // a hedge is still on its way
    if (call.so_far.retries + 1u >= spec_->retry.attempts || !spend_retry())
        return finish(env, index, ServiceOutcome::timed_out, outbox);
    if (spec_->retry.backoff == Duration(0)) return try_worker(env, index, Why::retry, outbox);
    const int doublings = std::min<int>(call.so_far.retries, 16);
    const auto longest = static_cast<std::uint64_t>(spec_->retry.backoff.count()) << doublings;
    const std::uint64_t wait = longest / 2 + env.random.below(longest / 2 + 1);
    outbox.arm(backoff_timer(index), Duration(static_cast<std::int64_t>(wait)));
}

bool Balancer::spend_retry() {
    if (retry_deposit_ < one_retry) return false;
    retry_deposit_ -= one_retry;
    return true;
}

void Balancer::finish(Env& env, std::uint32_t index, ServiceOutcome outcome, Outbox<Balancer>& outbox) {
    while (calls_[index].first_attempt != none) close_attempt(env, calls_[index].first_attempt, outbox);
    Call& call = calls_[index];
    if (spec_->hedge_after) outbox.disarm(hedge_timer(index));
    call.so_far.outcome = outcome;
    outbox.reply(call.request, call.so_far);
    call.next_free = free_calls_;
    free_calls_ = index;
}

void Balancer::close_attempt(Env& env, std::uint32_t slot, Outbox<Balancer>& outbox) {
    Attempt& attempt = attempts_[slot];
    std::uint32_t* link = &calls_[attempt.call].first_attempt;
    while (*link != slot) link = &attempts_[*link].next;
    *link = attempt.next;
    if (spec_->timeout) outbox.disarm(timeout_timer(slot));
    unbook(env, attempt.worker, calls_[attempt.call].operation);
    attempt.call = none;
    ++attempt.generation;
    attempt.next = free_attempts_;
    free_attempts_ = slot;
}

template <class Change>
void Balancer::change_load(WorkerIndex worker, Change&& change) {
    if (heeds_ == Heeds::fate_only) return change(view_.load(worker));
    const WorkerView::Worker before = view_.worker(worker);
    change(view_.load(worker));
    dispatcher_->changed(worker, before, view_);
}

// The own view: outstanding requests are counted, their work is taken to be done one after the other.
void Balancer::book(Env& env, WorkerIndex worker, const ServiceRequest& operation) {
    if (spec_->view != ViewSource::own) return;
    change_load(worker, [&](WorkerLoad& load) {
        const Duration since = env.now - load.as_of;
        load.work_left = (load.work_left > since ? load.work_left - since : Duration(0)) + operation.work;
        load.as_of = env.now;
        ++load.outstanding;
        if (load.cores_free > 0) --load.cores_free;
        load.memory_free -= operation.memory;
    });
}

void Balancer::unbook(Env& env, WorkerIndex worker, const ServiceRequest& operation) {
    if (spec_->view != ViewSource::own) return;
    change_load(worker, [&](WorkerLoad& load) {
        const Duration since = env.now - load.as_of;
        --load.outstanding;
        load.work_left = load.outstanding > 0 && load.work_left > since ? load.work_left - since : Duration(0);
        load.as_of = env.now;
        if (load.outstanding < spec_->workers[worker.index()].cores) ++load.cores_free;
        load.memory_free += operation.memory;
    });
}

void Balancer::take_report(Env& env, WorkerIndex worker, const LoadReport& report) {
    if (spec_->view != ViewSource::reports) return;
    const std::uint32_t cores = spec_->workers[worker.index()].cores;
    change_load(worker, [&](WorkerLoad& load) {
        load.outstanding = report.outstanding;
        load.work_left = report.work_left;
        load.cores_free = cores - std::min(cores, report.outstanding);
        load.as_of = env.now;
    });
}

void Balancer::health_round(Outbox<Balancer>& outbox) {
    ++health_rounds_;
    for (std::size_t i = 0; i < view_.size(); ++i) {
        const WorkerIndex worker(i);
        if (missed_[i] < spec_->health->failures) {
            ++missed_[i];
        } else if (view_.up(worker)) {
            const WorkerView::Worker before = view_.worker(worker);
            view_.set_down(worker);
            dispatcher_->changed(worker, before, view_);
        }
        outbox.send(spec_->workers[i].process, Ping{health_rounds_});
    }
    outbox.arm(health_timer, spec_->health->every);
}

void Balancer::heard_from(WorkerIndex worker) {
    if (!spec_->health) return;
    missed_[worker.index()] = 0;
    if (view_.up(worker)) return;
    const WorkerView::Worker before = view_.worker(worker);
    view_.set_up(worker);
    dispatcher_->changed(worker, before, view_);
}

std::optional<WorkerIndex> Balancer::worker_of(ProcessId process) const {
    // Workers are targets in ascending order of their ids.
    const auto found =
        std::lower_bound(spec_->workers.begin(), spec_->workers.end(), process,
                         [](const BalancerSpec::Target& target, ProcessId id) { return target.process < id; });
    if (found == spec_->workers.end() || found->process != process) return {};
    return WorkerIndex(static_cast<std::size_t>(found - spec_->workers.begin()));
}

std::uint32_t Balancer::new_call() {
    if (free_calls_ == none) {
        calls_.emplace_back();
        return static_cast<std::uint32_t>(calls_.size() - 1);
    }
    return std::exchange(free_calls_, calls_[free_calls_].next_free);
}

std::uint32_t Balancer::new_attempt() {
    if (free_attempts_ == none) {
        attempts_.emplace_back();
        return static_cast<std::uint32_t>(attempts_.size() - 1);
    }
    return std::exchange(free_attempts_, attempts_[free_attempts_].next);
}

}  // namespace orrery::models
