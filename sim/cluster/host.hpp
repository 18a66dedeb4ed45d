/// The simulated driver of the contract (sim/base/contract.hpp): lets protocol values live on nodes.
///
/// One host keeps all processes of one protocol. Its members are small until used: timers, tickets and
/// storage are made at first use, so that a million idle processes cost their values and 40 bytes each.
#pragma once

#include <functional>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/prefetch.hpp"
#include "sim/base/value_ptr.hpp"
#include "sim/base/wire.hpp"
#include "sim/cluster/cluster.hpp"
#include "sim/cluster/disk.hpp"
#include "sim/cluster/pending.hpp"
#include "sim/kernel/alarm.hpp"

namespace orrery {

template <Protocol P>
class Host final : public PortHost<typename P::Operation, typename P::Result> {
public:
    using Message = typename P::Message;
    using Operation = typename P::Operation;
    /// Makes the value of a process, at start and again after every crash.
    using Make = std::function<P(std::uint32_t local)>;

    struct Ids {
        ProcessId first;
        std::uint32_t entity_base;  ///< the entity of process p is entity_base + p
        std::uint32_t count;
    };
    /// For Cluster::add_host.
    Host(Cluster& cluster, std::size_t pool, Ids ids, Make make)
        : pool_(pool), first_(ids.first), entity_base_(ids.entity_base), make_(std::move(make)) {
        members_.reserve(ids.count);
        for (std::uint32_t local = 0; local < ids.count; ++local)
            members_.push_back(Member{make_(local), cluster.stream("process", ids.first.value + local), 1, {}});
    }

    std::unique_ptr<HostBase> clone() const override { return std::make_unique<Host>(*this); }
    std::size_t pool() const override { return pool_; }
    void prefetch(std::uint32_t local) const override {
        orrery::prefetch(&members_[local]);
        // A value that ends on the next line needs that too.
        orrery::prefetch(reinterpret_cast<const char*>(&members_[local]) + sizeof(Member) - 1);
    }

    const P& value(std::uint32_t local) const { return members_[local].value; }
    std::size_t size() const { return members_.size(); }
    ProcessId first() const { return first_; }

    bool drew(const Cluster& cluster) const override {
        for (std::size_t local = 0; local < members_.size(); ++local)
            if (members_[local].random != cluster.stream("process", first_.value + local)) return true;
        return false;
    }

    void start(Cluster& cluster, std::uint32_t local) override { step(cluster, local, Start{}); }

    void request(Cluster& cluster, std::uint32_t local, RequestId id, const Operation& operation) override {
        step(cluster, local, Request<P>{id, operation});
    }

    void receive(Cluster& cluster, std::uint32_t local, ProcessId from, std::uint32_t slot) override {
        MessagePool<Message>& pool = messages(cluster);
        if constexpr (std::is_trivially_copyable_v<Message>) {
            // Read where it lies: nothing is put into the pool before the step is over.
            const Message& message = pool.at(slot);
            cluster.kernel().fold(entity(local), from.value * golden_step + kind_of(message));
            run_step(cluster, local, Receive<P>{from, message});
            pool.release(slot);
            carry_out_all(cluster, local);
        } else {
            // Taken out, so that what it owns is freed when it has been read.
            const Message message = pool.take(slot);
            cluster.kernel().fold(entity(local), from.value * golden_step + kind_of(message));
            step(cluster, local, Receive<P>{from, message});
        }
    }

    bool timer_alive(std::uint32_t local, const Event& event) const override {
        const auto& extras = members_[local].extras;
        return extras && event.payload < extras->timers.size() && extras->timers[event.payload].alive(event);
    }
    void expire(Cluster& cluster, std::uint32_t local, const Event& event) override {
        if (members_[local].extras->timers[event.payload].goes_off(cluster.kernel(), event))
            step(cluster, local, Expire{TimerId(event.payload)});
    }

    bool sync_alive(std::uint32_t local, const Event& event) override {
        Member& member = members_[local];
        return member.extras && member.extras->pending.find(full_ticket(member, event.payload)) != nullptr;
    }
    bool timer_due(Cluster& cluster, std::uint32_t local, const Event& event) override {
        return members_[local].extras->timers[event.payload].due(cluster.kernel(), event);
    }
    void renumber_timer(std::uint32_t local, const Event& event, std::uint64_t order) override {
        members_[local].extras->timers[event.payload].renumber(event, order);
    }
    void persisted(Cluster& cluster, std::uint32_t local, const Event& event) override {
        Member& member = members_[local];
        const Ticket ticket = full_ticket(member, event.payload);
        member.extras->storage.end_sync(ticket);
        if (release(cluster, local, ticket)) step(cluster, local, Persisted{ticket});
    }
    void worked(Cluster& cluster, std::uint32_t local, Ticket ticket) override {
        if (release(cluster, local, ticket)) step(cluster, local, Worked{ticket});
    }

