#include "models/partitioning/placement/spread_choice.hpp"

#include <algorithm>
#include <numeric>

namespace orrery::models {

SpreadOver spread_of(const Settings& settings) {
    const std::string& text = settings.text("spread");
    if (text == "racks") return SpreadOver::racks;
    return text == "zones" ? SpreadOver::zones : SpreadOver::nodes;
}

PlacementPromise::Spread promised(SpreadOver spread) {
    switch (spread) {
        case SpreadOver::nodes:
            return PlacementPromise::Spread::none;
        case SpreadOver::racks:
            return PlacementPromise::Spread::racks;
        case SpreadOver::zones:
            break;
    }
    return PlacementPromise::Spread::zones;
}

Apart::Apart(std::span<const Member> nodes, SpreadOver over, std::size_t replicas) {
    const NodeRacks racks(nodes);
    const auto require = [&](std::size_t there, const char* what) {
        if (there < replicas)
            throw PlacementError(std::to_string(replicas) + " replicas do not fit on " + std::to_string(there) + " " +
                                 what + "; no two of one partition share one");
    };
    switch (over) {
        case SpreadOver::nodes:
            domain_.resize(nodes.size());
            std::iota(domain_.begin(), domain_.end(), 0u);
            return;
        case SpreadOver::racks:
            require(racks.racks, "racks");
            domain_ = racks.rack;
            return;
        case SpreadOver::zones:
            require(racks.zones, "zones");
            domain_ = racks.zone;
            return;
    }
}

bool Apart::may_join(std::uint32_t node, std::span<const std::uint32_t> others) const {
    return std::none_of(others.begin(), others.end(), [&](auto other) { return domain_[other] == domain_[node]; });
}

}  // namespace orrery::models
