/// How many choices the head of a stream needs (D-Choices).
#pragma once

#include <cstdint>
#include <span>

namespace orrery::models {

/// The least d >= 2 for which n workers stay within `epsilon` of balance, or n if there is none below.
///
/// Nasir, De Francisci Morales, Kourtellis, Serafini, "When two choices are not enough: balancing at scale in
/// distributed stream processing" (ICDE 2016), section IV: with head keys of shares p_1 >= p_2 >= ... of the stream,
/// for every h the workers of the first h keys, b_h = n - n ((n - 1) / n)^(h d) of them, must be able to take those
/// keys, and what falls onto them of the others:
///     sum_{i<=h} p_i + (b_h / n)^d sum_{h<i<=|H|} p_i + (b_h / n)^2 sum_{i>|H|} p_i <= b_h (1 / n + epsilon)
/// O(d |H|).
std::uint32_t choices_needed(std::span<const double> head_shares, std::uint32_t workers, double epsilon);

}  // namespace orrery::models
