/// Count-min sketch: how often an item occurred, from a fixed table, never too little.
///
/// Cormode, Muthukrishnan, "An improved data stream summary: the count-min sketch and its applications" (J. Algorithms
/// 2005). With width w >= e / epsilon and depth d >= ln(1 / delta), after a total weight N, for any one item: estimate
/// >= truth always, and estimate <= truth + epsilon N with probability at least 1 - delta over the choice of the hash
/// functions, which are pairwise independent: ((a x + b) mod p) mod w with p = 2^61 - 1, a and b drawn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/random.hpp"

namespace orrery::models {

class CountMin {
public:
    struct Spec {
        double epsilon = 0.001;  ///< relative to the total weight: above 0, at most 1
        double delta = 0.01;     ///< above 0, below 1
    };

    /// Draws the hash functions from `random`. Throws ParameterError ("epsilon", "delta").
    CountMin(const Spec& spec, RandomStream& random);

    /// The smallest epsilon that `bytes` allow at this `delta`; nothing smaller than one column is made.
    static Spec within(std::size_t bytes, double delta);

    void add(std::uint64_t item, std::uint64_t weight = 1);
    std::uint64_t estimate(std::uint64_t item) const;
    /// Forgets half of everything: an exponential window for a caller that does so every so often.
    void halve();

    std::uint64_t total() const { return total_; }
    std::uint64_t width() const { return width_; }
    std::uint64_t depth() const { return rows_.size(); }
    std::size_t memory_bytes() const;

private:
    struct HashRow {
        std::uint64_t a = 1;
        std::uint64_t b = 0;
    };
    std::size_t cell(std::size_t row, std::uint64_t item) const;

    std::uint64_t width_ = 1;
    std::vector<HashRow> rows_;
    std::vector<std::uint64_t> cells_;
    std::uint64_t total_ = 0;
};

}  // namespace orrery::models
