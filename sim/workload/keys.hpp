/// KeyPopularity: which key a request asks for.
///
///     uniform     every key equally often
///     zipf        the key of rank r (0 is the most popular) with probability proportional to (r + 1)^-exponent
///     hot_set     a share of the keys gets a share of the traffic, evenly; the other keys the rest, evenly
///     drifting    zipf or hot_set whose keys are dealt to the ranks anew every period
///     sequential  key 0, 1, 2, ... in the order of the requests, round and round
///
/// Keys are 0 .. count-1. Ranks are scattered over them by a fixed bijection, so that popular keys are no neighbours
/// and do not fall into one range; `order: by_rank` makes the key its rank.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/base/catalog.hpp"
#include "sim/base/random.hpp"
#include "sim/base/time.hpp"

namespace orrery {

class KeyPopularity {
public:
    static constexpr std::string_view family = "keys";

    virtual ~KeyPopularity() = default;
    virtual std::unique_ptr<KeyPopularity> clone() const = 0;

    /// The key of request number `item`, issued at `now`. Chance comes from `random`, the item's own stream. Constant
    /// time and memory for any number of keys.
    virtual std::uint64_t draw(std::uint64_t item, RandomStream& random, Time now) const = 0;

    virtual std::uint64_t count() const = 0;
    /// The share of requests that ask for the key of `rank` (0 is the most popular, below `count()`). Not for inner
    /// loops.
    virtual double probability(std::uint64_t rank) const = 0;
    /// The key that has `rank` at `now`.
    virtual std::uint64_t key(std::uint64_t rank, Time now) const = 0;
};

/// A bijection of 0 .. count-1 that leaves no order: multiplications and shifts, bijective on the next power of two,
/// walked until inside (fewer than two steps on average). `variant` picks one of many.
std::uint64_t scatter(std::uint64_t rank, std::uint64_t count, std::uint64_t variant);

enum class KeyOrder : std::uint8_t { scattered, by_rank };

struct HotSet {
    double share = 0.1;    ///< of the keys; rounded to whole keys, at least one
    double traffic = 0.9;  ///< of the requests
};

std::unique_ptr<KeyPopularity> uniform_keys(std::uint64_t count);
std::unique_ptr<KeyPopularity> sequential_keys(std::uint64_t count);
/// With `drift` keys are dealt anew at every multiple of it.
std::unique_ptr<KeyPopularity> zipf_keys(std::uint64_t count, double exponent, KeyOrder order,
                                         std::optional<Duration> drift = {});
std::unique_ptr<KeyPopularity> hot_set_keys(std::uint64_t count, HotSet hot, KeyOrder order,
                                            std::optional<Duration> drift = {});

std::vector<Row<KeyPopularity>> key_popularities();

}  // namespace orrery
