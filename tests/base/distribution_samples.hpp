/// One or two distributions of every kind, with their distribution functions written out by hand.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/base/distribution.hpp"

namespace orrery::testing {

struct Sample {
    std::string name;
    Distribution distribution;
    /// P(X <= x) of a continuous distribution; empty where the distribution is not continuous.
    std::function<double(double)> cdf = {};
    /// Mean and variance by a formula of the textbook; variance < 0 where infinite.
    double mean = 0;
    double variance = 0;
    /// Heavy where the fourth moment is infinite or its estimate converges too slowly for a standard error of the
    /// variance.
    enum class Tail { light, heavy } tail = Tail::light;
};

std::vector<Sample> samples();

}  // namespace orrery::testing
