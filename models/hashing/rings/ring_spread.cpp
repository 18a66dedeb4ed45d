#include "models/hashing/rings/ring_spread.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace orrery::models {

double fullest_of_sixteen(double points) {
    constexpr double x = 12.5;
    return std::min(16.0, 1 + std::sqrt(2 * x / points) + x / points);
}

double moved_by_points(std::span<const double> weights,
                       const std::function<std::vector<std::uint64_t>(std::span<const double>)>& points) {
    double factor = 1;
    if (weights.size() < 2) return factor;
    const std::vector<std::uint64_t> before = points(weights);
    std::set<double> seen;
    for (std::size_t leaving = 0; leaving < weights.size(); ++leaving) {
        if (!seen.insert(weights[leaving]).second) continue;
        if (before[leaving] == 0) return std::numeric_limits<double>::infinity();
        std::vector<double> rest(weights.begin(), weights.end());
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(leaving));
        const std::vector<std::uint64_t> after = points(rest);
        double changed = 0;
        double all_before = 0;
        double all_after = 0;
        for (std::size_t i = 0, j = 0; i < before.size(); ++i) {
            all_before += static_cast<double>(before[i]);
            if (i == leaving) continue;
            const auto was = static_cast<double>(before[i]);
            const auto is = static_cast<double>(after[j++]);
            all_after += is;
            changed += std::fabs(was - is);
        }
        if (changed == 0) continue;
        // A point that comes or goes is a gap of a ring that may have become sparser.
        const auto own = static_cast<double>(before[leaving]);
        const double moved = own + changed * std::max(1.0, all_before / all_after);
        factor = std::max(factor, moved / own * (1 + 5 / std::sqrt(moved)));
    }
    return factor;
}

}  // namespace orrery::models