    std::size_t crash(Cluster& cluster, std::uint32_t local, CrashOf what) override {
        Member& member = members_[local];
        if (!member.extras) return 0;
        Extras& extras = *member.extras;
        for (Alarm& timer : extras.timers)
            if (timer.armed()) timer.disarm(cluster.kernel(), entity(local));
        extras.pending.for_each_open([&](const PendingTickets::Entry& entry) {
            for (std::uint32_t held = entry.first_held; held != PendingTickets::none;) held = drop(cluster, held);
            if (entry.state == PendingTickets::Entry::State::syncing) cluster.kernel().note_dead(entity(local));
        });
        extras.pending.clear();
        extras.storage.lose_process();
        return what == CrashOf::node ? extras.storage.lose_page_cache() : 0;
    }

    void recover(Cluster& cluster, std::uint32_t local) override {
        Member& member = members_[local];
        member.value = make_(local);
        step(cluster, local, Recover<P>{member.extras.ensure().storage});
    }

private:
    struct Extras {
        std::vector<Alarm> timers;  ///< by timer id: protocols number theirs densely
        PendingTickets pending;
        Storage<P> storage;
    };
    struct Member {
        P value;
        RandomStream random;
        std::uint64_t next_ticket;
        ValuePtr<Extras> extras;
    };
    /// A held message waits in the pool already.
    struct HeldSend {
        ProcessId to;
        std::uint32_t slot;
    };
    using HeldOutput = std::variant<std::monostate, HeldSend, Reply<P>>;
    struct Held {
        HeldOutput output;
        std::uint32_t next;
    };

    ProcessId process(std::uint32_t local) const { return ProcessId(first_.index() + local); }
    EntityId entity(std::uint32_t local) const { return Cluster::entity_of(process(local), entity_base_); }

    MessagePool<Message>& messages(Cluster& cluster) const {
        return static_cast<MessagePool<Message>&>(cluster.message_pool(pool_));
    }

    template <class M>
    static std::uint64_t kind_of(const M&) {
        return 1;
    }
    template <class... M>
    static std::uint64_t kind_of(const std::variant<M...>& message) {
        return message.index() + 1;
    }

    // An event carries the low half of a ticket; no process has 2^32 of them open.
    static Ticket full_ticket(const Member& member, std::uint32_t low) {
        std::uint64_t value = (member.next_ticket & ~std::uint64_t{0xffffffff}) | low;
        if (value >= member.next_ticket) value -= std::uint64_t{1} << 32;
        return Ticket{value};
    }

    template <class I>
    void step(Cluster& cluster, std::uint32_t local, const I& input) {
        run_step(cluster, local, input);
        carry_out_all(cluster, local);
    }

    /// Lets the value take its step; its outputs lie in the outbox afterwards.
    template <class I>
    void run_step(Cluster& cluster, std::uint32_t local, const I& input) {
        Member& member = members_[local];
        const RandomStream before = member.random;
        Env env{process(local), cluster.kernel().now(), member.random};
        outbox_.open(Ticket{member.next_ticket});
        member.value.step(env, Input<P>(input), outbox_);
        member.next_ticket = outbox_.next_ticket().value;
        if (member.random != before) cluster.kernel().fold(entity(local), member.random.state());
    }

    void carry_out_all(Cluster& cluster, std::uint32_t local) {
        for (Output<P>& output : outbox_.outputs()) {
            // The commonest first, without the jump through a table that a visit costs.
            if (auto* send = std::get_if<Send<P>>(&output)) {
                carry_out(cluster, local, *send);
            } else if (auto* reply = std::get_if<Reply<P>>(&output)) {
                carry_out(cluster, local, *reply);
            } else if (auto* work = std::get_if<StartWork>(&output)) {
                carry_out(cluster, local, *work);
            } else {
                std::visit([&](auto& what) { carry_out(cluster, local, what); }, output);
            }
        }
    }

