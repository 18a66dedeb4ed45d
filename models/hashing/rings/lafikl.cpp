/// lafikl: see lafikl.hpp. Names may be anything. Replicas: the next hosts clockwise, from the one that would take the
/// key.
#include "models/hashing/rings/lafikl.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include "models/hashing/catalog.hpp"
#include "models/hashing/functions/blake2b.hpp"
#include "models/hashing/rings/loaded_ring.hpp"

namespace orrery::models {

Circle<std::uint64_t> lafikl_circle(std::span<const std::string_view> names) {
    std::vector<Circle<std::uint64_t>::Point> points;
    for (std::uint32_t place = 0; place < names.size(); ++place)
        for (int i = 0; i < 10; ++i)
            points.push_back({blake2b_512_u64(std::string(names[place]) + std::to_string(i)), place});
    return Circle<std::uint64_t>(std::move(points));
}

std::uint64_t lafikl_cap(std::uint64_t total, std::size_t hosts) {
    const std::uint64_t mean = std::max<std::uint64_t>(1, (total + 1) / hosts);
    return (5 * mean + 3) / 4;  // 1.25 is a power of two's fraction: exact in the library's doubles as well
}

std::uint32_t lafikl_get(const Circle<std::uint64_t>& circle, Key key) {
    return circle.place(circle.at_or_after(blake2b_512_u64(key)));
}

std::uint32_t lafikl_get_least(const Circle<std::uint64_t>& circle, Key key, std::span<const std::uint32_t> loads,
                               std::uint64_t total) {
    const std::uint64_t cap = lafikl_cap(total, loads.size());
    const std::size_t start = circle.at_or_after(blake2b_512_u64(key));
    std::size_t at = start;
    while (loads[circle.place(at)] + 1 > cap) {
        at = circle.after(at);
        // Only if loads do not add up to `total`; the library gives the key's plain owner then.
        if (at == start) break;
    }
    return circle.place(at);
}

namespace {

class Lafikl final : public LoadedRing {
public:
    std::unique_ptr<Ring> clone() const override { return std::make_unique<Lafikl>(*this); }
    std::size_t memory_bytes() const override { return circle_.memory_bytes(); }
    RingPromise promise() const override {
        RingPromise promise;
        promise.depends_on = RingPromise::DependsOn::load;
        promise.max_over_mean = 1.25;
        return promise;
    }

private:
    void build_structure(std::span<const Member> list) override {
        std::vector<std::string_view> names;
        for (const Member& member : list) names.emplace_back(member.name);
        circle_ = lafikl_circle(names);
    }
    std::uint32_t place_of(Key key) const override { return lafikl_get_least(circle_, key, loads(), total_load()); }
    void prefer(Key key, Preference& preference) const override {
        preference.offer(place_of(key));
        circle_.prefer(circle_.at_or_after(blake2b_512_u64(key)), preference);
    }

    Circle<std::uint64_t> circle_;
};

}  // namespace

Row<Ring> lafikl_row() {
    return {"lafikl",
            "a ring with ten points a host and loads bounded by 1.25 times the mean rounded down",
            "lafikl/consistent bdd3606, GetLeast",
            {},
            [](const Settings&) { return std::make_unique<Lafikl>(); }};
}

}  // namespace orrery::models
