/// ListedRing: a scheme that computes its structure anew from the list of its members at each change.
///
/// Production systems of this kind read their servers from a list whose order often decides something: ties between
/// points, turns, running sums. Here the list is in order of member ids, whatever the order in which members joined, so
/// that owners depend on the members alone and a member that comes back finds its place again. A member's index in the
/// list is its place.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/hashing/member_list.hpp"
#include "models/hashing/ring.hpp"

namespace orrery::models {

/// Distinct places in order of preference, as many as there is room for. O(places so far) an offer.
class Preference {
public:
    explicit Preference(std::size_t room) : room_(room) {}
    bool full() const { return places_.size() == room_; }
    /// Appends `place` unless it is there already, or there is no more room.
    void offer(std::uint32_t place);
    std::span<const std::uint32_t> places() const { return places_; }

private:
    std::size_t room_;
    std::vector<std::uint32_t> places_;
};

class ListedRing : public Ring {
public:
    void reset(std::span<const Member> members) final;
    void add(const Member& member) final;
    void remove(MemberId member) final;
    std::span<const Member> members() const final { return members_.all(); }

    MemberId owner(Key key) const final {
        members_.require_some();
        return ids_[place_of(key)];
    }
    std::size_t replicas(Key key, std::span<MemberId> out) const final;

protected:
    /// Computes the structure for `list`, members in order of their ids; may be empty. Throws RingError, before
    /// anything of this ring has changed; `ids` still are those of the list before.
    virtual void build(std::span<const Member> list) = 0;
    /// The owner's place. There are members.
    virtual std::uint32_t place_of(Key key) const = 0;
    /// Offers places in the key's order of preference until `preference` is full; places that a key never comes to may
    /// be left out. There are members.
    virtual void prefer(Key key, Preference& preference) const = 0;

    /// Ids by place.
    const std::vector<MemberId>& ids() const { return ids_; }
    void require_some() const { members_.require_some(); }

private:
    void change(MemberList next);

    MemberList members_;
    std::vector<MemberId> ids_;
};

/// The weight of a member in a system whose weights are whole numbers from 1 to `most`. Throws RingError.
std::uint32_t whole_weight(const Member& member, std::uint32_t most);

}  // namespace orrery::models
