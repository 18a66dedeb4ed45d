#include "models/scheduling/worker.hpp"

#include <algorithm>

namespace orrery::models {

void Worker::step(Env& env, const Input<Worker>& input, Outbox<Worker>& outbox) {
    // The commonest first, without the jump through a table that a visit costs; so below.
    if (const auto* received = std::get_if<Receive<Worker>>(&input))
        return receive(env, received->from, received->message, outbox);
    if (std::holds_alternative<Worked>(input)) return worked(env, outbox);
    std::visit(
        Overloaded{[&](const Start&) { begin(env, outbox); }, [&](const Recover<Worker>&) { begin(env, outbox); },
                   [&](const Expire&) {
                       report(env, outbox);
                       outbox.arm(report_timer, spec_->report_every);
                   },
                   [&](const Persisted&) {}, [&](const Request<Worker>&) {},
                   // Seen to above:
                   [&](const Receive<Worker>&) {}, [&](const Worked&) {}},
        input);
}

void Worker::begin(Env& env, Outbox<Worker>& outbox) {
    // A random phase: reports of all workers in one instant would hand every tie to the lowest id.
    if (spec_->reporting == Reporting::periodic)
        outbox.arm(report_timer, Duration(static_cast<std::int64_t>(
                                     env.random.below(static_cast<std::uint64_t>(spec_->report_every.count())))));
    if (spec_->idle == IdleAnnouncement::to_random_balancer) announce_idle(env, outbox);
}

void Worker::receive(Env& env, ProcessId from, const ServiceMessage& message, Outbox<Worker>& outbox) {
    if (const auto* request = std::get_if<Serve>(&message)) return serve(env, from, *request, outbox);
    std::visit(Overloaded{[&](const Serve&) {},  // seen to above
                          [&](const Ping& ping) { outbox.send(from, Pong{ping.round}); },
                          // Balancers send none of these:
                          [&](const Served&) {}, [&](const LoadReport&) {}, [&](const Idle&) {}, [&](const Pong&) {}},
               message);
}

void Worker::serve(Env& env, ProcessId from, const Serve& request, Outbox<Worker>& outbox) {
    ++outstanding_;
    busy_until_ = saturating_add(std::max(busy_until_, env.now), request.work);
    Work work{request.work, request.priority, {}};
    if (request.due) work.due = request.due;
    const Ticket ticket = outbox.work(work);
    auto& reply = outbox.send_new<Served>(from, ticket);
    reply.attempt = request.attempt;
    reply.body = Filler{request.reply_size};
    if (spec_->reporting == Reporting::on_change) report(env, outbox);
}

void Worker::worked(Env& env, Outbox<Worker>& outbox) {
    --outstanding_;
    if (outstanding_ == 0) busy_until_ = env.now;
    if (spec_->reporting == Reporting::on_change) report(env, outbox);
    if (outstanding_ == 0 && spec_->idle == IdleAnnouncement::to_random_balancer) announce_idle(env, outbox);
}

void Worker::report(Env& env, Outbox<Worker>& outbox) {
    for (const ProcessId balancer : spec_->balancers)
        outbox.send(balancer, LoadReport{outstanding_, work_left(env.now)});
}

void Worker::announce_idle(Env& env, Outbox<Worker>& outbox) {
    const auto chosen = static_cast<std::size_t>(env.random.below(spec_->balancers.size()));
    outbox.send(spec_->balancers[chosen], Idle{});
}

}  // namespace orrery::models
