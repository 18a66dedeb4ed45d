#include "models/partitioning/store/store_map.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace orrery::models {

StoreMap::StoreMap(std::shared_ptr<const Layout> first) : keys_(first->spec().keys) {
    Unit unit;
    unit.now.replicas = first->spec().replicas;
    unit.next = unit.wanted = unit.now;
    units_.assign(keys_->units(), unit);
    valid_from_.assign(first->spec().members.size(), 0);
    layouts_.push_back(std::move(first));
}

void StoreMap::apply(const MapChange& change) {
    ORRERY_CHECK(change.version == version_ + 1, "a change of the store's map is applied out of order");
    version_ = change.version;
    switch (change.kind) {
        case MapChange::Kind::joined:
            // What it holds from an earlier life does not count in older layouts; see `died`.
            add_layout(newest().with(change.member));
            break;
        case MapChange::Kind::left:
            add_layout(newest().without(change.member));
            break;
        case MapChange::Kind::died:
            valid_from_[change.member.index()] = newest_index() + 1;
            if (newest().has(change.member)) add_layout(newest().without(change.member));
            break;
        case MapChange::Kind::copying:
        case MapChange::Kind::handing_over:
        case MapChange::Kind::settled:
            for (std::size_t i = 0; i < change.units.count; ++i) {
                Unit& unit = units_[change.units.first.index() + i];
                uncount(unit);
                apply_to(unit, change);
                count(unit);
            }
            return;
        case MapChange::Kind::hot:
            add_hot(change);
            break;
    }
    recount();
}

void StoreMap::add_layout(std::shared_ptr<const Layout> layout) {
    // Older ones that nobody is in, or moves to, are given up.
    std::vector<bool> used(layouts_.size());
    for (const Unit& unit : units_) used[unit.base] = used[unit.target] = true;
    for (std::size_t i = 0; i < layouts_.size(); ++i)
        if (!used[i]) layouts_[i].reset();
    layouts_.push_back(std::move(layout));
}

void StoreMap::apply_to(Unit& unit, const MapChange& change) {
    unit.changed = change.version;
    if (change.kind == MapChange::Kind::copying) {
        unit.phase = Phase::copying;
        unit.target = newest_index();
        unit.next = unit.wanted;
    } else if (change.kind == MapChange::Kind::handing_over) {
        unit.phase = Phase::handing_over;
    } else {
        // Without having moved: it has nothing to move to the newest layout.
        unit.base = unit.phase == Phase::settled ? newest_index() : unit.target;
        unit.now = unit.phase == Phase::settled ? unit.now : unit.next;
        unit.target = unit.base;
        unit.next = unit.now;
        unit.phase = Phase::settled;
    }
}

void StoreMap::add_hot(const MapChange& change) {
    if (const HotUnit* hot = find_hot(change.key)) {
        units_[hot->unit.index()].wanted = change.hot;
        return;
    }
    const UnitId parent = change.units.first;
    HotUnit hot{change.key, UnitId(units_.size()), parent};
    Unit unit = units_[parent.index()];  // where its keys are now
    ORRERY_CHECK(unit.phase == Phase::settled, "a key becomes a unit while its unit moves");
    unit.changed = units_[parent.index()].changed = change.version;
    unit.wanted = change.hot;
    units_.push_back(unit);
    hot_.insert(std::lower_bound(hot_.begin(), hot_.end(), hot.key,
                                 [](const HotUnit& one, std::uint64_t key) { return one.key < key; }),
                hot);
}

const StoreMap::HotUnit* StoreMap::find_hot(std::uint64_t key) const {
    const auto found = std::lower_bound(hot_.begin(), hot_.end(), key,
                                        [](const HotUnit& one, std::uint64_t wanted) { return one.key < wanted; });
    return found == hot_.end() || found->key != key ? nullptr : &*found;
}

const StoreMap::HotUnit* StoreMap::hot_of(UnitId unit) const {
    if (unit.index() < keys_->units()) return nullptr;
    const auto found = std::find_if(hot_.begin(), hot_.end(), [&](const HotUnit& hot) { return hot.unit == unit; });
    return &*found;
}

void StoreMap::recount() {
    unsettled_ = behind_ = 0;
    for (const Unit& unit : units_) count(unit);
}

std::size_t StoreMap::replicas(std::uint64_t key, UnitId unit, std::uint32_t layout, HotPlace place,
                               MemberArray& out) const {
    const auto wanted = std::span(out).first(place.replicas);
    const std::size_t count = place.where == HotPlace::Where::apart ? layouts_[layout]->replicas_apart(key, wanted)
                                                                    : layouts_[layout]->replicas(key, unit, wanted);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count; ++i)
        if (live(out[i], layout)) out[kept++] = out[i];
    return kept;
}

std::size_t StoreMap::unit_replicas(UnitId unit, std::uint32_t layout, HotPlace place, MemberArray& out) const {
    const HotUnit* hot = hot_of(unit);
    const std::uint64_t key = hot == nullptr ? 0 : hot->key;
    const auto wanted = std::span(out).first(place.replicas);
    return place.where == HotPlace::Where::apart ? layouts_[layout]->replicas_apart(key, wanted)
                                                 : layouts_[layout]->replicas(key, parent_of(unit), wanted);
}

StoreMap::Place StoreMap::place(std::uint64_t key, MemberArray& old, MemberArray& fresh) const {
    Place place;
    UnitId parent;
    const HotUnit* hot = hot_.empty() ? nullptr : find_hot(key);
    if (hot != nullptr) [[unlikely]] {
        place.unit = hot->unit;
        parent = hot->parent;
    } else {
        place.unit = parent = keys_->unit_of(key);
    }
    const Unit& unit = units_[place.unit.index()];
    place.phase = unit.phase;
    place.width = unit.now.replicas;
    place.target_width = unit.next.replicas;
    place.olds = static_cast<std::uint8_t>(replicas(key, parent, unit.base, unit.now, old));
    if (unit.phase != Phase::settled)
        place.news = static_cast<std::uint8_t>(replicas(key, parent, unit.target, unit.next, fresh));
    return place;
}

bool StoreMap::same_in_newest(UnitId id) const {
    const Unit& unit = units_[id.index()];
    if (!keys_->by_partition() || !(unit.now == unit.wanted)) return false;
    MemberArray old;
    MemberArray fresh;
    const std::size_t olds = unit_replicas(id, unit.base, unit.now, old);
    const std::size_t news = unit_replicas(id, newest_index(), unit.wanted, fresh);
    if (olds != news) return false;
    for (std::size_t i = 0; i < olds; ++i)
        if (!live(old[i], unit.base)) return false;
    std::sort(old.begin(), old.begin() + static_cast<std::ptrdiff_t>(olds));
    std::sort(fresh.begin(), fresh.begin() + static_cast<std::ptrdiff_t>(news));
    return std::equal(old.begin(), old.begin() + static_cast<std::ptrdiff_t>(olds), fresh.begin());
}

std::vector<MemberId> StoreMap::holders(UnitId id) const {
    const Unit& unit = units_[id.index()];
    std::vector<MemberId> all;
    const auto add = [&](std::uint32_t layout, HotPlace place) {
        if (!keys_->by_partition()) {
            for (const Member& member : layouts_[layout]->members()) all.push_back(member.id);
            return;
        }
        MemberArray some;
        const std::size_t count = unit_replicas(id, layout, place, some);
        all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
    };
    add(unit.base, unit.now);
    if (unit.phase != Phase::settled) add(unit.target, unit.next);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

}  // namespace orrery::models
