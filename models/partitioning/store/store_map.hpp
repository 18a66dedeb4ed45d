/// StoreMap: which replicas a key is read from and written to, by version; also while its unit moves.
///
/// A unit moves from its replicas A (by the layout it settled in) to its replicas B (by the newest one) in steps, each
/// a version of the map:
///
///     step           read from   written to   an acknowledged write is on
///     settled in A   A           A            W of A
///     copying        A           A and B      W of A and W of B
///     handing over   B           A and B      W of A and W of B
///     settled in B   B           B            W of B
///
/// Clients learn of a step late, and not all at once. The steps are such that two that follow each other may be in use
/// at the same time: what a client of either one writes, a client of the other one reads. Three may not; so the
/// coordinator does not take a step before every node that could still serve a client of the step before the last one
/// has promised not to (`Fence`), or has lost its lease.
///
/// What was written before `copying` is brought to B by copying, once every node is fenced against clients that write
/// to A alone: from then on nothing can be written that a copy misses.
///
///     writer (settled in A)      a1                 coordinator           b1
///     Set k=7 ------------------> (fenced) <-------- Fence v2
///                    Redirect <--|
///     fetches v2                                    CopyOut --> a1 --k=6--> (k=6)
///     Set k=7 ------------------> k=7 ------------------------------------> k=7     acknowledged: on A and on B
///
/// Without the fence the first Set could reach a1 after its k=6 had been copied, be acknowledged by A, and be read no
/// more once B is read. Without writing to A during `handing over` a client that still reads A would miss it.
///
/// A member that died (or came back without what it held) does not count in the layouts that there were when it died. A
/// unit is then written to those of A that are left, and to W of B; B's new replicas take what each of A that is left
/// has (see `copy_sources`).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "models/partitioning/store/layout.hpp"

namespace orrery::models {

/// How many replicas answer before a request is answered. A read sees every write that was acknowledged before it
/// began if reads + writes > replicas; otherwise it may see an older version.
struct Quorums {
    std::uint8_t replicas = 3;
    std::uint8_t reads = 1;
    std::uint8_t writes = 3;

    /// Of a unit with another number of replicas: as many as keep that promise.
    std::uint8_t writes_of(std::uint8_t width) const {
        if (width == replicas || reads + writes <= replicas) return writes;
        return static_cast<std::uint8_t>(width > replicas ? width - reads + 1 : writes);
    }
    bool reads_see_writes() const { return reads + writes > replicas; }
};

using MemberArray = std::array<MemberId, replicas_max>;

class StoreMap {
public:
    enum class Phase : std::uint8_t { settled, copying, handing_over };

    struct Unit {
        std::uint32_t base = 0;     ///< layout that it settled in
        std::uint32_t target = 0;   ///< layout that it moves to; `base` while settled
        std::uint32_t changed = 0;  ///< version of its last change
        Phase phase = Phase::settled;
        HotPlace now;     ///< replicas by `base`
        HotPlace next;    ///< and by `target`
        HotPlace wanted;  ///< as it is to be; that of all others but hot keys never changes
    };

    explicit StoreMap(std::shared_ptr<const Layout> first);

    /// `change.version` must be version() + 1.
    void apply(const MapChange& change);
    std::uint32_t version() const { return version_; }

    /// Where a key is now. Only live members are listed.
    struct Place {
        UnitId unit;
        Phase phase = Phase::settled;
        std::uint8_t width = 0;
        std::uint8_t target_width = 0;
        std::uint8_t olds = 0;  ///< members in `old`: replicas by the base layout
        std::uint8_t news = 0;  ///< members in `fresh`: replicas by the target layout; none while settled
    };
    Place place(std::uint64_t key, MemberArray& old, MemberArray& fresh) const;

    /// Where `key`, whose unit is copying, comes from for each new replica: calls visit(source, target).
    template <class Visit>
    void copy_sources(std::uint64_t key, const Quorums& quorums, Visit&& visit) const;

    UnitId unit_of(std::uint64_t key) const {
        if (!hot_.empty()) [[unlikely]]
            if (const HotUnit* hot = find_hot(key)) return hot->unit;
        return keys_->unit_of(key);
    }
    std::size_t units() const { return units_.size(); }
    const Unit& unit(UnitId unit) const { return units_[unit.index()]; }
    /// Whether a unit is not yet where the newest layout says.
    bool behind(const Unit& unit) const { return unit.base != newest_index() || !(unit.now == unit.wanted); }
    /// Whether it has the same replicas, all live, in the newest layout. Of partitions only.
    bool same_in_newest(UnitId unit) const;
    /// Any unit that is not settled, or not in the newest layout.
    bool moving() const { return unsettled_ > 0 || behind_ > 0; }

