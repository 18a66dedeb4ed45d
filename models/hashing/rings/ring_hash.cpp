/// envoy_ring_hash, grpc_ring_hash: see ring_hash.hpp. Names are the hosts' keys, "host:port".
#include "models/hashing/rings/ring_hash.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <string>

#include "models/hashing/catalog.hpp"
#include "models/hashing/functions/murmur2.hpp"
#include "models/hashing/functions/xxh64.hpp"
#include "models/hashing/rings/ring_spread.hpp"

namespace orrery::models {

namespace {

std::uint64_t hash_point(Key name, RingHashFunction function) {
    switch (function) {
        case RingHashFunction::xx_hash:
            return xxh64(name);
        case RingHashFunction::murmur_hash_2:
            return murmur2_64a(name, murmur2_64a_libstdcxx_seed);
    }
    return 0;
}

struct PointCounts {
    std::vector<std::uint64_t> points;  ///< by place
    std::uint64_t size = 0;
};

/// Points of hosts that come in `order`. There are hosts.
PointCounts count_points(std::span<const double> shares, std::span<const std::uint32_t> order, RingHashBounds bounds) {
    const double smallest = *std::min_element(shares.begin(), shares.end());
    const double scale = std::min(std::ceil(smallest * static_cast<double>(bounds.min_size)) / smallest,
                                  static_cast<double>(bounds.max_size));
    PointCounts counts{std::vector<std::uint64_t>(shares.size(), 0), static_cast<std::uint64_t>(std::ceil(scale))};
    // A running sum of doubles, as in the original: its rounding decides who has a point more.
    double target = 0;
    std::uint64_t so_far = 0;
    for (const std::uint32_t place : order) {
        target += scale * shares[place];
        for (; static_cast<double>(so_far) < target; ++so_far) ++counts.points[place];
    }
    return counts;
}

RingHash build_ring(std::span<const EnvoyHost> hosts, std::span<const std::uint32_t> order, RingHashBounds bounds,
                    RingHashFunction function) {
    if (bounds.min_size == 0 || bounds.min_size > bounds.max_size)
        throw RingError("ring sizes from " + std::to_string(bounds.min_size) + " to " +
                        std::to_string(bounds.max_size) + "; they are at least 1, the smallest first");
    RingHash ring;
    if (hosts.empty()) return ring;
    const PointCounts counts = count_points(envoy_shares(hosts), order, bounds);
    ring.size = counts.size;
    ring.min_points = std::min(ring.size, *std::min_element(counts.points.begin(), counts.points.end()));
    ring.max_points = *std::max_element(counts.points.begin(), counts.points.end());
    std::vector<Circle<std::uint64_t>::Point> points;
    points.reserve(ring.size + 1);
    for (std::uint32_t place = 0; place < hosts.size(); ++place) {
        const std::string base = std::string(hosts[place].key) + "_";
        for (std::uint64_t i = 0; i < counts.points[place]; ++i)
            points.push_back({hash_point(base + std::to_string(i), function), place});
    }
    ring.circle = Circle<std::uint64_t>(std::move(points));
    return ring;
}

std::vector<std::uint32_t> as_listed(std::size_t hosts) {
    std::vector<std::uint32_t> order(hosts);
    std::iota(order.begin(), order.end(), 0u);
    return order;
}

}  // namespace

RingHash envoy_ring_hash(std::span<const EnvoyHost> hosts, RingHashBounds bounds, RingHashFunction function) {
    return build_ring(hosts, as_listed(hosts.size()), bounds, function);
}

RingHash grpc_ring_hash(std::span<const EnvoyHost> hosts, RingHashBounds bounds) {
    auto order = as_listed(hosts.size());
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return hosts[a].key < hosts[b].key; });
    return build_ring(hosts, order, bounds, RingHashFunction::xx_hash);
}

