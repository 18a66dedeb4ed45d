#include "sim/workload/keys.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "sim/base/math.hpp"
#include "sim/base/zipf.hpp"

namespace orrery {

std::uint64_t scatter(std::uint64_t rank, std::uint64_t count, std::uint64_t variant) {
    const int bits = std::bit_width(count - 1);
    if (bits == 0) return 0;
    const std::uint64_t mask = ~std::uint64_t{0} >> (64 - bits);
    const int half = (bits + 1) / 2;
    const std::uint64_t shift = mix64(variant + golden_step);
    std::uint64_t x = rank;
    do {  // each step is a bijection of 0 .. mask, so the walk comes back inside
        x = (x + shift) & mask;
        x = (x * 0x9e3779b97f4a7c15u) & mask;
        x ^= x >> half;
        x = ((x ^ (shift >> 32)) & mask) * 0xd1342543de82ef95u & mask;
        x ^= x >> half;
        x = (x * 0xbf58476d1ce4e5b9u) & mask;
        x ^= x >> half;
    } while (x >= count);
    return x;
}

namespace {

class UniformKeys final : public KeyPopularity {
public:
    explicit UniformKeys(std::uint64_t count) : count_(count) {}
    std::unique_ptr<KeyPopularity> clone() const override { return std::make_unique<UniformKeys>(*this); }
    std::uint64_t draw(std::uint64_t, RandomStream& random, Time) const override { return random.below(count_); }
    std::uint64_t count() const override { return count_; }
    double probability(std::uint64_t) const override { return 1.0 / static_cast<double>(count_); }
    std::uint64_t key(std::uint64_t rank, Time) const override { return rank; }

private:
    std::uint64_t count_;
};

class SequentialKeys final : public KeyPopularity {
public:
    explicit SequentialKeys(std::uint64_t count) : count_(count) {}
    std::unique_ptr<KeyPopularity> clone() const override { return std::make_unique<SequentialKeys>(*this); }
    std::uint64_t draw(std::uint64_t item, RandomStream&, Time) const override { return item % count_; }
    std::uint64_t count() const override { return count_; }
    double probability(std::uint64_t) const override { return 1.0 / static_cast<double>(count_); }
    std::uint64_t key(std::uint64_t rank, Time) const override { return rank; }

private:
    std::uint64_t count_;
};

/// The sum of i^-exponent for i = 1 .. count: the first terms one by one, the others by Euler and Maclaurin.
double harmonic(std::uint64_t count, double exponent) {
    constexpr std::uint64_t single = 1000;
    double sum = 0;
    for (std::uint64_t i = 1; i <= std::min(count, single); ++i) sum += portable_pow(static_cast<double>(i), -exponent);
    if (count <= single) return sum;
    const double m = single, n = static_cast<double>(count);
    const double integral = exponent == 1
                                ? portable_log(n / m)
                                : (portable_pow(n, 1 - exponent) - portable_pow(m, 1 - exponent)) / (1 - exponent);
    const double at_m = portable_pow(m, -exponent), at_n = portable_pow(n, -exponent);
    return sum + integral + (at_n - at_m) / 2 + exponent / 12 * (at_m / m - at_n / n);
}

class ZipfRanks {
public:
    ZipfRanks(std::uint64_t count, double exponent) : zipf_({count, exponent}) {}
    std::uint64_t draw(RandomStream& random) const { return zipf_.draw(random) - 1; }
    double probability(std::uint64_t rank) const {
        const auto& [count, exponent] = zipf_.spec();
        return portable_pow(static_cast<double>(rank + 1), -exponent) / harmonic(count, exponent);
    }
    std::uint64_t count() const { return zipf_.spec().count; }

private:
    BoundedZipf zipf_;
};

class HotRanks {
public:
    HotRanks(std::uint64_t count, HotSet hot) : count_(count), traffic_(hot.traffic) {
        const double wanted = std::floor(static_cast<double>(count) * hot.share + 0.5);
        hot_ = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, count);
        if (hot_ == count_) traffic_ = 1;  // nobody is left to take the rest
    }
    std::uint64_t draw(RandomStream& random) const {
        const bool hot = random.uniform() < traffic_;
        return hot ? random.below(hot_) : hot_ + random.below(count_ - hot_);
    }
    double probability(std::uint64_t rank) const {
        return rank < hot_ ? traffic_ / static_cast<double>(hot_) : (1 - traffic_) / static_cast<double>(count_ - hot_);
    }
    std::uint64_t count() const { return count_; }

private:
    std::uint64_t count_;
    std::uint64_t hot_;
    double traffic_;
};

template <class Ranks>
class RankedKeys final : public KeyPopularity {
public:
    RankedKeys(Ranks ranks, KeyOrder order, std::optional<Duration> drift)
        : ranks_(ranks), order_(order), drift_(drift) {}
    std::unique_ptr<KeyPopularity> clone() const override { return std::make_unique<RankedKeys>(*this); }
    std::uint64_t draw(std::uint64_t, RandomStream& random, Time now) const override {
        return key(ranks_.draw(random), now);
    }
    std::uint64_t count() const override { return ranks_.count(); }
    double probability(std::uint64_t rank) const override { return ranks_.probability(rank); }
    std::uint64_t key(std::uint64_t rank, Time now) const override {
        if (order_ == KeyOrder::by_rank) return rank;
        const auto variant = drift_ ? static_cast<std::uint64_t>(now.time_since_epoch() / *drift_) : 0;
        return scatter(rank, ranks_.count(), variant);
    }

private:
    Ranks ranks_;
    KeyOrder order_;
    std::optional<Duration> drift_;
};

}  // namespace

std::unique_ptr<KeyPopularity> uniform_keys(std::uint64_t count) {
    return std::make_unique<UniformKeys>(count);
}
std::unique_ptr<KeyPopularity> sequential_keys(std::uint64_t count) {
    return std::make_unique<SequentialKeys>(count);
}
std::unique_ptr<KeyPopularity> zipf_keys(std::uint64_t count, double exponent, KeyOrder order,
                                         std::optional<Duration> drift) {
    return std::make_unique<RankedKeys<ZipfRanks>>(ZipfRanks(count, exponent), order, drift);
}
std::unique_ptr<KeyPopularity> hot_set_keys(std::uint64_t count, HotSet hot, KeyOrder order,
                                            std::optional<Duration> drift) {
    return std::make_unique<RankedKeys<HotRanks>>(HotRanks(count, hot), order, drift);
}

}  // namespace orrery
