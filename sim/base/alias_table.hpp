/// AliasTable: an index drawn with given probabilities in constant time.
///
/// Vose, "A linear algorithm for generating random numbers with a given distribution", IEEE
/// Transactions on Software Engineering 17(9), 1991. Building is O(n), a draw takes one random number
/// and one table entry (16 bytes an index). Probabilities are exact to about 2^-52.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/base/wide.hpp"

namespace orrery {

class AliasTable {
public:
    /// Index i gets weights[i] / sum. Throws `ParameterError` ("weights") unless there is at least one weight, every
    /// weight is finite and not negative, the sum is positive and finite, and there are fewer than 2^32.
    explicit AliasTable(std::span<const double> weights);

    /// An index below `size()`; one with weight zero never comes.
    std::size_t draw(RandomStream& random) const {
        // The integer part of a 64.64 fixed-point product picks the cell, the fraction splits it.
        const UnsignedWide product = static_cast<UnsignedWide>(random.next()) * cells_.size();
        const auto index = static_cast<std::size_t>(product >> 64);
        const Cell& cell = cells_[index];
        return static_cast<std::uint64_t>(product) < cell.threshold ? index : cell.alias;
    }

    std::size_t size() const { return cells_.size(); }

private:
    struct Cell {
        std::uint64_t threshold;  ///< in 2^-64: below it the index itself, else the alias
        std::uint64_t alias;
    };
    std::vector<Cell> cells_;
};

}  // namespace orrery
