#include "models/hashing/rings/loaded_ring.hpp"

#include <algorithm>

namespace orrery::models {

MemberId LoadedRing::take(Key key) {
    require_some();
    const std::uint32_t place = place_of(key);
    ++loads_[place];
    ++total_;
    return ids()[place];
}

void LoadedRing::release(MemberId member) {
    const auto found = std::lower_bound(ids().begin(), ids().end(), member);
    if (found == ids().end() || *found != member) return;
    std::uint32_t& load = loads_[static_cast<std::size_t>(found - ids().begin())];
    if (load == 0) return;
    --load;
    --total_;
}

void LoadedRing::build(std::span<const Member> list) {
    std::vector<std::uint32_t> loads;
    loads.reserve(list.size());
    std::uint64_t total = 0;
    std::size_t before = 0;  // both lists are in order of ids
    for (const Member& member : list) {
        while (before < ids().size() && ids()[before] < member.id) ++before;
        const bool stays = before < ids().size() && ids()[before] == member.id;
        loads.push_back(stays ? loads_[before] : 0);
        total += loads.back();
    }
    build_structure(list);
    loads_ = std::move(loads);
    total_ = total;
}

}  // namespace orrery::models
