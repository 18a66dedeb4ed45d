/// The members of a ring in the order in which they joined, checked: what every scheme keeps.
#pragma once

#include <span>
#include <vector>

#include "models/hashing/ring.hpp"

namespace orrery::models {

class MemberList {
public:
    /// Throws RingError, and is unchanged then; see Ring::reset. O(n log n).
    void reset(std::span<const Member> members);
    /// O(n).
    void add(const Member& member);
    /// Throws what `add` would throw: for schemes that can fail in between.
    void check_new(const Member& member) const;
    /// Throws RingError as `remove` does.
    const Member& find(MemberId member) const { return members_[index_of(member)]; }
    std::size_t index_of(MemberId member) const;
    /// Returns the index that the member had; those behind it move up by one. O(n).
    std::size_t remove(MemberId member);

    std::span<const Member> all() const { return members_; }
    const Member& operator[](std::size_t index) const { return members_[index]; }
    std::size_t size() const { return members_.size(); }
    bool empty() const { return members_.empty(); }
    /// Throws RingError: "no members to choose from".
    void require_some() const;

private:
    std::vector<Member> members_;
};

}  // namespace orrery::models
