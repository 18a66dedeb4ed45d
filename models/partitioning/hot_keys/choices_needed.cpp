#include "models/partitioning/hot_keys/choices_needed.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/base/math.hpp"

namespace orrery::models {

namespace {

bool is_enough(std::span<const double> head, double total, std::uint32_t workers, double epsilon, std::uint32_t d) {
    const double n = workers;
    double first = 0;
    for (std::size_t h = 1; h <= head.size(); ++h) {
        first += head[h - 1];
        const double used = n - n * portable_pow((n - 1) / n, static_cast<double>(h) * d);
        const double part = used / n;
        const double load = first + portable_pow(part, d) * (total - first) + part * part * (1 - total);
        if (load > used * (1 / n + epsilon)) return false;
    }
    return true;
}

}  // namespace

std::uint32_t choices_needed(std::span<const double> head_shares, std::uint32_t workers, double epsilon) {
    if (head_shares.empty()) return std::min(2u, workers);
    const double total = std::accumulate(head_shares.begin(), head_shares.end(), 0.0);
    // The hottest key alone must fit onto its d workers; the search begins there.
    const double alone = std::ceil(head_shares.front() / (1.0 / workers + epsilon));
    for (auto d = static_cast<std::uint32_t>(std::max(2.0, alone)); d < workers; ++d)
        if (is_enough(head_shares, total, workers, epsilon, d)) return d;
    return workers;
}

}  // namespace orrery::models
