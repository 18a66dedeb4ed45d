/// The contract: a protocol is a value.
///
/// Everything stateful that runs on a node (a Raft server, a balancer, a stream task, a failure
/// detector) is a plain copyable value with one way in and one way out:
///
///     void step(Env& env, const Input<P>& input, Outbox<P>& outbox);
///
/// It does no I/O, reads no clock, owns no thread and draws no chance of its own. The simulated
/// cluster drives it here; the same value could be driven by sockets and a wall clock.
///
/// What the driver promises
/// - One input at a time per process; a step takes no time. `start` comes once, first; after a crash
///   `recover` comes instead of it, on a freshly made value, and nothing else before it.
/// - Outputs take effect in the order in which they were put into the outbox, except that an output
///   with an `after` is held until that ticket is done. Outputs held by one ticket are let go in
///   order, before the ticket's own `persisted` or `worked` input.
/// - Writes (`append`, `truncate`, `put`) sit in the page cache at once: they survive a crash of the
///   process, not of the node. `sync` makes all writes before it durable, in order.
/// - `work` queues at the node's processor under the node's discipline. Tickets rise.
/// - A crash drops timers, tickets, held outputs and messages in the process; not those on the wire.
/// - Messages may be lost, delayed, doubled and reordered, as the network is told; never invented.
///
/// What a protocol promises
/// - The same state and input give the same state and outputs (chance only through `env.random`).
/// - Every message can be encoded (see wire.hpp); the encoding's length is what a link carries.
/// - Iterates no unordered container into an output.
///
/// The shape was held against four protocols before it was written:
/// - Kafka's log with page cache: a follower appends and acknowledges without `sync` (outputs not
///   held); a flush policy calls `sync` and ignores its ticket. A power cut leaves each log the prefix
///   last synced, which `recover` shows per LogId; hence many logs per process, and two kinds of crash.
/// - Raft with asynchronous storage: the leader sends an entry at once and appends it in the same
///   step; a follower holds its acknowledgement with `after`; the leader counts itself on `persisted`.
///   Tickets rise, so an acknowledgement of an overwritten entry can be told from that of the new one.
/// - PBFT: a signature is `work`, its message is held `after` that work; view-change timers double, so
///   `arm` takes any delay and arming an armed timer moves it; quorums are the value's own counting.
/// - A stream task with aligned barriers: records are `work` in order, results held `after` it; a
///   blocked channel is buffered by the task itself (credit is a message); a snapshot is `put` + `sync`,
///   its acknowledgement to the coordinator held `after`.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/random.hpp"
#include "sim/base/time.hpp"