    // What may be held is held if its ticket is open; everything else happens now.
    void carry_out(Cluster& cluster, std::uint32_t local, Send<P>& send) {
        PendingTickets::Entry* entry = send.after ? open_ticket(local, *send.after) : nullptr;
        const std::uint32_t slot = messages(cluster).put(std::move(send.message));
        if (entry == nullptr) return emit(cluster, local, {send.to, slot});
        hold(*entry).template emplace<HeldSend>(HeldSend{send.to, slot});
    }
    void carry_out(Cluster& cluster, std::uint32_t local, Reply<P>& reply) {
        PendingTickets::Entry* entry = reply.after ? open_ticket(local, *reply.after) : nullptr;
        if (entry == nullptr) return emit(cluster, local, reply);
        hold(*entry).template emplace<Reply<P>>(std::move(reply));
    }
    void carry_out(Cluster& cluster, std::uint32_t local, Arm& arm) {
        auto& timers = members_[local].extras.ensure().timers;
        if (arm.timer.index() >= timers.size()) timers.resize(arm.timer.index() + 1);
        const Time deadline = saturating_add(cluster.kernel().now(), arm.delay);
        timers[arm.timer.index()].arm(cluster.kernel(), {entity(local), kind_timer, arm.timer.value}, deadline);
    }
    void carry_out(Cluster& cluster, std::uint32_t local, Disarm& disarm) {
        const auto& extras = members_[local].extras;
        if (!extras || disarm.timer.index() >= extras->timers.size()) return;
        Alarm& timer = extras->timers[disarm.timer.index()];
        if (timer.armed()) timer.disarm(cluster.kernel(), entity(local));
    }
    void carry_out(Cluster&, std::uint32_t local, Append<P>& append) {
        members_[local].extras.ensure().storage.append(append.log, std::move(append.record));
    }
    void carry_out(Cluster&, std::uint32_t local, Truncate& truncate) {
        members_[local].extras.ensure().storage.truncate(truncate.log, truncate.from);
    }
    void carry_out(Cluster&, std::uint32_t local, Put<P>& put) {
        members_[local].extras.ensure().storage.put(put.cell, std::move(put.value));
    }
    void carry_out(Cluster& cluster, std::uint32_t local, Sync& sync) {
        Extras& extras = members_[local].extras.ensure();
        extras.pending.open(sync.ticket, PendingTickets::Entry::State::syncing);
        const std::uint64_t bytes = extras.storage.begin_sync(sync.ticket);
        const Time done = cluster.disk_sync(process(local), bytes, sync.ticket);
        cluster.kernel().schedule(entity(local), entity(local), done, kind_disk,
                                  static_cast<std::uint32_t>(sync.ticket.value));
    }
    void carry_out(Cluster& cluster, std::uint32_t local, StartWork& start) {
        members_[local].extras.ensure().pending.open(start.ticket, PendingTickets::Entry::State::working);
        cluster.submit(process(local), start.ticket, start.work);
    }
    void carry_out(Cluster& cluster, std::uint32_t local, Note& note) {
        this->notes_.push_back(NoteTaken{process(local), note.metric, cluster.kernel().now(), note.value});
    }

    void emit(Cluster& cluster, std::uint32_t local, HeldSend send) {
        const ProcessId from = process(local);
        if (cluster.calls(from, send.to))
            cluster.call(from, send.to, pool_, send.slot);
        else
            cluster.transmit(from, send.to, {pool_, send.slot, wire_size(messages(cluster).at(send.slot))});
    }
    void emit(Cluster&, std::uint32_t local, Reply<P>& reply) {
        this->answers_.push_back({process(local), reply.request, std::move(reply.result)});
    }

    /// The entry of a ticket that is open, or null.
    PendingTickets::Entry* open_ticket(std::uint32_t local, Ticket ticket) {
        const auto& extras = members_[local].extras;
        return extras ? extras->pending.find(ticket) : nullptr;
    }
    /// A place at the end of what a ticket holds.
    HeldOutput& hold(PendingTickets::Entry& entry) {
        std::uint32_t index = free_held_;
        if (index == PendingTickets::none) {
            index = static_cast<std::uint32_t>(held_.size());
            held_.emplace_back();
        } else {
            free_held_ = held_[index].next;
        }
        held_[index].next = PendingTickets::none;
        if (entry.first_held == PendingTickets::none)
            entry.first_held = index;
        else
            held_[entry.last_held].next = index;
        entry.last_held = index;
        return held_[index].output;
    }
    /// Frees a held output that was given up; the next one.
    std::uint32_t drop(Cluster& cluster, std::uint32_t index) {
        if (const auto* send = std::get_if<HeldSend>(&held_[index].output)) messages(cluster).release(send->slot);
        return discard(index);
    }
    std::uint32_t discard(std::uint32_t index) {
        const std::uint32_t next = std::exchange(held_[index].next, free_held_);
        held_[index].output.template emplace<std::monostate>();
        free_held_ = index;
        return next;
    }

    /// Lets go what `ticket` held, in order; false if the ticket is not open (any more).
    bool release(Cluster& cluster, std::uint32_t local, Ticket ticket) {
        PendingTickets& pending = members_[local].extras->pending;
        PendingTickets::Entry* entry = pending.find(ticket);
        if (entry == nullptr) return false;
        std::uint32_t held = entry->first_held;
        pending.close(*entry);
        while (held != PendingTickets::none) {
            // Neither way of emitting reaches back into this host before the event ends.
            HeldOutput& output = held_[held].output;
            if (const auto* send = std::get_if<HeldSend>(&output)) {
                emit(cluster, local, *send);
            } else {
                emit(cluster, local, std::get<Reply<P>>(output));
            }
            held = discard(held);
        }
        return true;
    }

    std::size_t pool_;
    ProcessId first_;
    std::uint32_t entity_base_;
    Make make_;
    std::vector<Member> members_;
    Outbox<P> outbox_;
    std::vector<Held> held_;
    std::uint32_t free_held_ = PendingTickets::none;
};

template <Protocol P>
std::size_t Cluster::add_host(const std::vector<NodeId>& nodes, std::function<P(std::uint32_t)> make) {
    const std::size_t pool = pool_for(std::make_unique<MessagePool<typename P::Message>>());
    const typename Host<P>::Ids ids{next_process(), process_base_, static_cast<std::uint32_t>(nodes.size())};
    return place_host(std::make_unique<Host<P>>(*this, pool, ids, std::move(make)), nodes);
}

}  // namespace orrery
