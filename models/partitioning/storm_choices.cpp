#include "models/partitioning/storm_choices.hpp"

#include "models/hashing/functions/java_hash.hpp"
#include "models/hashing/functions/java_random.hpp"
#include "models/hashing/functions/murmur3.hpp"

namespace orrery::models {

namespace {

/// Math.abs(long) % tasks: the least long has no absolute value, stays negative, and so does the remainder; Storm would
/// index with it. Its remainder's absolute value is taken here.
std::uint32_t java_abs_modulo(std::uint64_t bits, std::uint32_t tasks) {
    const std::uint64_t magnitude = bits >> 63 == 0 ? bits : 0 - bits;
    return static_cast<std::uint32_t>(magnitude % tasks);
}

}  // namespace

std::array<std::uint32_t, 2> storm_choices_murmur(Key key, std::uint32_t tasks) {
    return {java_abs_modulo(murmur3_x64_128(key, 13).h1, tasks), java_abs_modulo(murmur3_x64_128(key, 17).h1, tasks)};
}

std::array<std::uint32_t, 2> storm_choices_random(Key key, std::uint32_t tasks) {
    JavaRandom random(java_bytes_hash(key));
    const auto bound = static_cast<std::int32_t>(tasks);
    const auto first = static_cast<std::uint32_t>(random.next_int(bound));
    const auto second = static_cast<std::uint32_t>(random.next_int(bound));
    return {first, second != first ? second : (second + 1) % tasks};
}

}  // namespace orrery::models
