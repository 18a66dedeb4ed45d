/// Filling a list of replicas: distinct members, in the order in which they are offered.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "models/hashing/ring.hpp"

namespace orrery::models {

class DistinctMembers {
public:
    /// `members` is how many there are in all.
    DistinctMembers(std::span<MemberId> out, std::size_t members) : out_(out.first(std::min(out.size(), members))) {}

    bool full() const { return count_ == out_.size(); }
    std::size_t count() const { return count_; }
    void offer(MemberId member) {
        const auto filled = out_.first(count_);
        if (!full() && std::find(filled.begin(), filled.end(), member) == filled.end()) out_[count_++] = member;
    }

private:
    std::span<MemberId> out_;
    std::size_t count_ = 0;
};

/// For schemes that know an owner and nothing next to it: attempt 0, 1, 2, ... each by a hash of its own, until enough
/// members are found; O(r log r) attempts on average for r of r members. After 8 attempts a member, which leave one of
/// n equal ones out with probability below n e^-8, the rest is taken in the order of joining.
template <class Attempt>
std::size_t replicas_by_attempts(std::span<MemberId> out, std::span<const Member> members, Attempt attempt) {
    DistinctMembers found(out, members.size());
    const std::size_t most = 8 * members.size();
    for (std::size_t i = 0; i < most && !found.full(); ++i) found.offer(attempt(i));
    for (const Member& member : members) found.offer(member.id);
    return found.count();
}

}  // namespace orrery::models
