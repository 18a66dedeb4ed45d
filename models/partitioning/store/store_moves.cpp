/// How the coordinator moves units (store_map.hpp says in which steps, and why).
///
///     start --copying v--> fencing_old --> copying --handing over v+1--> fencing_copied --settled v+2--> fencing_moved
///           --> dropping --> done
///
/// A step is over when all that it waits for have confirmed, or lost their leases. When a member dies before `handing
/// over`, its units begin again, towards the newest layout.
#include <algorithm>

#include "models/partitioning/store/store_coordinator.hpp"
#include "sim/base/check.hpp"

namespace orrery::models {

void StoreCoordinator::go_on(Env& env, Box& outbox) {
    for (;;) {
        start_moves(env, outbox);
        if (map_.moving() && noted_ == Moving::no) {
            noted_ = Moving::yes;
            outbox.note(metric_id(StoreMetric::moving), static_cast<std::int64_t>(map_.units()));
        }
        if (!moves_.empty()) return;
        ORRERY_CHECK(!map_.moving(), "a unit of the store's map is behind and nobody moves it");
        if (noted_ == Moving::yes) {
            noted_ = Moving::no;
            outbox.note(metric_id(StoreMetric::moved), static_cast<std::int64_t>(map_.newest().members().size()));
        }
        haste_ = Haste::planned;
        end_change(outbox);
        if (!begin_change(outbox)) return;
    }
}

/// A node can join once it has been admitted.
bool StoreCoordinator::waits(const Change& change) const {
    if (change.what.kind == MemberChange::Kind::leave || map_.newest().has(change.what.member)) return false;
    const Node& node = nodes_[change.what.member.index()];
    return node.state != Node::State::leased || node.admitted == Node::Admission::told;
}

/// Begins, or refuses, the first change that does not wait for its node; false if there is none.
bool StoreCoordinator::begin_change(Box& outbox) {
    const auto next = std::find_if(changes_.begin(), changes_.end(), [&](const Change& one) { return !waits(one); });
    if (next == changes_.end()) return false;
    std::rotate(changes_.begin(), next, next + 1);
    const Change change = changes_.front();
    const MemberId member = change.what.member;
    const bool joins = change.what.kind == MemberChange::Kind::join;
    const bool is_member = map_.newest().has(member);
    // With fewer members than replicas some writes would be on fewer of them than acknowledged them.
    const std::size_t enough = spec_->quorums.replicas;
    if (joins ? is_member : !is_member || map_.newest().members().size() <= enough) {
        outbox.note(metric_id(StoreMetric::change_refused), member.value);
        if (change.request) outbox.reply(*change.request, {MemberChangeResult::Outcome::refused});
        changes_.erase(changes_.begin());
        return true;
    }
    MapChange layout;
    layout.kind = joins ? MapChange::Kind::joined : MapChange::Kind::left;
    layout.member = member;
    record(layout, outbox);
    under_way_ = member;
    outbox.note(metric_id(StoreMetric::change_begun), member.value);
    return true;
}

void StoreCoordinator::end_change(Box& outbox) {
    if (!under_way_) return;
    outbox.note(metric_id(StoreMetric::change_done), under_way_->value);
    if (changes_.front().request)
        outbox.reply(*changes_.front().request, {MemberChangeResult::Outcome::done}, durable_);
    changes_.erase(changes_.begin());
    under_way_.reset();
}

bool StoreCoordinator::in_move(UnitId unit) const {
    return std::any_of(moves_.begin(), moves_.end(), [&](const Move& move) {
        return unit.index() >= move.units.first.index() && unit.index() - move.units.first.index() < move.units.count;
    });
}

// Units that have nothing to move are settled; of the others, planned ones start one by one, urgent ones in runs.
void StoreCoordinator::start_moves(Env& env, Box& outbox) {
    if (!map_.moving()) return;
    const auto waits = [&](UnitId unit) {
        // A key that became a unit waits until no node serves it as part of another one.
        return map_.unit(unit).phase == StoreMap::Phase::settled && map_.behind(map_.unit(unit)) && !in_move(unit) &&
               (unit.index() < map_.keys().units() || !in_move(map_.parent_of(unit)));
    };
    for (std::size_t i = 0; i < map_.units();) {
        const UnitId unit(i++);
        if (map_.unit(unit).phase != StoreMap::Phase::settled && !in_move(unit)) {
            // Left over by a crash of this process.
            start_move(env, {unit, 1}, outbox);
            continue;
        }
        if (!waits(unit)) continue;
        const bool same = map_.same_in_newest(unit);
        if (!same && haste_ == Haste::planned && moves_.size() >= spec_->moves_at_once) continue;
        UnitRange run{unit, 1};
        if (same || haste_ == Haste::urgent)
            while (i < map_.units() && waits(UnitId(i)) && map_.same_in_newest(UnitId(i)) == same &&
                   map_.unit(UnitId(i)).base == map_.unit(unit).base)
                ++run.count, ++i;
        if (!same) {
            start_move(env, run, outbox);
            continue;
        }
        MapChange change;
        change.kind = MapChange::Kind::settled;
        change.units = run;
        record(change, outbox);
    }
}

void StoreCoordinator::start_move(Env& env, UnitRange units, Box& outbox) {
    Move move;
    move.units = units;
    if (map_.unit(units.first).phase == StoreMap::Phase::handing_over) {
        move.step = Move::Step::fencing_copied;
        move.map = map_.unit(units.first).changed;
    } else {
        MapChange change;
        change.kind = MapChange::Kind::copying;
        change.units = units;
        move.step = Move::Step::fencing_old;
        move.map = record(change, outbox);
    }
    move.waiting = holders(units);
    moves_.push_back(move);
    if (move.waiting.empty()) return next_step(env, moves_.back(), outbox);
    tell(env, moves_.back(), outbox);
}

/// Who may serve a request for these units, by whatever map of those that may be in use.
std::vector<MemberId> StoreCoordinator::holders(UnitRange units) const {
    std::vector<MemberId> all;
    for (std::size_t i = 0; i < units.count; ++i) {
        const std::vector<MemberId> some = map_.holders(UnitId(units.first.index() + i));
        all.insert(all.end(), some.begin(), some.end());
        if (!map_.keys().by_partition()) break;  // all slices of a range are alike
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    std::erase_if(all, [&](MemberId member) { return nodes_[member.index()].state != Node::State::leased; });
    return all;
}

/// Who has to look what it has to give.
std::vector<MemberId> StoreCoordinator::sources(UnitRange units) const {
    std::vector<MemberId> all = holders(units);
    const std::uint32_t base = map_.unit(units.first).base;
    std::erase_if(all, [&](MemberId member) { return !map_.live(member, base); });
    return all;
}

void StoreCoordinator::tell(Env& env, Move& move, Box& outbox) {
    move.told = env.now;
    for (const MemberId member : move.waiting) {
        switch (move.step) {
            case Move::Step::fencing_old:
            case Move::Step::fencing_copied:
            case Move::Step::fencing_moved:
                outbox.send(process(member), Fence{move.units, move.map}, durable_);
                break;
            case Move::Step::copying:
                outbox.send(process(member), CopyOut{move.units, move.map}, durable_);
                break;
            case Move::Step::dropping:
                outbox.send(process(member), Drop{move.units, move.map}, durable_);
                break;
        }
    }
}

void StoreCoordinator::confirmed(Env& env, MemberId member, Move::Step step, UnitRange units, std::uint32_t map,
                                 Box& outbox) {
    const auto move = std::find_if(moves_.begin(), moves_.end(), [&](const Move& one) {
        return one.step == step && one.units == units && one.map == map;
    });
    if (move == moves_.end() || std::erase(move->waiting, member) == 0) return;
    if (!move->waiting.empty()) return;
    next_step(env, *move, outbox);
    go_on(env, outbox);
}

/// The step is over: nobody is waited for any more. Ends the move after the last one.
void StoreCoordinator::next_step(Env& env, Move& move, Box& outbox) {
    MapChange change;
    change.units = move.units;
    switch (move.step) {
        case Move::Step::fencing_old:
            move.step = Move::Step::copying;
            move.waiting = sources(move.units);
            break;
        case Move::Step::copying:
            change.kind = MapChange::Kind::handing_over;
            move.map = record(change, outbox);
            move.step = Move::Step::fencing_copied;
            move.waiting = holders(move.units);
            break;
        case Move::Step::fencing_copied:
            move.waiting = holders(move.units);  // before it is settled: also those that it leaves
            change.kind = MapChange::Kind::settled;
            move.map = record(change, outbox);
            move.step = Move::Step::fencing_moved;
            move.leaving = move.waiting;
            break;
        case Move::Step::fencing_moved:
            move.step = Move::Step::dropping;
            move.waiting = move.leaving;
            std::erase_if(move.waiting,
                          [&](MemberId member) { return nodes_[member.index()].state != Node::State::leased; });
            break;
        case Move::Step::dropping: {
            const UnitRange units = move.units;
            std::erase_if(moves_, [&](const Move& one) { return one.units == units; });
            return;
        }
    }
    if (move.waiting.empty()) return next_step(env, move, outbox);
    tell(env, move, outbox);
}

/// A member is gone: nobody waits for it, and what was to be copied is to be copied otherwise.
void StoreCoordinator::move_without(Env& env, MemberId member, Affected affected, Box& outbox) {
    std::vector<UnitRange> stalled;
    for (Move& move : moves_) {
        std::erase(move.waiting, member);
        std::erase(move.leaving, member);
        if (affected == Affected::yes && (move.step == Move::Step::fencing_old || move.step == Move::Step::copying)) {
            MapChange change;
            change.kind = MapChange::Kind::copying;
            change.units = move.units;
            move.step = Move::Step::fencing_old;
            move.map = record(change, outbox);
            move.waiting = holders(move.units);
            std::erase(move.waiting, member);
            tell(env, move, outbox);
        }
        if (move.waiting.empty()) stalled.push_back(move.units);
    }
    for (const UnitRange& units : stalled) {
        const auto move =
            std::find_if(moves_.begin(), moves_.end(), [&](const Move& one) { return one.units == units; });
        if (move != moves_.end()) next_step(env, *move, outbox);
    }
}

}  // namespace orrery::models