    const Layout& newest() const { return *layouts_.back(); }
    std::uint32_t newest_index() const { return static_cast<std::uint32_t>(layouts_.size() - 1); }
    bool live(MemberId member, std::uint32_t layout) const { return layout >= valid_from_[member.index()]; }
    /// Members whose replicas a unit may have, by its base and its target, live or not; ascending. Where keys go
    /// straight to nodes: all members of both layouts.
    std::vector<MemberId> holders(UnitId unit) const;
    const KeySpace& keys() const { return *keys_; }
    /// The unit of a hot key, if it has one.
    std::optional<UnitId> hot_unit(std::uint64_t key) const {
        const HotUnit* hot = find_hot(key);
        return hot == nullptr ? std::nullopt : std::optional(hot->unit);
    }
    std::size_t hot_units() const { return hot_.size(); }
    std::vector<std::uint64_t> hot_keys() const {
        std::vector<std::uint64_t> keys;
        for (const HotUnit& hot : hot_) keys.push_back(hot.key);
        return keys;
    }
    /// The unit that a hot key's was part of; of any other unit itself.
    UnitId parent_of(UnitId unit) const {
        const HotUnit* hot = hot_of(unit);
        return hot == nullptr ? unit : hot->parent;
    }

private:
    struct HotUnit {
        std::uint64_t key;
        UnitId unit;
        UnitId parent;
    };
    const HotUnit* find_hot(std::uint64_t key) const;
    std::size_t replicas(std::uint64_t key, UnitId unit, std::uint32_t layout, HotPlace place, MemberArray& out) const;
    const HotUnit* hot_of(UnitId unit) const;
    /// The same of a unit all of whose keys are alike.
    std::size_t unit_replicas(UnitId unit, std::uint32_t layout, HotPlace place, MemberArray& out) const;
    void add_layout(std::shared_ptr<const Layout> layout);
    void apply_to(Unit& unit, const MapChange& change);
    void add_hot(const MapChange& change);
    void recount();
    void count(const Unit& unit) {
        unsettled_ += unit.phase != Phase::settled ? 1u : 0u;
        behind_ += behind(unit) ? 1u : 0u;
    }
    void uncount(const Unit& unit) {
        unsettled_ -= unit.phase != Phase::settled ? 1u : 0u;
        behind_ -= behind(unit) ? 1u : 0u;
    }

    std::shared_ptr<const KeySpace> keys_;
    std::vector<std::shared_ptr<const Layout>> layouts_;  ///< those that no unit needs any more are null
    std::vector<Unit> units_;
    std::vector<std::uint32_t> valid_from_;  ///< by member: the first layout in which it counts
    std::vector<HotUnit> hot_;               ///< by key
    std::uint32_t version_ = 0;
    std::uint32_t unsettled_ = 0;
    std::uint32_t behind_ = 0;
};

template <class Visit>
void StoreMap::copy_sources(std::uint64_t key, const Quorums& quorums, Visit&& visit) const {
    MemberArray old;
    MemberArray fresh;
    const Place here = place(key, old, fresh);
    const auto in = [](const MemberArray& all, std::size_t count, MemberId member) {
        for (std::size_t i = 0; i < count; ++i)
            if (all[i] == member) return true;
        return false;
    };
    MemberArray leaving;
    std::size_t leavers = 0;
    for (std::size_t i = 0; i < here.olds; ++i)
        if (!in(fresh, here.news, old[i])) leaving[leavers++] = old[i];
    // Who takes the place of one that leaves takes all that this one has: each write stays on as many replicas as it
    // was on. Who takes the place of one that died takes what any of the others has; if writes go to all, each has all.
    const bool all_alike = quorums.writes_of(here.width) >= here.width;
    std::size_t joiners = 0;
    for (std::size_t i = 0; i < here.news; ++i) {
        if (in(old, here.olds, fresh[i])) continue;
        if (joiners < leavers) {
            visit(leaving[joiners], fresh[i]);
        } else if (all_alike) {
            if (here.olds > 0) visit(old[joiners % here.olds], fresh[i]);
        } else {
            for (std::size_t j = 0; j < here.olds; ++j) visit(old[j], fresh[i]);
        }
        ++joiners;
    }
}

}  // namespace orrery::models
