/// Balance measures: how evenly a load is spread over nodes.
///
/// Loads x_1..x_n are not negative (busy share, requests, bytes, keys). With weights (capacities) w_i > 0 the
/// measures are of the load per capacity x_i / w_i, each node counted by its weight; equal weights
/// give the plain measures. m is the mean, sum(x) / sum(w).
///
///     max_over_mean  max(x_i / w_i) / m                     1 is even, n is all on one (equal weights)
///     cv             standard deviation over mean (of the population, divided by n, not n - 1)
///     jain           1 / (1 + cv^2) = sum(x)^2 / (n sum(x^2)), in (0, 1]: Jain, Chiu, Hawe,
///                    "A Quantitative Measure of Fairness", DEC-TR-301, 1984, section 3
///     gini           half the mean absolute difference over the mean, in [0, 1): twice the area
///                    between the Lorenz curve and the diagonal
///     hot_share      share of all load on the node with the largest load per capacity
///
/// No load at all is perfectly even: (1, 0, 1, 0, 1/n). Without nodes every measure is 0.
/// The result does not depend on the order of nodes, to the last bit. O(n log n).
#pragma once

#include <span>

namespace orrery::analysis {

struct Balance {
    double max_over_mean = 0;
    double cv = 0;
    double jain = 0;
    double gini = 0;
    double hot_share = 0;
    friend bool operator==(const Balance&, const Balance&) = default;
};

/// A load that is negative or not finite breaks an invariant.
Balance balance_of(std::span<const double> loads);

/// As many weights as loads, each positive and finite; anything else breaks an invariant.
Balance balance_of(std::span<const double> loads, std::span<const double> weights);

}  // namespace orrery::analysis
