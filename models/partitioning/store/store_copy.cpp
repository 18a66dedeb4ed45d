/// How a store's node copies items to others and gives items up (store_node.hpp).
///
/// One batch is on its way at a time: it is sent item by item, those that were not taken are sent again, and the next
/// one leaves when all of it was taken and the throttle allows.
#include <algorithm>

#include "models/partitioning/store/store_metrics.hpp"
#include "models/partitioning/store/store_node.hpp"
#include "sim/base/check.hpp"
#include "sim/base/wide.hpp"

namespace orrery::models {

void StoreNode::copy_out(Env& env, const CopyOut& order, Outbox<StoreNode>& outbox) {
    const CopyJob job{order.units, order.map};
    if (map_.version() < job.map) outbox.send(spec_->coordinator, FetchMap{map_.version()});
    // It may be told again, because the coordinator has not heard yet.
    if (std::find(copying_.jobs.begin(), copying_.jobs.end(), job) != copying_.jobs.end()) return;
    copying_.jobs.push_back(job);
    if (copying_.state == Copying::State::idle) go_on_copying(env, outbox);
}

void StoreNode::drop(const Drop& order, Outbox<StoreNode>& outbox) {
    const CopyJob job{order.units, order.map};
    if (std::find(copying_.drops.begin(), copying_.drops.end(), job) == copying_.drops.end())
        copying_.drops.push_back(job);
    if (map_.version() < order.map) {
        outbox.send(spec_->coordinator, FetchMap{map_.version()});
    } else {
        carry_out_drops(outbox);
    }
}

void StoreNode::published(Env& env, const Published& news, Outbox<StoreNode>& outbox) {
    if (news.change.version == map_.version() + 1) map_.apply(news.change);
    if (map_.version() < news.latest) {
        // The last one has come and one before it has not. If it is the last that was lost, it is asked for when the
        // coordinator tells again what to do.
        if (news.change.version == news.latest) outbox.send(spec_->coordinator, FetchMap{map_.version()});
        return;
    }
    carry_out_drops(outbox);
    if (copying_.state == Copying::State::idle) go_on_copying(env, outbox);
}

void StoreNode::carry_out_drops(Outbox<StoreNode>& outbox) {
    std::vector<CopyJob> waiting;
    waiting.swap(copying_.drops);
    for (const CopyJob& order : waiting) {
        if (map_.version() < order.map) {
            copying_.drops.push_back(order);
        } else {
            carry_out(order, outbox);
            outbox.send(spec_->coordinator, Dropped{order.units, order.map});
        }
    }
}

// An order may come twice, and late: units may have moved back here since, and the only copies that count be among what
// it would take away. So an order counts once, and not where a later map was told of. (The coordinator moves no unit
// before its drops are confirmed: there is no later map that this node was not told of while an order is on its way for
// the first time.)
void StoreNode::carry_out(const CopyJob& order, Outbox<StoreNode>& outbox) {
    const std::size_t end = order.units.first.index() + order.units.count;
    if (copying_.dropped.size() < end) copying_.dropped.resize(end, 0);
    MemberArray old;
    MemberArray fresh;
    const std::vector<std::uint64_t> keys = items_.keys([&](std::uint64_t key) {
        const UnitId unit = map_.unit_of(key);
        if (!range_has(order.units, unit) || copying_.dropped[unit.index()] >= order.map || fence_of(unit) > order.map)
            return false;
        const StoreMap::Place here = map_.place(key, old, fresh);
        const auto* old_end = old.data() + here.olds;
        const auto* fresh_end = fresh.data() + here.news;
        return std::find(static_cast<const MemberId*>(old.data()), old_end, share_->member) == old_end &&
               std::find(static_cast<const MemberId*>(fresh.data()), fresh_end, share_->member) == fresh_end;
    });
    for (const std::uint64_t key : keys) {
        items_.erase(key);
        if (spec_->durability != Durability::memory)
            outbox.append(log, StoreRecord{StoreRecord::Kind::dropped, key, {}, {}});
    }
    for (std::size_t i = order.units.first.index(); i < end; ++i)
        copying_.dropped[i] = std::max(copying_.dropped[i], order.map);
}

/// Whether the map has gone on, so that nobody waits for this any more.
bool StoreNode::outdated(const CopyJob& job) const {
    return map_.version() >= job.map && map_.unit(job.units.first).changed != job.map;
}

void StoreNode::go_on_copying(Env& env, Outbox<StoreNode>& outbox) {
    for (;;) {
        if (copying_.jobs.empty()) return;
        const CopyJob& job = copying_.jobs.front();
        if (outdated(job)) {
            copying_.jobs.erase(copying_.jobs.begin());
            copying_.state = Copying::State::idle;
            continue;
        }
        if (copying_.state == Copying::State::idle) {
            if (map_.version() < job.map) return;  // it has been asked for
            start_job();
        }
        if (copying_.sent + copying_.count < copying_.outgoing.size() || copying_.count > 0) break;
        end_job(outbox);
    }
    if (copying_.count == 0) {
        if (env.now < copying_.next_at) return outbox.arm(copy_timer, copying_.next_at - env.now);
        choose_batch(env);
    }
    send_batch(env, outbox);
}

void StoreNode::start_job() {
    const CopyJob& job = copying_.jobs.front();
    copying_.state = Copying::State::started;
    copying_.outgoing.clear();
    copying_.sent = copying_.count = 0;
    const std::vector<std::uint64_t> keys =
        items_.keys([&](std::uint64_t key) { return range_has(job.units, map_.unit_of(key)); });
    for (const std::uint64_t key : keys) {
        map_.copy_sources(key, spec_->quorums, [&](MemberId source, MemberId target) {
            if (source == share_->member) copying_.outgoing.push_back({target, key});
        });
    }
    std::sort(copying_.outgoing.begin(), copying_.outgoing.end());
}

/// The next items for one target, at least one.
void StoreNode::choose_batch(Env& env) {
    copying_.batch = std::max(copying_.batch + 1, static_cast<std::uint64_t>(env.now.time_since_epoch().count()));
    copying_.taken = 0;
    copying_.count = 0;
    std::int64_t bytes = 0;
    for (std::size_t i = copying_.sent; i < copying_.outgoing.size() && copying_.count < batch_items; ++i) {
        const ItemTable::Item* item = items_.find(copying_.outgoing[i].key);
        bytes += item == nullptr ? 0 : item->size;
        if (copying_.count > 0 && (copying_.outgoing[i].to != copying_.outgoing[i - 1].to || bytes > batch_bytes))
            return;
        ++copying_.count;
    }
}

/// Sends what of the batch was not taken yet.
void StoreNode::send_batch(Env& env, Outbox<StoreNode>& outbox) {
    std::int64_t bytes = 0;
    for (std::size_t i = 0; i < copying_.count; ++i) {
        const Outgoing& next = copying_.outgoing[copying_.sent + i];
        const ItemTable::Item* item = items_.find(next.key);
        ORRERY_CHECK(item != nullptr, "an item that is being copied is gone");
        const std::uint32_t size = item->size;
        bytes += size;
        if ((copying_.taken >> i & 1u) != 0) continue;
        auto& copy = outbox.send_new<CopyItem>(spec_->nodes[next.to.index()]);
        copy.key = next.key;
        copy.version = item->version();
        copy.batch = copying_.batch;
        copy.index = static_cast<std::uint8_t>(i);
        copy.count = static_cast<std::uint8_t>(copying_.count);
        copy.body = Filler{size};
    }
    copying_.bytes = bytes;
    Duration pause{};
    if (spec_->copy_bandwidth > 0)
        pause =
            Duration(static_cast<std::int64_t>(static_cast<Wide>(bytes) * 8 * 1'000'000'000 / spec_->copy_bandwidth));
    copying_.next_at = saturating_add(env.now, pause);
    outbox.arm(copy_timer, std::max(pause, spec_->resend_after));
}

void StoreNode::copy_item(ProcessId from, const CopyItem& item, Outbox<StoreNode>& outbox) {
    if (!take(item.key, item.version, item.body.size, outbox)) return;  // no memory: it will be sent again
    auto& taken = outbox.send_new<CopyTaken>(from, synced(outbox));
    taken.batch = item.batch;
    taken.index = item.index;
}

void StoreNode::copy_taken(Env& env, const CopyTaken& taken, Outbox<StoreNode>& outbox) {
    if (copying_.state == Copying::State::idle || taken.batch != copying_.batch || taken.index >= copying_.count)
        return;
    copying_.taken |= std::uint64_t{1} << taken.index;
    const std::uint64_t all = copying_.count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << copying_.count) - 1;
    if (copying_.taken != all) return;
    outbox.note(metric_id(StoreMetric::copied_items), static_cast<std::int64_t>(copying_.count));
    outbox.note(metric_id(StoreMetric::copied_bytes), copying_.bytes);
    copying_.sent += copying_.count;
    copying_.count = 0;
    outbox.disarm(copy_timer);
    go_on_copying(env, outbox);
}

void StoreNode::end_job(Outbox<StoreNode>& outbox) {
    const CopyJob job = copying_.jobs.front();
    outbox.send(spec_->coordinator, CopiedOut{job.units, job.map});
    copying_.jobs.erase(copying_.jobs.begin());
    copying_.state = Copying::State::idle;
}

}  // namespace orrery::models
