/// buraksezer: see buraksezer.hpp. Names may be anything. Replicas are the library's GetClosestN: members in order of
/// XXH64 of their names, from the owner on.
#include "models/hashing/rings/buraksezer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <string>

#include "models/hashing/catalog.hpp"
#include "models/hashing/functions/xxh64.hpp"
#include "models/hashing/rings/circle.hpp"

namespace orrery::models {

double buraksezer_cap(const BuraksezerSpec& spec, std::size_t members) {
    return std::ceil(static_cast<double>(spec.partitions) / static_cast<double>(members) * spec.load);
}

std::vector<std::uint32_t> buraksezer_owners(std::span<const std::string_view> names, const BuraksezerSpec& spec) {
    std::vector<std::uint32_t> owners;
    if (names.empty()) return owners;
    std::vector<Circle<std::uint64_t>::Point> points;
    for (std::uint32_t place = 0; place < names.size(); ++place)
        for (std::uint32_t i = 0; i < spec.replication; ++i)
            points.push_back({xxh64(std::to_string(i) + ":" + std::string(names[place])), place});
    const Circle<std::uint64_t> circle(std::move(points));
    const double cap = buraksezer_cap(spec, names.size());
    std::vector<double> loads(names.size(), 0);
    owners.reserve(spec.partitions);
    for (std::uint64_t partition = 0; partition < spec.partitions; ++partition) {
        std::array<char, 8> bytes{};
        for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(partition >> (8 * i));
        std::size_t at = circle.at_or_after(xxh64({bytes.data(), bytes.size()}));
        for (std::size_t passed = 0; loads[circle.place(at)] + 1 > cap; at = circle.after(at))
            if (++passed > circle.size()) throw RingError("not enough room for all partitions; a load is at least 1");
        loads[circle.place(at)] += 1;
        owners.push_back(circle.place(at));
    }
    return owners;
}

std::uint64_t buraksezer_partition(Key key, const BuraksezerSpec& spec) {
    return xxh64(key) % spec.partitions;
}

namespace {

class Buraksezer final : public ListedRing {
public:
    explicit Buraksezer(BuraksezerSpec spec) : spec_(spec) {}
    std::unique_ptr<Ring> clone() const override { return std::make_unique<Buraksezer>(*this); }
    std::size_t memory_bytes() const override {
        return (owners_.size() + by_name_hash_.size()) * sizeof(std::uint32_t);
    }
    RingPromise promise() const override;

private:
    void build(std::span<const Member> list) override {
        std::vector<std::string_view> names;
        for (const Member& member : list) names.emplace_back(member.name);
        std::vector<std::uint32_t> order(list.size());
        std::iota(order.begin(), order.end(), 0u);
        std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return xxh64(names[a]) < xxh64(names[b]); });
        owners_ = buraksezer_owners(names, spec_);
        by_name_hash_ = std::move(order);
    }
    std::uint32_t place_of(Key key) const override { return owners_[buraksezer_partition(key, spec_)]; }
    void prefer(Key key, Preference& preference) const override {
        const auto found = std::find(by_name_hash_.begin(), by_name_hash_.end(), place_of(key));
        auto at = static_cast<std::size_t>(found - by_name_hash_.begin());
        for (std::size_t i = 0; i < by_name_hash_.size() && !preference.full(); ++i) {
            preference.offer(by_name_hash_[at]);
            if (++at == by_name_hash_.size()) at = 0;
        }
    }

    BuraksezerSpec spec_;
    std::vector<std::uint32_t> owners_;
    std::vector<std::uint32_t> by_name_hash_;
};

RingPromise Buraksezer::promise() const {
    RingPromise promise;
    // The cap is another one for all members when their number changes.
    promise.moved_factor = std::numeric_limits<double>::infinity();
    promise.max_over_mean = buraksezer_cap(spec_, 16) * 16 / static_cast<double>(spec_.partitions);
    return promise;
}

}  // namespace

Row<Ring> buraksezer_row() {
    return {"buraksezer",
            "partitions on a ring with bounded loads, all placed anew at each change",
            "buraksezer/consistent 24361c3",
            {{{"partitions", Kind::count, "271", 1, 1e8, "partitions, each with one owner"},
              {"replication", Kind::count, "20", 1, 1e6, "points of a member on the ring"},
              {"load", Kind::real, "1.25", 1, 1e6, "partitions of a member over the mean, at most; rounded up"}}},
            [](const Settings& settings) {
                return std::make_unique<Buraksezer>(
                    BuraksezerSpec{static_cast<std::uint64_t>(settings.integer("partitions")),
                                   static_cast<std::uint32_t>(settings.integer("replication")), settings.real("load")});
            }};
}

}  // namespace orrery::models
