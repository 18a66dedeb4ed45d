/// What the coordinator does about hot keys (store_coordinator.hpp): a key that takes more than its share of all
/// requests becomes a unit of its own, with more replicas, or apart from the rest of its partition; and moves there and
/// back as units do.
#include <algorithm>

#include "models/partitioning/store/store_coordinator.hpp"

namespace orrery::models {

void StoreCoordinator::judge_heat(Env& env, Box& outbox) {
    judged_ = env.now;
    std::sort(warm_.begin(), warm_.end(), [](const Warm& a, const Warm& b) { return a.key < b.key; });
    std::vector<Warm> sums;
    for (const Warm& one : warm_) {
        if (sums.empty() || sums.back().key != one.key) sums.push_back({one.key, 0});
        sums.back().requests += one.requests;
    }
    const auto share = [&](std::uint64_t requests) {
        return requests_ == 0 ? 0 : static_cast<double>(requests) / static_cast<double>(requests_);
    };
    const HotPlace usual{spec_->quorums.replicas, HotPlace::Where::with_unit};
    // The hottest first, for there may be no room for all.
    std::sort(sums.begin(), sums.end(), [](const Warm& a, const Warm& b) {
        return a.requests != b.requests ? a.requests > b.requests : a.key < b.key;
    });
    for (const Warm& one : sums)
        if (share(one.requests) >= spec_->hot->share) make_hot(env, one.key, spec_->hot->place, outbox);
    if (requests_ > 0) {
        for (const std::uint64_t key : map_.hot_keys()) {
            const auto found = std::find_if(sums.begin(), sums.end(), [&](const Warm& one) { return one.key == key; });
            if (found == sums.end() || share(found->requests) < spec_->hot->share / 2)
                make_hot(env, key, usual, outbox);
        }
    }
    warm_.clear();
    requests_ = 0;
}

/// Has a key moved to `place`, unless it is there. What cannot be done now is done in a later period.
void StoreCoordinator::make_hot(Env& env, std::uint64_t key, HotPlace place, Box& outbox) {
    const UnitId unit = map_.unit_of(key);
    const StoreMap::Unit& now = map_.unit(unit);
    if (now.wanted == place || now.phase != StoreMap::Phase::settled || in_move(unit)) return;
    const bool is_new = !map_.hot_unit(key).has_value();
    if (is_new && (map_.hot_units() >= spec_->hot->keys_max || map_.newest().members().size() < place.replicas)) return;
    MapChange change;
    change.kind = MapChange::Kind::hot;
    change.units = {unit, 1};
    change.key = key;
    change.hot = place;
    const std::uint32_t version = record(change, outbox);
    const bool cools = place.replicas == spec_->quorums.replicas && place.where == HotPlace::Where::with_unit;
    outbox.note(metric_id(cools ? StoreMetric::cooled_down : StoreMetric::became_hot), static_cast<std::int64_t>(key));
    if (is_new) fence_only(env, unit, version, outbox);
}

/// Who does not know yet that a key is a unit asks by the one that it was of: until no node serves that, it stays.
void StoreCoordinator::fence_only(Env& env, UnitId unit, std::uint32_t map, Box& outbox) {
    Move fence;
    fence.units = {unit, 1};
    fence.step = Move::Step::fencing_moved;
    fence.map = map;
    fence.waiting = holders(fence.units);
    moves_.push_back(fence);
    if (fence.waiting.empty()) return next_step(env, moves_.back(), outbox);
    tell(env, moves_.back(), outbox);
}

/// After a crash of this process, which has forgotten whom it had told.
void StoreCoordinator::fence_parents(Env& env, Box& outbox) {
    for (const std::uint64_t key : map_.hot_keys()) {
        const UnitId unit = map_.unit_of(key);
        const UnitId parent = map_.parent_of(unit);
        if (map_.unit(unit).phase != StoreMap::Phase::settled || !map_.behind(map_.unit(unit)) || in_move(parent) ||
            map_.unit(parent).phase != StoreMap::Phase::settled)
            continue;
        fence_only(env, parent, map_.unit(parent).changed, outbox);
    }
}

}  // namespace orrery::models
