#include "models/partitioning/hot_keys/count_min.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/base/math.hpp"
#include "sim/base/parameter.hpp"
#include "sim/base/wide.hpp"

namespace orrery::models {

namespace {

constexpr double e = 2.718281828459045;
constexpr std::uint64_t prime = (std::uint64_t{1} << 61) - 1;

std::uint64_t depth_for(double delta) {
    return static_cast<std::uint64_t>(std::max(1.0, std::ceil(portable_log(1 / delta))));
}

}  // namespace

CountMin::CountMin(const Spec& spec, RandomStream& random) {
    if (!(spec.epsilon > 0 && spec.epsilon <= 1)) throw ParameterError("epsilon", "it must be above 0 and at most 1");
    if (!(spec.delta > 0 && spec.delta < 1)) throw ParameterError("delta", "it must be above 0 and below 1");
    const double width = std::ceil(e / spec.epsilon);
    if (width > 0x1p40) throw ParameterError("epsilon", "it needs more than 2^40 columns");
    width_ = static_cast<std::uint64_t>(width);
    for (std::uint64_t i = 0; i < depth_for(spec.delta); ++i) {
        const std::uint64_t a = 1 + random.below(prime - 1);
        const std::uint64_t b = random.below(prime);
        rows_.push_back({a, b});
    }
    cells_.assign(static_cast<std::size_t>(width_) * rows_.size(), 0);
}

CountMin::Spec CountMin::within(std::size_t bytes, double delta) {
    const std::size_t fixed = sizeof(CountMin) + depth_for(delta) * sizeof(HashRow);
    const std::size_t cells = bytes > fixed ? (bytes - fixed) / sizeof(std::uint64_t) : 0;
    const std::size_t columns = cells / depth_for(delta);
    const auto width = static_cast<double>(columns);
    // One column fewer, against rounding up in the constructor.
    return {width > e + 1 ? e / (width - 1) : 1.0, delta};
}

std::size_t CountMin::cell(std::size_t row, std::uint64_t item) const {
    // Items are taken mod p: of 64-bit items at most nine share a residue.
    const UnsignedWide product = UnsignedWide{rows_[row].a} * (item % prime) + rows_[row].b;
    const std::uint64_t folded =
        static_cast<std::uint64_t>(product & prime) + static_cast<std::uint64_t>(product >> 61);
    const std::uint64_t hash = folded >= prime ? folded - prime : folded;
    return row * static_cast<std::size_t>(width_) + static_cast<std::size_t>(hash % width_);
}

void CountMin::add(std::uint64_t item, std::uint64_t weight) {
    for (std::size_t row = 0; row < rows_.size(); ++row) cells_[cell(row, item)] += weight;
    total_ += weight;
}

std::uint64_t CountMin::estimate(std::uint64_t item) const {
    std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
    for (std::size_t row = 0; row < rows_.size(); ++row) least = std::min(least, cells_[cell(row, item)]);
    return least;
}

void CountMin::halve() {
    for (std::uint64_t& count : cells_) count /= 2;
    total_ /= 2;
}

std::size_t CountMin::memory_bytes() const {
    return sizeof(*this) + rows_.size() * sizeof(HashRow) + cells_.size() * sizeof(std::uint64_t);
}

}  // namespace orrery::models
