/// What discrete and empirical distributions keep. Not for anybody else.
#pragma once

#include <utility>
#include <vector>

#include "sim/base/alias_table.hpp"
#include "sim/base/distribution.hpp"

namespace orrery {

struct Distribution::Discretes {
    Discretes(std::vector<double> values_, const std::vector<double>& weights)
        : values(std::move(values_)), table(weights) {
        double sum = 0, weighted = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            sum += weights[i];
            weighted += weights[i] * values[i];
        }
        mean = weighted / sum;
        // Against the mean, not as a difference of squares. One value in all gives exactly 0, whatever the mean's
        // rounding.
        bool one_value = true;
        const double* first = nullptr;
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (weights[i] == 0) continue;
            if (first == nullptr) first = &values[i];
            one_value = one_value && values[i] == *first;
            variance += weights[i] / sum * ((values[i] - mean) * (values[i] - mean));
        }
        if (one_value) {
            mean = *first;
            variance = 0;
        }
    }

    std::vector<double> values;
    AliasTable table;
    double mean = 0;
    double variance = 0;
};

}  // namespace orrery