namespace {

enum class Flavour : std::uint8_t { envoy, grpc };

class RingHashRing final : public ListedRing {
public:
    RingHashRing(RingHashBounds bounds, RingHashFunction function, Flavour flavour)
        : bounds_(bounds), function_(function), flavour_(flavour), ring_(make({})) {}
    std::unique_ptr<Ring> clone() const override { return std::make_unique<RingHashRing>(*this); }
    std::size_t memory_bytes() const override { return ring_.circle.memory_bytes(); }
    RingPromise promise() const override;

private:
    RingHash make(std::span<const EnvoyHost> hosts) const {
        switch (flavour_) {
            case Flavour::envoy:
                return envoy_ring_hash(hosts, bounds_, function_);
            case Flavour::grpc:
                return grpc_ring_hash(hosts, bounds_);
        }
        return {};
    }
    void build(std::span<const Member> list) override { ring_ = make(envoy_hosts(list)); }
    // Envoy hashes the key, a header for example, by XXH64 whatever the points are hashed by; so does gRPC.
    std::uint32_t place_of(Key key) const override { return ring_.choose(xxh64(key)); }
    void prefer(Key key, Preference& preference) const override {
        ring_.circle.prefer(ring_.circle.at_or_after(xxh64(key)), preference);
    }

    RingHashBounds bounds_;
    RingHashFunction function_;
    Flavour flavour_;
    RingHash ring_;
};

RingPromise RingHashRing::promise() const {
    const auto counts_of = [this](std::span<const double> weights) {
        std::vector<EnvoyHost> hosts;
        for (const double weight : weights) hosts.push_back({{}, weight});
        return count_points(envoy_shares(hosts), as_listed(hosts.size()), bounds_);
    };
    RingPromise promise;
    promise.weights = RingPromise::Weights::honoured;
    promise.max_over_mean = fullest_of_sixteen(static_cast<double>(counts_of(std::vector<double>(16, 1)).size) / 16);
    std::vector<double> weights;
    for (const Member& member : members()) weights.push_back(member.weight);
    promise.moved_factor =
        moved_by_points(weights, [&](std::span<const double> list) { return counts_of(list).points; });
    return promise;
}

Parameter size_parameter(std::string name, const char* fallback, double most, std::string doc) {
    return {std::move(name), Kind::count, fallback, 1, most, std::move(doc)};
}

RingHashBounds bounds_of(const Settings& settings) {
    const auto min_size = static_cast<std::uint64_t>(settings.integer("min_size"));
    const auto max_size = static_cast<std::uint64_t>(settings.integer("max_size"));
    if (min_size > max_size)
        throw ParameterError("min_size", std::to_string(min_size) + " is above max_size, " + std::to_string(max_size));
    return {min_size, max_size};
}

}  // namespace

Row<Ring> envoy_ring_hash_row() {
    return {"envoy_ring_hash",
            "a ring with points in proportion to weights, its size between two bounds",
            "Envoy 0b83af5, ring_hash_lb.cc",
            {{size_parameter("min_size", "1024", 8388608, "points in all, at least"),
              size_parameter("max_size", "8388608", 8388608, "points in all, at most"),
              {"hash", Kind::choice, "xx_hash", 0, 0, "what points are hashed by", {"xx_hash", "murmur_hash_2"}}}},
            [](const Settings& settings) {
                return std::make_unique<RingHashRing>(
                    bounds_of(settings),
                    settings.text("hash") == "xx_hash" ? RingHashFunction::xx_hash : RingHashFunction::murmur_hash_2,
                    Flavour::envoy);
            }};
}

Row<Ring> grpc_ring_hash_row() {
    return {"grpc_ring_hash",
            "Envoy's ring with hosts in order of their names",
            "grpc-go 4793ad0, ringhash; gRFC A42",
            {{size_parameter("min_size", "1024", 8388608, "points in all, at least"),
              size_parameter("max_size", "4096", 8388608, "points in all, at most")}},
            [](const Settings& settings) {
                return std::make_unique<RingHashRing>(bounds_of(settings), RingHashFunction::xx_hash, Flavour::grpc);
            }};
}

}  // namespace orrery::models
