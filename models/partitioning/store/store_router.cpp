#include "models/partitioning/store/store_router.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "sim/base/check.hpp"

namespace orrery::models {

StoreRouter::StoreRouter(std::shared_ptr<const StoreRouterSpec> spec) : spec_(std::move(spec)), map_(spec_->layout) {}

void StoreRouter::step(Env& env, const Input<StoreRouter>& input, Outbox<StoreRouter>& outbox) {
    // The commonest first, without the jump through a table that a visit costs; so below.
    if (const auto* received = std::get_if<Receive<StoreRouter>>(&input))
        return receive(env, received->from, received->message, outbox);
    if (const auto* request = std::get_if<Request<StoreRouter>>(&input)) {
        const std::uint32_t slot = open(env, request->operation);
        calls_[slot].request = request->id;
        return attempt(env, slot, outbox);
    }
    std::visit(Overloaded{[&](const Start&) { begin(env); }, [&](const Recover<StoreRouter>&) { begin(env); },
                          [&](const Expire&) { sweep(env, outbox); }, [&](const Persisted&) {}, [&](const Worked&) {},
                          // Seen to above:
                          [&](const Receive<StoreRouter>&) {}, [&](const Request<StoreRouter>&) {}},
               input);
}

void StoreRouter::begin(Env& env) {
    // Attempts of this life are numbered above those of every earlier one, whose answers may still be on their way: no
    // router starts an attempt every 64 ns for its whole life.
    serial_ = static_cast<std::uint64_t>(env.now.time_since_epoch().count()) / 64 + 1;
}

std::uint32_t StoreRouter::open(Env& env, const StoreRequest& operation) {
    std::uint32_t slot = free_call_;
    if (slot == none) {
        slot = static_cast<std::uint32_t>(calls_.size());
        ORRERY_CHECK(slot < (1u << slot_bits), "a client of the store has a million requests under way");
        calls_.emplace_back();
    } else {
        free_call_ = calls_[slot].next_free;
    }
    Call& call = calls_[slot];
    call = Call{};
    call.operation = operation;
    call.began = env.now;
    if (operation.access == StoreAccess::write) {
        last_stamp_ = std::max(env.now.time_since_epoch().count(), last_stamp_ + 1);
        call.version = {last_stamp_, env.self.value};
    }
    return slot;
}

void StoreRouter::attempt(Env& env, std::uint32_t slot, Outbox<StoreRouter>& outbox) {
    Call& call = calls_[slot];
    close_quorum(call);
    call.name = serial_++ << slot_bits | slot;
    call.state = Call::State::asking;
    const bool thin = !spec_->proxies.empty();
    // A proxy has attempts of its own.
    const Duration patience = thin ? spec_->timeout * (spec_->attempts + 1) : spec_->timeout;
    deadlines_.push_back({saturating_add(env.now, patience), call.name});
    if (sweeping_ == Sweeping::no) {
        sweeping_ = Sweeping::yes;
        outbox.arm(sweep_timer, patience);
    }
    if (thin) {
        const auto proxy = static_cast<std::size_t>(env.random.below(spec_->proxies.size()));
        auto& forward = outbox.send_new<Forward>(spec_->proxies[proxy]);
        forward.call = call.name;
        forward.request = call.operation;
        if (call.operation.access == StoreAccess::write) forward.body = Filler{call.operation.size};
        return;
    }
    const StoreMap::Place place = map_.place(call.operation.key, old_, fresh_);
    if (call.operation.access == StoreAccess::read) return read(env, slot, place, outbox);
    write(slot, place, outbox);
}

void StoreRouter::read(Env& env, std::uint32_t slot, const StoreMap::Place& place, Outbox<StoreRouter>& outbox) {
    Call& call = calls_[slot];
    const bool handing_over = place.phase == StoreMap::Phase::handing_over;
    const MemberArray& readers = handing_over ? fresh_ : old_;
    const std::size_t count = handing_over ? place.news : place.olds;
    const std::size_t needed = spec_->quorums.reads;
    if (count < needed) {
        call.state = Call::State::short_of_replicas;
        return;
    }
    // A later attempt goes to the next ones.
    if (call.attempts == 0)
        call.first = spec_->read_from == StoreRouterSpec::ReadFrom::owner || count == 1
                         ? std::uint8_t{0}
                         : static_cast<std::uint8_t>(env.random.below(count));
    const std::size_t first = (call.first + call.attempts) % count;
    if (needed > 1) {
        Quorum& quorum = quorum_of(call);
        MemberArray chosen;
        for (std::size_t i = 0; i < needed; ++i) chosen[i] = readers[(first + i) % count];
        ask(quorum, chosen, needed, quorum.olds);
        quorum.old_needed = static_cast<std::uint8_t>(needed);
    }
    for (std::size_t i = 0; i < needed; ++i) {
        auto& get = outbox.send_new<Get>(spec_->nodes[readers[(first + i) % count].index()]);
        get.call = call.name;
        get.key = call.operation.key;
        get.work = call.operation.work;
        get.map = map_.version();
        get.unit = place.unit;
    }
}

void StoreRouter::write(std::uint32_t slot, const StoreMap::Place& place, Outbox<StoreRouter>& outbox) {
    Call& call = calls_[slot];
    const Quorums& quorums = spec_->quorums;
    std::size_t needed = quorums.writes_of(place.width);
    std::size_t new_needed = 0;
    if (place.phase != StoreMap::Phase::settled) {
        // Those of the old replicas that are left are all that may be read; the full number is on the new ones.
        needed = std::min<std::size_t>(needed, place.olds);
        new_needed = quorums.writes_of(place.target_width);
    }
    if (place.olds < needed || place.news < new_needed) {
        call.state = Call::State::short_of_replicas;
        return;
    }
    Quorum& quorum = quorum_of(call);
    ask(quorum, old_, place.olds, quorum.olds);
    if (place.phase != StoreMap::Phase::settled) ask(quorum, fresh_, place.news, quorum.news);
    quorum.old_needed = static_cast<std::uint8_t>(needed);
    quorum.new_needed = static_cast<std::uint8_t>(new_needed);
    for (std::size_t i = 0; i < quorum.count; ++i) {
        auto& set = outbox.send_new<Set>(spec_->nodes[quorum.asked[i].index()]);
        set.call = call.name;
        set.key = call.operation.key;
        set.version = call.version;
        set.work = call.operation.work;
        set.map = map_.version();
        set.unit = place.unit;
        set.body = Filler{call.operation.size};
    }
}

void StoreRouter::receive(Env& env, ProcessId from, const StoreMessage& message, Outbox<StoreRouter>& outbox) {
    if (const auto* answer = std::get_if<Found>(&message)) return found(env, from, *answer, outbox);
    if (const auto* answer = std::get_if<Stored>(&message)) return stored(env, from, *answer, outbox);
    std::visit(Overloaded{[&](const Redirect& answer) { redirected(env, answer, outbox); },
                          [&](const NotServing& answer) { not_serving(env, answer, outbox); },
                          [&](const Published& news) { published(env, news, outbox); },
                          [&](const Forward& forward) {
                              const std::uint32_t slot = open(env, forward.request);
                              calls_[slot].from = Call::From::client;
                              calls_[slot].client = from;
                              calls_[slot].client_call = forward.call;
                              attempt(env, slot, outbox);
                          },
                          [&](const Forwarded& answer) { forwarded(env, answer, outbox); },
                          // Seen to above, or nothing that a router is sent:
                          [](const auto&) {}},
               message);
}

void StoreRouter::found(Env& env, ProcessId from, const Found& answer, Outbox<StoreRouter>& outbox) {
    Call* call = call_of(answer.call);
    if (call == nullptr) return;  // the answer to an attempt that was given up
    const std::uint32_t size = answer.what == Found::What::item ? answer.body.size : Quorum::nothing;
    ItemVersion best = answer.version;
    std::uint32_t best_size = size;
    if (call->quorum != none) {
        Quorum& quorum = quorums_[call->quorum];
        if (!count_answer(quorum, from)) return;
        if (size != Quorum::nothing && (quorum.best_size == Quorum::nothing || answer.version > quorum.best)) {
            quorum.best = answer.version;
            quorum.best_size = size;
        }
        if (!complete(quorum)) return;
        best = quorum.best;
        best_size = quorum.best_size;
    }
    call->version = best;
    call->operation.size = best_size == Quorum::nothing ? 0 : best_size;
    finish(env, slot_of(*call), best_size == Quorum::nothing ? StoreOutcome::absent : StoreOutcome::ok, outbox);
}

void StoreRouter::stored(Env& env, ProcessId from, const Stored& answer, Outbox<StoreRouter>& outbox) {
    Call* call = call_of(answer.call);
    if (call == nullptr) return;
    if (answer.what == Stored::What::full) return finish(env, slot_of(*call), StoreOutcome::refused, outbox);
    Quorum& quorum = quorums_[call->quorum];
    if (count_answer(quorum, from) && complete(quorum)) finish(env, slot_of(*call), StoreOutcome::ok, outbox);
}

void StoreRouter::redirected(Env& env, const Redirect& answer, Outbox<StoreRouter>& outbox) {
    Call* call = call_of(answer.call);
    if (call == nullptr || call->state == Call::State::parked) return;
    if (call->redirects != 255) ++call->redirects;
    wanted_version_ = std::max(wanted_version_, answer.map);
    // The map may have come since the request was sent.
    if (map_.version() >= answer.map) return attempt(env, slot_of(*call), outbox);
    call->state = Call::State::parked;
    parked_.push_back(call->name);
    fetch(env, outbox);
}

void StoreRouter::not_serving(Env& env, const NotServing& answer, Outbox<StoreRouter>& outbox) {
    Call* call = call_of(answer.call);
    if (call == nullptr) return;
    fetch(env, outbox);
    // Others may answer, or this one once it has a lease again; a read of one replica asks another at once.
    if (call->operation.access == StoreAccess::write || call->quorum != none) return;
    if (++call->attempts < spec_->attempts) return attempt(env, slot_of(*call), outbox);
    finish(env, slot_of(*call), StoreOutcome::unavailable, outbox);
}

void StoreRouter::published(Env& env, const Published& news, Outbox<StoreRouter>& outbox) {
    if (news.change.version == map_.version() + 1) map_.apply(news.change);
    if (map_.version() < news.latest) {
        // The last one has come and one before it has not.
        if (news.change.version == news.latest) {
            fetching_ = Fetching::no;
            fetch(env, outbox);
        }
        return;
    }
    fetching_ = Fetching::no;
    restart_parked(env, outbox);
}

void StoreRouter::restart_parked(Env& env, Outbox<StoreRouter>& outbox) {
    std::vector<std::uint64_t> parked;
    parked.swap(parked_);
    for (const std::uint64_t name : parked)
        if (const Call* call = call_of(name)) attempt(env, slot_of(*call), outbox);
}

void StoreRouter::fetch(Env&, Outbox<StoreRouter>& outbox) {
    if (fetching_ == Fetching::yes) return;  // lost ones are sent again by the sweep
    fetching_ = Fetching::yes;
    outbox.send(spec_->coordinator, FetchMap{map_.version()});
}

void StoreRouter::forwarded(Env& env, const Forwarded& answer, Outbox<StoreRouter>& outbox) {
    Call* call = call_of(answer.call);
    if (call == nullptr) return;
    const StoreResult& result = answer.result;
    call->version = result.version;
    call->operation.size = result.size;
    call->redirects = result.redirects;
    call->attempts = static_cast<std::uint8_t>(std::min(255, call->attempts + result.retries));
    finish(env, slot_of(*call), result.outcome, outbox);
}

void StoreRouter::sweep(Env& env, Outbox<StoreRouter>& outbox) {
    // Attempts started here have their deadlines behind all that are due now.
    while (next_deadline_ < deadlines_.size()) {
        const Deadline due = deadlines_[next_deadline_];
        Call* call = call_of(due.name);
        if (call != nullptr && due.at > env.now) break;
        ++next_deadline_;
        if (call != nullptr) overdue(env, slot_of(*call), outbox);
    }
    deadlines_.erase(deadlines_.begin(), deadlines_.begin() + static_cast<std::ptrdiff_t>(next_deadline_));
    next_deadline_ = 0;
    if (deadlines_.empty()) {
        sweeping_ = Sweeping::no;
    } else {
        outbox.arm(sweep_timer, deadlines_.front().at - env.now);
    }
}

void StoreRouter::overdue(Env& env, std::uint32_t slot, Outbox<StoreRouter>& outbox) {
    Call& call = calls_[slot];
    const bool short_of = call.state == Call::State::short_of_replicas;
    // Perhaps somebody has died, and the map says so by now.
    if (spec_->proxies.empty()) {
        fetching_ = Fetching::no;
        fetch(env, outbox);
    }
    if (++call.attempts < spec_->attempts) return attempt(env, slot, outbox);
    finish(env, slot, short_of ? StoreOutcome::unavailable : StoreOutcome::timed_out, outbox);
}

void StoreRouter::finish(Env& env, std::uint32_t slot, StoreOutcome outcome, Outbox<StoreRouter>& outbox) {
    Call& call = calls_[slot];
    StoreResult result;
    result.version = call.version;
    result.took = env.now - call.began;
    result.size = call.operation.size;
    result.access = call.operation.access;
    result.outcome = outcome;
    result.retries = outcome == StoreOutcome::timed_out || outcome == StoreOutcome::unavailable
                         ? static_cast<std::uint8_t>(call.attempts - 1)
                         : call.attempts;
    result.redirects = call.redirects;
    result.during = map_.moving() ? StoreResult::During::moving : StoreResult::During::calm;
    if (call.from == Call::From::here) {
        outbox.reply(call.request, result);
    } else {
        auto& answer = outbox.send_new<Forwarded>(call.client);
        answer.call = call.client_call;
        answer.result = result;
        if (call.operation.access == StoreAccess::read) answer.body = Filler{call.operation.size};
    }
    close_quorum(call);
    call.name = 0;
    call.next_free = free_call_;
    free_call_ = slot;
}

StoreRouter::Quorum& StoreRouter::quorum_of(Call& call) {
    if (free_quorum_ == none) {
        call.quorum = static_cast<std::uint32_t>(quorums_.size());
        quorums_.emplace_back();
    } else {
        call.quorum = free_quorum_;
        free_quorum_ = quorums_[free_quorum_].next_free;
    }
    Quorum& quorum = quorums_[call.quorum];
    quorum.answered = quorum.olds = quorum.news = 0;
    quorum.count = quorum.old_needed = quorum.new_needed = 0;
    quorum.best = {};
    quorum.best_size = Quorum::nothing;
    return quorum;
}

void StoreRouter::close_quorum(Call& call) {
    if (call.quorum == none) return;
    quorums_[call.quorum].next_free = free_quorum_;
    free_quorum_ = std::exchange(call.quorum, none);
}

void StoreRouter::ask(Quorum& quorum, const MemberArray& members, std::size_t count, std::uint32_t& mask) {
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t place = 0;
        while (place < quorum.count && quorum.asked[place] != members[i]) ++place;
        if (place == quorum.count) quorum.asked[quorum.count++] = members[i];
        mask |= 1u << place;
    }
}

bool StoreRouter::count_answer(Quorum& quorum, ProcessId from) const {
    for (std::size_t i = 0; i < quorum.count; ++i) {
        if (spec_->nodes[quorum.asked[i].index()] != from) continue;
        const std::uint32_t bit = 1u << i;
        if ((quorum.answered & bit) != 0) return false;
        quorum.answered |= bit;
        return true;
    }
    return false;
}

bool StoreRouter::complete(const Quorum& quorum) {
    return std::popcount(quorum.answered & quorum.olds) >= quorum.old_needed &&
           std::popcount(quorum.answered & quorum.news) >= quorum.new_needed;
}

}  // namespace orrery::models
