#include "sim/base/alias_table.hpp"

#include <limits>
#include <string>

#include "sim/base/parameter.hpp"
#include "sim/base/units.hpp"

namespace orrery {

namespace {

double checked_sum(std::span<const double> weights) {
    if (weights.empty()) throw ParameterError("weights", "there are none; at least one is needed");
    if (weights.size() > std::numeric_limits<std::uint32_t>::max())
        throw ParameterError("weights",
                             "there are " + std::to_string(weights.size()) + "; fewer than 2^32 are allowed");
    double sum = 0;
    for (const double weight : weights) {
        if (!(weight >= 0 && weight <= std::numeric_limits<double>::max()))
            throw ParameterError("weights", "found " + print_real(weight) + "; a weight is a finite number >= 0");
        sum += weight;
    }
    if (!(sum > 0 && sum <= std::numeric_limits<double>::max()))
        throw ParameterError("weights", "their sum is " + print_real(sum) + "; it must be positive and finite");
    return sum;
}

/// `share` of a cell, 0 to 1, in 2^-64. Exactly 1 cannot be said and need not: the alias is the index itself then.
std::uint64_t threshold_of(double share) {
    return share >= 1 ? std::numeric_limits<std::uint64_t>::max() : static_cast<std::uint64_t>(share * 0x1p64);
}

}  // namespace

AliasTable::AliasTable(std::span<const double> weights) {
    const double sum = checked_sum(weights);
    const double count = static_cast<double>(weights.size());
    std::vector<double> share(weights.size());
    std::vector<std::size_t> small, large;
    std::size_t heaviest = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        // Divided first: the product of a large weight and the count could overflow.
        share[i] = weights[i] / sum * count;
        (share[i] < 1 ? small : large).push_back(i);
        if (weights[i] > weights[heaviest]) heaviest = i;
    }
    cells_.resize(weights.size());
    for (std::size_t i = 0; i < cells_.size(); ++i) cells_[i] = {std::numeric_limits<std::uint64_t>::max(), i};
    while (!small.empty() && !large.empty()) {
        const std::size_t poor = small.back(), rich = large.back();
        small.pop_back();
        cells_[poor] = {threshold_of(share[poor]), rich};
        share[rich] = (share[rich] + share[poor]) - 1;
        if (share[rich] < 1) {
            large.pop_back();
            small.push_back(rich);
        }
    }
    // Rounding leaves a few cells that are full but for an error of the sum. One without weight must still never come.
    for (const std::size_t i : small)
        if (weights[i] == 0) cells_[i] = {0, heaviest};
}

}  // namespace orrery
