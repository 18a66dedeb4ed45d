#include "models/hashing/crush/crush_tree.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "models/hashing/crush/crush_choose.hpp"
#include "models/hashing/functions/rjenkins.hpp"

namespace orrery::models {

namespace {

constexpr std::int32_t type_of_racks = 1;
constexpr std::int32_t type_of_zones = 2;
constexpr std::int32_t type_of_root = 3;
constexpr std::int32_t root_id = -1;

std::int32_t hashed(const std::string& name) {
    return static_cast<std::int32_t>(rjenkins_string(name));
}

std::uint32_t fixed_point(const Member& member) {
    const double scaled = std::floor(member.weight * crush_one + 0.5);
    if (!(scaled >= 1))
        throw RingError("member '" + member.name + "' has a weight below 2^-16, the smallest that CRUSH knows");
    return static_cast<std::uint32_t>(std::min(scaled, 4294967295.0));
}

/// Collects one bucket's items.
struct Collected {
    CrushBucket bucket;
    std::uint64_t weight = 0;

    void add(std::int32_t item, std::int32_t id, std::uint64_t item_weight) {
        bucket.items.push_back(item);
        bucket.ids.push_back(id);
        bucket.weights.push_back(static_cast<std::uint32_t>(item_weight));
        weight += item_weight;
    }
};

Collected collect(std::int32_t id, std::int32_t type) {
    Collected out;
    out.bucket.id = id;
    out.bucket.type = type;
    return out;
}

}  // namespace

CrushTree::CrushTree(std::span<const Member> members) {
    // By name on every level: ties between straws go to the first.
    std::map<std::string, std::map<std::string, std::map<std::string, const Member*>>> zones;
    double total = 0;
    for (const Member& member : members) {
        zones[member.zone][member.rack][member.name] = &member;
        total += static_cast<double>(fixed_point(member));
    }
    if (total >= 4294967296.0) throw RingError("weights add up to 65536 or more, which CRUSH cannot hold");
    map_.set_devices(members.size());
    std::int32_t next_id = root_id - 1;
    Collected root = collect(root_id, type_of_root);
    for (const auto& [zone_name, in_zone] : zones) {
        Collected zone = collect(next_id--, type_of_zones);
        for (const auto& [rack_name, in_rack] : in_zone) {
            Collected rack = collect(next_id--, type_of_racks);
            for (const auto& [name, member] : in_rack) {
                rack.add(static_cast<std::int32_t>(members_.size()), hashed(name), fixed_point(*member));
                members_.push_back(member->id);
            }
            zone.add(rack.bucket.id, hashed("rack:" + zone_name + "/" + rack_name), rack.weight);
            map_.add(std::move(rack.bucket));
            ++racks_;
        }
        root.add(zone.bucket.id, hashed("zone:" + zone_name), zone.weight);
        map_.add(std::move(zone.bucket));
        ++zones_;
    }
    map_.add(std::move(root.bucket));
    for (std::int32_t id = root_id; id > next_id; --id) bucket_ids_.push_back(id);
}

MemberId CrushTree::pick(std::uint32_t x, std::uint32_t r) const {
    std::int32_t item = root_id;
    while (item < 0) item = crush_pick(*map_.bucket(item), x, r);
    return members_[static_cast<std::size_t>(item)];
}

std::vector<MemberId> CrushTree::spread(std::uint32_t x, FailureDomain domain, std::size_t count) const {
    const std::vector<std::uint32_t> all_in(members_.size(), crush_one);
    CrushChoice choice{map_, all_in};
    choice.x = x;
    choice.tries = map_.tunables.choose_total_tries + 1;
    choice.to = CrushChoice::To::leaf;
    std::size_t domains = members_.size();
    if (domain == FailureDomain::rack) {
        choice.type = type_of_racks;
        domains = racks_;
    } else if (domain == FailureDomain::zone) {
        choice.type = type_of_zones;
        domains = zones_;
    }
    const CrushChosen chosen = crush_choose_firstn(choice, *map_.bucket(root_id), domains, std::min(count, domains));
    std::vector<MemberId> out;
    for (const std::int32_t device : chosen.leaves) out.push_back(members_[static_cast<std::size_t>(device)]);
    return out;
}

unsigned CrushTree::branching_levels() const {
    return (zones_ > 1 ? 1u : 0u) + (racks_ > zones_ ? 1u : 0u);
}

std::size_t CrushTree::memory_bytes() const {
    std::size_t bytes = members_.capacity() * sizeof(MemberId);
    for (const std::int32_t id : bucket_ids_) {
        const CrushBucket* bucket = map_.bucket(id);
        bytes +=
            sizeof(CrushBucket) + 4 * (bucket->items.capacity() + bucket->weights.capacity() + bucket->ids.capacity());
    }
    return bytes;
}

}  // namespace orrery::models