namespace orrery {

/// For a protocol that has none of something: no messages, no storage, no operations.
struct Nothing {
    template <class Self, class Field>
    static void fields(Self&, Field&&) {}
    friend bool operator==(const Nothing&, const Nothing&) = default;
};

/// All a protocol knows of the world outside its inputs.
struct Env {
    ProcessId self;
    Time now;              ///< the node's own clock: may be offset and drift, never goes backwards
    RandomStream& random;  ///< the process' own stream
};

/// What is left on disk. Views are valid during the `recover` step only.
template <class P>
class StorageView {
public:
    virtual ~StorageView() = default;
    /// Number of whole records left in `log`; they are numbered from 0.
    virtual std::uint64_t log_size(LogId log) const = 0;
    /// Record `index` of `log`; `index < log_size(log)`.
    virtual const typename P::Record& record(LogId log, std::uint64_t index) const = 0;
    /// Whether a torn record follows the last whole one.
    virtual bool torn(LogId log) const = 0;
    /// The last value put into `cell`, if any.
    virtual const typename P::Cell* cell(CellId cell) const = 0;
};

/// A unit of processor work.
struct Work {
    Duration cost{};                   ///< time on one core of speed 1; zero is allowed
    std::int32_t priority = 0;         ///< larger goes first, where the discipline looks at it
    std::optional<Duration> due = {};  ///< deadline, from now, where the discipline looks at it
    friend bool operator==(const Work&, const Work&) = default;
};

struct Start {};
template <class P>
struct Recover {
    const StorageView<P>& storage;
};
template <class P>
struct Receive {
    ProcessId from;
    const typename P::Message& message;
};
struct Expire {
    TimerId timer;
};
struct Persisted {
    Ticket ticket;
};
struct Worked {
    Ticket ticket;
};
template <class P>
struct Request {
    RequestId id;
    const typename P::Operation& operation;
};

template <class P>
using Input = std::variant<Start, Recover<P>, Receive<P>, Expire, Persisted, Worked, Request<P>>;

/// `after`: hold this output until that ticket is done; nothing holds nothing.
using After = std::optional<Ticket>;

template <class P>
struct Send {
    Send() = default;
    template <class M>
    Send(ProcessId receiver, M&& what, After held) : to(receiver), message(std::forward<M>(what)), after(held) {}
    ProcessId to;
    typename P::Message message;
    After after;
};
template <class P>
struct Reply {
    Reply() = default;
    Reply(RequestId of, const typename P::Result& what, After held) : request(of), result(what), after(held) {}
    RequestId request;
    typename P::Result result;
    After after;
};
struct Arm {
    TimerId timer;
    Duration delay;
};
struct Disarm {
    TimerId timer;
};
template <class P>
struct Append {
    LogId log;
    typename P::Record record;
};
struct Truncate {
    LogId log;
    std::uint64_t from;
};
template <class P>
struct Put {
    CellId cell;
    typename P::Cell value;
};
struct Sync {
    Ticket ticket;
};
struct StartWork {
    StartWork() = default;
    StartWork(Ticket name, const Work& what) : ticket(name), work(what) {}
    Ticket ticket;
    Work work;
};
struct Note {
    MetricId metric;
    std::int64_t value;
};

template <class P>
using Output = std::variant<Send<P>, Reply<P>, Arm, Disarm, Append<P>, Truncate, Put<P>, Sync, StartWork, Note>;

/// Collects what one step wants done. The driver clears and reuses it.
template <class P>
class Outbox {
public:
    /// Sends to a process, itself included. `message` is a P::Message, or what one is made of.
    template <class M>
    void send(ProcessId to, M&& message, After after = {}) {
        outputs_.emplace_back(std::in_place_type<Send<P>>, to, std::forward<M>(message), after);
    }
    /// The same for a message that is a variant: gives its alternative M, made empty, to be filled in where it lies.
    template <class M>
    M& send_new(ProcessId to, After after = {}) {
        outputs_.emplace_back(std::in_place_type<Send<P>>, to, std::in_place_type<M>, after);
        return *std::get_if<M>(&std::get_if<Send<P>>(&outputs_.back())->message);
    }
    /// Answers a request of this process; at most once per request.
    void reply(RequestId request, const typename P::Result& result, After after = {}) {
        outputs_.emplace_back(std::in_place_type<Reply<P>>, request, result, after);
    }
    /// Sets `timer` to expire `delay` from now, moving it if it is set. `delay` is not negative; a
    /// zero delay expires later in this same instant.
    void arm(TimerId timer, Duration delay) { outputs_.emplace_back(Arm{timer, delay}); }
    void disarm(TimerId timer) { outputs_.emplace_back(Disarm{timer}); }
    void append(LogId log, typename P::Record record) { outputs_.emplace_back(Append<P>{log, std::move(record)}); }
    /// Removes record `from` of `log` and all after it.
    void truncate(LogId log, std::uint64_t from) { outputs_.emplace_back(Truncate{log, from}); }
    void put(CellId cell, typename P::Cell value) { outputs_.emplace_back(Put<P>{cell, std::move(value)}); }
    Ticket sync() {
        const Ticket ticket = take_ticket();
        outputs_.emplace_back(Sync{ticket});
        return ticket;
    }
    Ticket work(const Work& work) {
        const Ticket ticket = take_ticket();
        outputs_.emplace_back(std::in_place_type<StartWork>, ticket, work);
        return ticket;
    }
    void note(MetricId metric, std::int64_t value) { outputs_.emplace_back(Note{metric, value}); }

    // For drivers: ------------------------------------------------------------------------------

    /// Begins a step of the process whose next ticket is `next`.
    void open(Ticket next) {
        outputs_.clear();
        next_ = next;
    }
    Ticket next_ticket() const { return next_; }
    std::vector<Output<P>>& outputs() { return outputs_; }
    const std::vector<Output<P>>& outputs() const { return outputs_; }

private:
    Ticket take_ticket() { return Ticket{next_.value++}; }

    std::vector<Output<P>> outputs_;
    Ticket next_{1};
};

/// What can be hosted. `Nothing` stands for an unused type.
template <class P>
concept Protocol = std::copyable<P> && requires(P p, Env& env, const Input<P>& input, Outbox<P>& outbox) {
    typename P::Message;
    typename P::Operation;
    typename P::Result;
    typename P::Record;
    typename P::Cell;
    { p.step(env, input, outbox) } -> std::same_as<void>;
};

/// Joins lambdas into one exhaustive visitor: `std::visit(Overloaded{[&](Start) {...}, ...}, input)`.
template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace orrery
