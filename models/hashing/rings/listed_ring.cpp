#include "models/hashing/rings/listed_ring.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "sim/base/check.hpp"

namespace orrery::models {

void Preference::offer(std::uint32_t place) {
    if (full() || std::find(places_.begin(), places_.end(), place) != places_.end()) return;
    places_.push_back(place);
}

void ListedRing::reset(std::span<const Member> members) {
    MemberList next;
    next.reset(members);
    change(std::move(next));
}

void ListedRing::add(const Member& member) {
    MemberList next = members_;
    next.add(member);
    change(std::move(next));
}

void ListedRing::remove(MemberId member) {
    MemberList next = members_;
    next.remove(member);
    change(std::move(next));
}

void ListedRing::change(MemberList next) {
    std::vector<Member> list(next.all().begin(), next.all().end());
    std::sort(list.begin(), list.end(), [](const Member& a, const Member& b) { return a.id < b.id; });
    std::vector<MemberId> ids;
    ids.reserve(list.size());
    for (const Member& member : list) ids.push_back(member.id);
    build(list);
    ids_ = std::move(ids);
    members_ = std::move(next);
}

std::size_t ListedRing::replicas(Key key, std::span<MemberId> out) const {
    const std::size_t count = std::min(out.size(), ids_.size());
    if (count == 0) return 0;
    Preference preference(count);
    prefer(key, preference);
    // Those that no key comes to (no points, no entries) are last, in order of the list.
    for (std::uint32_t place = 0; place < ids_.size() && !preference.full(); ++place) preference.offer(place);
    for (std::size_t i = 0; i < count; ++i) out[i] = ids_[preference.places()[i]];
    return count;
}

std::uint32_t whole_weight(const Member& member, std::uint32_t most) {
    const double weight = member.weight;
    if (!(weight >= 1) || weight > most || weight != std::floor(weight))
        throw RingError("member '" + member.name + "' has weight " + std::to_string(weight) +
                        "; weights of this scheme are whole numbers from 1 to " + std::to_string(most));
    return static_cast<std::uint32_t>(weight);
}

}  // namespace orrery::models
