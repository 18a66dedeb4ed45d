/// ring: virtual nodes on a circle (Karger, Lehman, Leighton, Panigrahy, Levine, Lewin, "Consistent Hashing and Random
/// Trees", STOC 1997; weights by points as in Amazon's Dynamo, SOSP 2007, section 4.2).
///
/// A member of weight w stands at round(w * virtual_nodes) points, at least one: point i at hash(name + "#" + i), i in
/// decimal from 0. A key belongs to the first point at or after hash(key), clockwise; points that coincide count in
/// order of member id. Narrow hashes are
/// shifted to the high bits.
///
/// Shares of members deviate by about 1/sqrt(virtual_nodes); see `promise`. Look-up O(1), see point_index.hpp; building
/// O(points); a change O(virtual_nodes); 16 to 32 bytes a point.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "models/hashing/key_hash.hpp"
#include "models/hashing/member_list.hpp"
#include "models/hashing/rings/distinct.hpp"
#include "models/hashing/rings/point_index.hpp"
#include "sim/base/catalog.hpp"
#include "sim/base/math.hpp"

namespace orrery::models {

namespace {

constexpr double points_most = 1 << 24;  ///< of one member

/// How far above the mean the fullest of `members` gets with probability at most 1e-6. A share is the sum of v gaps,
/// Gamma(v) over the circle to a close upper bound, and P(Gamma(v) >= v (1 + t)) <= exp(-v (t - log(1 + t)))
/// (Chernoff).
double fullest_over_mean(double v, double members) {
    const double wanted = portable_log(members * 1e6) / v;
    double low = 0;
    double high = 2 * wanted + 2;
    for (int i = 0; i < 60; ++i) {
        const double t = (low + high) / 2;
        (t - portable_log1p(t) < wanted ? low : high) = t;
    }
    return std::min(1 + high, members);
}

class VirtualNodeRing final : public Ring {
public:
    explicit VirtualNodeRing(const Settings& settings)
        : hash_(settings, 16), virtual_nodes_(static_cast<double>(settings.integer("virtual_nodes"))) {}

    std::unique_ptr<Ring> clone() const override { return std::make_unique<VirtualNodeRing>(*this); }

    void reset(std::span<const Member> members) override {
        MemberList list;
        list.reset(members);
        std::vector<RingPoint> points;
        for (const Member& member : members) append_points(member, points);
        index_.assign(points);
        members_ = std::move(list);
    }

    void add(const Member& member) override {
        members_.check_new(member);
        std::vector<RingPoint> points;
        append_points(member, points);
        members_.add(member);
        index_.insert(points);
    }

    void remove(MemberId member) override {
        const Member gone = members_.find(member);
        std::vector<RingPoint> points;
        append_points(gone, points);
        members_.remove(member);
        index_.erase(points);
    }

    std::span<const Member> members() const override { return members_.all(); }

    MemberId owner(Key key) const override {
        members_.require_some();
        return index_.successor(hash_(key)).member;
    }

    void owners(std::span<const std::uint64_t> keys, std::span<MemberId> out) const override {
        members_.require_some();
        hash_.with_number_hash([&](auto hash) {
            // The points of a block of keys are on their way while the block before is looked up.
            constexpr std::size_t block = 16;
            std::array<std::uint64_t, block> at{};
            for (std::size_t first = 0; first < keys.size(); first += block) {
                const std::size_t count = std::min(block, keys.size() - first);
                for (std::size_t i = 0; i < count; ++i) {
                    at[i] = hash(keys[first + i]);
                    index_.prefetch_page(at[i]);
                }
                for (std::size_t i = 0; i < count; ++i) index_.prefetch_points(at[i]);
                for (std::size_t i = 0; i < count; ++i) out[first + i] = index_.successor(at[i]).member;
            }
        });
    }

    std::size_t replicas(Key key, std::span<MemberId> out) const override {
        members_.require_some();
        DistinctMembers found(out, members_.size());
        if (found.full()) return 0;
        index_.walk(hash_(key), [&](const RingPoint& point) {
            found.offer(point.member);
            return found.full() ? PointIndex::Walk::stop : PointIndex::Walk::on;
        });
        return found.count();
    }

    std::size_t memory_bytes() const override { return index_.memory_bytes(); }

    RingPromise promise() const override {
        return {RingPromise::Weights::honoured, 1, fullest_over_mean(virtual_nodes_, 16), RingPromise::Removal::any,
                RingPromise::DependsOn::members};
    }

private:
    void append_points(const Member& member, std::vector<RingPoint>& points) const {
        const double wanted = std::floor(member.weight * virtual_nodes_ + 0.5);
        if (wanted > points_most)
            throw RingError("member '" + member.name + "' of weight " + std::to_string(member.weight) +
                            " would take more than 16777216 points; weights are multiples of virtual_nodes");
        const auto count = static_cast<std::uint32_t>(std::max(1.0, wanted));
        std::string text = member.name + "#";
        const std::size_t prefix = text.size();
        text.resize(prefix + 10);
        for (std::uint32_t i = 0; i < count; ++i) {
            const char* end = std::to_chars(text.data() + prefix, text.data() + text.size(), i).ptr;
            const Key name(text.data(), static_cast<std::size_t>(end - text.data()));
            points.push_back({hash_(name), member.id});
        }
    }

    KeyHash hash_;
    double virtual_nodes_;
    MemberList members_;
    PointIndex index_;
};

}  // namespace

Row<Ring> ring_row() {
    Table table{{{"virtual_nodes", Kind::count, "128", 1, 65536, "points of a member of weight 1 on the circle"}},
                {hash_child("xxh64")}};
    return {"ring", "virtual nodes on a circle, as many as the weight says",
            "Karger et al., STOC 1997; DeCandia et al. (Dynamo), SOSP 2007, section 4.2", table,
            [](const Settings& settings) { return std::make_unique<VirtualNodeRing>(settings); }};
}

}  // namespace orrery::models
