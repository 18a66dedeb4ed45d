#include "models/hashing/member_list.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <string_view>

namespace orrery::models {

namespace {

std::string number(MemberId id) {
    return std::to_string(id.value);
}

void check_alone(const Member& member) {
    if (member.name.empty()) throw RingError("member " + number(member.id) + " has an empty name");
    if (!(member.weight > 0) || !std::isfinite(member.weight))
        throw RingError("member '" + member.name + "' has weight " + std::to_string(member.weight) +
                        "; a weight is positive and finite");
}

}  // namespace

void MemberList::reset(std::span<const Member> members) {
    std::set<MemberId> ids;
    std::set<std::string_view> names;
    for (const Member& member : members) {
        check_alone(member);
        if (!ids.insert(member.id).second) throw RingError("member id " + number(member.id) + " is given twice");
        if (!names.insert(member.name).second) throw RingError("member name '" + member.name + "' is given twice");
    }
    members_.assign(members.begin(), members.end());
}

void MemberList::check_new(const Member& member) const {
    check_alone(member);
    for (const Member& other : members_) {
        if (other.id == member.id) throw RingError("member id " + number(member.id) + " is there already");
        if (other.name == member.name) throw RingError("member name '" + member.name + "' is there already");
    }
}

void MemberList::add(const Member& member) {
    check_new(member);
    members_.push_back(member);
}

std::size_t MemberList::index_of(MemberId member) const {
    const auto found = std::find_if(members_.begin(), members_.end(), [&](const Member& m) { return m.id == member; });
    if (found == members_.end()) throw RingError("there is no member " + number(member));
    return static_cast<std::size_t>(found - members_.begin());
}

std::size_t MemberList::remove(MemberId member) {
    const std::size_t index = index_of(member);
    members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(index));
    return index;
}

void MemberList::require_some() const {
    if (members_.empty()) throw RingError("no members to choose from");
}

}  // namespace orrery::models
