#include "models/partitioning/assignors/sticky.hpp"

#include <algorithm>
#include <map>

namespace orrery::models {

namespace {

std::int32_t generation_of(const GroupMember& member) {
    return member.generation.value_or(-1);
}

}  // namespace

StickyClaims::StickyClaims(const GroupIndex& index)
    : owned(index.members()), disputed(index.partitions(), false), claimant_(index.partitions(), no_member) {
    for (const std::uint32_t member : index.iteration()) {
        generation_max = std::max(generation_max, generation_of(index.member(member)));
        for (const std::uint32_t partition : index.owned(member)) claim(index, member, partition);
    }
}

void StickyClaims::claim(const GroupIndex& index, std::uint32_t member, std::uint32_t partition) {
    const std::uint32_t other = claimant_[partition];
    if (other == no_member) {
        owned[member].push_back(partition);
        claimant_[partition] = member;
        return;
    }
    const std::int32_t generation = generation_of(index.member(member));
    const std::int32_t generation_other = generation_of(index.member(other));
    if (generation < generation_other) return;
    auto& others = owned[other];
    if (const auto found = std::find(others.begin(), others.end(), partition); found != others.end())
        others.erase(found);
    if (generation > generation_other) {
        owned[member].push_back(partition);
    } else {
        disputed[partition] = true;
    }
    claimant_[partition] = member;
}

StickyRacks::StickyRacks(const GroupIndex& index)
    : member_rack_(index.members(), none), replica_racks_(index.partitions()) {
    std::map<std::string, std::uint32_t> numbers;
    const auto number_of = [&](const std::string& rack) {
        return numbers.emplace(rack, static_cast<std::uint32_t>(numbers.size())).first->second;
    };
    bool some = false;
    for (std::uint32_t m = 0; m < index.members(); ++m) {
        if (index.member(m).rack.empty()) continue;
        member_rack_[m] = number_of(index.member(m).rack);
        some = true;
    }
    if (!some) return;
    for (const auto& entry : index.topics()) {
        for (std::uint32_t i = 0; i < entry.topic->replica_racks.size(); ++i) {
            auto& racks = replica_racks_[entry.first + i];
            for (const std::string& rack : entry.topic->replica_racks[i]) racks.push_back(number_of(rack));
            std::sort(racks.begin(), racks.end());
            racks.erase(std::unique(racks.begin(), racks.end()), racks.end());
        }
    }
    decide(numbers.size());
}

void StickyRacks::decide(std::size_t racks) {
    std::vector<std::size_t> members_in(racks, 0);
    for (const std::uint32_t rack : member_rack_)
        if (rack != none) ++members_in[rack];
    std::vector<bool> with_replicas(racks, false);
    bool meet = false;
    for (const auto& of_partition : replica_racks_) {
        std::size_t near = 0;
        for (const std::uint32_t rack : of_partition) {
            near += members_in[rack];
            with_replicas[rack] = true;
            meet = meet || members_in[rack] > 0;
        }
        members_near_.push_back(near);
    }
    const auto all = static_cast<std::size_t>(std::count(with_replicas.begin(), with_replicas.end(), true));
    const bool everywhere = std::all_of(replica_racks_.begin(), replica_racks_.end(),
                                        [&](const auto& of_partition) { return of_partition.size() == all; });
    aware_ = meet && !everywhere;
}

bool StickyRacks::match(std::uint32_t member, std::uint32_t partition) const {
    return has_rack(member) &&
           std::binary_search(replica_racks_[partition].begin(), replica_racks_[partition].end(), member_rack_[member]);
}

void StickyRacks::sort_by_members_near(std::vector<std::uint32_t>& partitions) const {
    if (members_near_.empty()) return;
    std::stable_sort(partitions.begin(), partitions.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return members_near_[a] < members_near_[b]; });
}

std::optional<std::size_t> StickyRacks::next_match(std::uint32_t partition, const std::vector<std::uint32_t>& members,
                                                   std::size_t first) const {
    for (std::size_t i = 0; i < members.size(); ++i) {
        const std::size_t place = (first + i) % members.size();
        if (match(members[place], partition)) return place;
    }
    return std::nullopt;
}

StickyResult assign_sticky(const GroupIndex& index) {
    const StickyClaims claims(index);
    const StickyRacks racks(index);
    if (index.members() == 0) return {};
    return index.equal_subscriptions() ? assign_constrained(index, racks, claims)
                                       : assign_general(index, racks, claims);
}

}  // namespace orrery::models
