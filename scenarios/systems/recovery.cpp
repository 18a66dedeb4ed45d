#include "scenarios/systems/recovery.hpp"

#include <algorithm>

namespace orrery {

namespace {

constexpr Duration before_at_most = 10s;
constexpr Duration steady_for = 1s;
constexpr double back_at = 0.99;

}  // namespace

std::optional<Unavailability> unavailability(const SuccessRate& rate, Time fault, const Window& measured) {
    const auto bin_of = [&](Time at) {
        return static_cast<std::size_t>(std::max<std::int64_t>(0, (at - rate.start) / rate.step));
    };
    const std::size_t bins = std::min(rate.arrived.size(), bin_of(measured.to));
    // The window in which the fault strikes belongs to neither side.
    const std::size_t struck = bin_of(fault);
    std::int64_t arrived = 0;
    std::int64_t succeeded = 0;
    for (std::size_t i = bin_of(std::max(measured.from, fault - before_at_most)); i < std::min(struck, bins); ++i) {
        arrived += rate.arrived[i];
        succeeded += rate.succeeded[i];
    }
    if (succeeded == 0) return {};
    const double needed = back_at * static_cast<double>(succeeded) / static_cast<double>(arrived);
    const auto good = [&](std::size_t i) {
        return rate.arrived[i] == 0 ||
               static_cast<double>(rate.succeeded[i]) >= needed * static_cast<double>(rate.arrived[i]);
    };
    // The last bad window after which a steady second follows.
    const auto steady = static_cast<std::size_t>((steady_for + rate.step - Duration(1)) / rate.step);
    std::size_t good_since = struck;
    for (std::size_t i = struck; i < bins; ++i) {
        if (!good(i)) good_since = i + 1;
        if (i + 1 - good_since >= steady) {
            if (good_since == struck) return Unavailability{};
            return Unavailability{rate.start + rate.step * static_cast<std::int64_t>(good_since) - fault,
                                  Unavailability::End::seen};
        }
    }
    if (good_since == struck) return Unavailability{};
    return Unavailability{measured.to - fault, Unavailability::End::not_seen};
}

}  // namespace orrery
