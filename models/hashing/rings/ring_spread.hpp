/// What rings with points can promise.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/hashing/ring.hpp"

namespace orrery::models {

/// Members have `points` points each, at uniform positions, and a share is a sum of `points` gaps: nearly a Gamma
/// variable of that shape, of relative standard deviation 1 / sqrt(points) (Lamping and Veach, "A Fast, Minimal Memory,
/// Consistent Hash Algorithm", 2014, table 1). A Gamma variable of mean p exceeds p + sqrt(2 x p) + x with probability
/// below e^-x (Boucheron, Lugosi, Massart, "Concentration Inequalities", 2013, section 2.4); with x = 12.5 one of 16
/// members does so in one ring of 16,000 at most.
double fullest_of_sixteen(double points);

/// The promise of moved_factor for members that have a number of points each which depends on all weights. Whoever
/// leaves moves its own points; what the others gain or lose on top of that is counted, for each weight that occurs,
/// and five standard deviations of the gaps of so many points are added. `points` gives the points of each member of a
/// list of weights. O(distinct weights * O(points)).
double moved_by_points(std::span<const double> weights,
                       const std::function<std::vector<std::uint64_t>(std::span<const double>)>& points);

}  // namespace orrery::models
