#include "models/partitioning/store/store_node.hpp"

#include <algorithm>

namespace orrery::models {

StoreNode::StoreNode(std::shared_ptr<const StoreNodeSpec> spec, std::shared_ptr<const StoreNodeShare> share)
    : spec_(std::move(spec)), share_(std::move(share)), map_(spec_->layout) {
    if (spec_->heat) heat_.emplace(spec_->heat->counters);
    if (share_->items == nullptr) return;
    items_.reserve(share_->mine.size());
    for (const std::uint32_t index : share_->mine) {
        const InitialItem& item = (*share_->items)[index];
        items_.set(item.key, {}, item.size);
    }
}

void StoreNode::step(Env& env, const Input<StoreNode>& input, Outbox<StoreNode>& outbox) {
    // The commonest first, without the jump through a table that a visit costs; so below.
    if (const auto* received = std::get_if<Receive<StoreNode>>(&input))
        return receive(env, received->from, received->message, outbox);
    std::visit(Overloaded{[&](const Start&) {
                              // The first members are admitted from the start.
                              if (spec_->layout->has(share_->member)) {
                                  admission_ = 1;
                                  lease_until_ = saturating_add(env.now, spec_->lease.value_or(Duration(0)));
                              }
                              begin(env, outbox);
                          },
                          [&](const Recover<StoreNode>& left) {
                              recover(left.storage);
                              begin(env, outbox);
                          },
                          [&](const Expire& expired) {
                              if (expired.timer == copy_timer) return go_on_copying(env, outbox);
                              if (expired.timer == heat_timer) return tell_heat(outbox);
                              renew(env, outbox);
                          },
                          [&](const Worked& done) { worked(env, done.ticket, outbox); }, [&](const Persisted&) {},
                          [&](const Request<StoreNode>&) {},
                          // Seen to above:
                          [&](const Receive<StoreNode>&) {}},
               input);
}

void StoreNode::begin(Env& env, Outbox<StoreNode>& outbox) {
    born_ = env.now;
    if (spec_->heat) outbox.arm(heat_timer, spec_->heat->every);
    if (!spec_->lease) {
        lease_until_ = time_max;
        return;
    }
    if (admission_ == 0) return renew(env, outbox);
    // A random phase, or all nodes would ask in the same instant for ever.
    const auto every = static_cast<std::uint64_t>(spec_->renew_every.count());
    outbox.arm(renew_timer, Duration(static_cast<std::int64_t>(env.random.below(every))));
}

void StoreNode::recover(const StorageView<StoreNode>& storage) {
    if (spec_->durability == Durability::memory) return items_.clear();
    // What it held at the start is on the disk; the log is what came after that.
    for (std::uint64_t i = 0; i < storage.log_size(log); ++i) {
        const StoreRecord& record = storage.record(log, i);
        switch (record.kind) {
            case StoreRecord::Kind::item:
                items_.set(record.key, record.version, record.body.size);
                break;
            case StoreRecord::Kind::dropped:
                items_.erase(record.key);
                break;
            case StoreRecord::Kind::given_up:
                items_.clear();
                break;
        }
    }
}

void StoreNode::receive(Env& env, ProcessId from, const StoreMessage& message, Outbox<StoreNode>& outbox) {
    if (const auto* request = std::get_if<Get>(&message)) return get(env, from, *request, outbox);
    if (const auto* request = std::get_if<Set>(&message)) return set(env, from, *request, outbox);
    std::visit(Overloaded{[&](const Lease& lease) { leased(env, lease, outbox); },
                          [&](const Fence& order) { fence(from, order, outbox); },
                          [&](const CopyOut& order) { copy_out(env, order, outbox); },
                          [&](const CopyItem& item) { copy_item(from, item, outbox); },
                          [&](const CopyTaken& taken) { copy_taken(env, taken, outbox); },
                          [&](const Drop& order) { drop(order, outbox); },
                          [&](const Published& news) { published(env, news, outbox); },
                          // Seen to above, or nothing that a node is sent:
                          [](const auto&) {}},
               message);
}

// Serving. -----------------------------------------------------------------------------------------------

bool StoreNode::admits(Env& env, ProcessId from, std::uint64_t call, std::uint32_t map, UnitId unit,
                       Outbox<StoreNode>& outbox) {
    if (env.now >= lease_until_) [[unlikely]] {
        outbox.send_new<NotServing>(from).call = call;
        return false;
    }
    const std::uint32_t fence = fence_of(unit);
    if (map < fence) [[unlikely]] {
        ++counts_.redirected;
        outbox.send(from, Redirect{call, fence});
        return false;
    }
    return true;
}

void StoreNode::get(Env& env, ProcessId from, const Get& request, Outbox<StoreNode>& outbox) {
    if (!admits(env, from, request.call, request.map, request.unit, outbox)) return;
    ++counts_.reads;
    if (heat_) [[unlikely]]
        count_heat(request.key, request.unit);
    After work;
    if (request.work > Duration(0)) work = outbox.work(Work{request.work});
    auto& answer = outbox.send_new<Found>(from, work);
    answer.call = request.call;
    const ItemTable::Item* item = items_.find(request.key);
    if (item == nullptr) {
        answer.what = Found::What::nothing;
        return;
    }
    counts_.bytes += item->size;
    answer.version = item->version();
    answer.body = Filler{item->size};
}

void StoreNode::set(Env& env, ProcessId from, const Set& request, Outbox<StoreNode>& outbox) {
    if (!admits(env, from, request.call, request.map, request.unit, outbox)) return;
    ++counts_.writes;
    if (heat_) [[unlikely]]
        count_heat(request.key, request.unit);
    if (request.work <= Duration(0)) return apply(env, from, request, {}, outbox);
    const Ticket work = outbox.work(Work{request.work});
    if (spec_->durability == Durability::memory) return apply(env, from, request, work, outbox);
    // First the work, then the disk.
    delayed_.push_back({work, from, request});
}

void StoreNode::worked(Env& env, Ticket ticket, Outbox<StoreNode>& outbox) {
    const auto found = std::lower_bound(delayed_.begin(), delayed_.end(), ticket,
                                        [](const Delayed& one, Ticket wanted) { return one.ticket < wanted; });
    if (found == delayed_.end() || found->ticket != ticket) return;
    const Delayed done = *found;
    delayed_.erase(found);
    // The unit may have been fenced, and copied, in the meantime.
    if (admits(env, done.from, done.set.call, done.set.map, done.set.unit, outbox))
        apply(env, done.from, done.set, {}, outbox);
}

void StoreNode::apply(Env&, ProcessId from, const Set& request, After work, Outbox<StoreNode>& outbox) {
    const bool taken = take(request.key, request.version, request.body.size, outbox);
    counts_.bytes += request.body.size;
    const After durable = taken ? synced(outbox) : After{};
    auto& answer = outbox.send_new<Stored>(from, durable ? durable : work);
    answer.call = request.call;
    answer.what = taken ? Stored::What::stored : Stored::What::full;
}

bool StoreNode::take(std::uint64_t key, const ItemVersion& version, std::uint32_t size, Outbox<StoreNode>& outbox) {
    const ItemTable::Item* known = items_.find(key);
    if (known != nullptr && known->version() >= version) return true;
    const std::int64_t before = known == nullptr ? 0 : known->size;
    if (share_->memory > 0 && items_.bytes() - before + size > share_->memory) return false;
    items_.set(key, version, size);
    if (spec_->durability != Durability::memory)
        outbox.append(log, StoreRecord{StoreRecord::Kind::item, key, version, Filler{size}});
    return true;
}

/// What an acknowledgement waits for. Also one of an item that was there: it may have been written a moment ago.
After StoreNode::synced(Outbox<StoreNode>& outbox) const {
    if (spec_->durability == Durability::memory) return {};
    const Ticket ticket = outbox.sync();
    return spec_->durability == Durability::synced ? After(ticket) : After{};
}

// Heat. --------------------------------------------------------------------------------------------------

void StoreNode::count_heat(std::uint64_t key, UnitId unit) {
    heat_->recent.add(key);
    heat_->all.add(key);
    if (heat_->units.size() <= unit.index()) heat_->units.resize(unit.index() + 1);
    ++heat_->units[unit.index()];
}

void StoreNode::tell_heat(Outbox<StoreNode>& outbox) {
    const std::uint64_t all = heat_->recent.items();
    outbox.send(spec_->coordinator, HotKey{0, 0, all});
    for (const SpaceSaving::Count& one : heat_->recent.counts()) {
        // What it is sure of: a key that was counted in another's place is not hot.
        const std::uint64_t sure = one.count - one.error;
        if (static_cast<double>(sure) >= spec_->heat->share * static_cast<double>(all) && sure > 0)
            outbox.send(spec_->coordinator, HotKey{one.item, sure, 0});
    }
    heat_->recent.clear();
    outbox.arm(heat_timer, spec_->heat->every);
}

// Leases and fences. -------------------------------------------------------------------------------------

void StoreNode::renew(Env& env, Outbox<StoreNode>& outbox) {
    outbox.send(spec_->coordinator, Renew{env.now, born_, admission_});
    outbox.arm(renew_timer, spec_->renew_every);
}

void StoreNode::leased(Env& env, const Lease& lease, Outbox<StoreNode>& outbox) {
    // One that was asked for in an earlier life says nothing to this one.
    if (!spec_->lease || lease.asked < born_ || lease.admission < admission_) return;
    if (lease.admission > admission_) {
        admission_ = lease.admission;
        // A fence may have overtaken this.
        floor_ = std::max(floor_, lease.map);
        for (std::uint32_t& fence : fences_) fence = std::max(fence, lease.map);
        delayed_.clear();
        copying_ = {};
        outbox.disarm(copy_timer);
        if (lease.items == Lease::Items::given_up) {
            items_.clear();
            if (spec_->durability != Durability::memory) {
                outbox.append(log, StoreRecord{StoreRecord::Kind::given_up, 0, {}, {}});
                outbox.sync();
            }
        }
        renew(env, outbox);  // says that it is admitted
    }
    lease_until_ = std::max(lease_until_, saturating_add(lease.asked, *spec_->lease));
}

void StoreNode::fence(ProcessId from, const Fence& fence, Outbox<StoreNode>& outbox) {
    const std::size_t end = fence.units.first.index() + fence.units.count;
    if (fences_.size() < end) fences_.resize(end, floor_);
    for (std::size_t i = fence.units.first.index(); i < end; ++i) fences_[i] = std::max(fences_[i], fence.map);
    outbox.send(from, Fenced{fence.units, fence.map});
}

}  // namespace orrery::models
