/// nginx_hash, nginx_consistent: nginx's upstream hashes. Names are servers as in a configuration, "host:port"; weights
/// are whole numbers; the list is in order of member ids. Where a key goes when its server is down (replicas):
/// nginx_hash as nginx rehashes, 20 times, and then in order of the list (nginx: round robin); nginx_consistent to the
/// next points.
#include "models/hashing/rings/nginx.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>

#include "models/hashing/catalog.hpp"
#include "models/hashing/functions/crc32.hpp"
#include "models/hashing/rings/ring_spread.hpp"

namespace orrery::models {

namespace {

/// What a point's hash begins with: the host, a zero, the port.
std::string host_and_port(std::string_view name) {
    static constexpr std::string_view unix_prefix = "unix:";
    const bool is_unix = name.size() >= unix_prefix.size() &&
                         std::equal(unix_prefix.begin(), unix_prefix.end(), name.begin(), [](char a, char b) {
                             return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
                         });
    if (is_unix) return std::string(name.substr(unix_prefix.size())) + '\0';
    std::size_t digits = name.size();
    while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9') --digits;
    if (digits == 0 || name[digits - 1] != ':') return std::string(name) + '\0';
    return std::string(name.substr(0, digits - 1)) + '\0' + std::string(name.substr(digits));
}

}  // namespace

NginxHash::NginxHash(std::vector<std::uint32_t> weights) {
    std::uint64_t sum = 0;
    for (const std::uint32_t weight : weights) ends_.push_back(sum += weight);
}

std::uint32_t NginxHash::Attempts::next() {
    const std::string again = attempt_ == 0 ? std::string(key_) : std::to_string(attempt_) + std::string(key_);
    ++attempt_;
    hash_ += (crc32(again) >> 16) & 0x7fffu;
    const std::uint64_t slot = hash_ % servers_.ends_.back();
    const auto end = std::upper_bound(servers_.ends_.begin(), servers_.ends_.end(), slot);
    return static_cast<std::uint32_t>(end - servers_.ends_.begin());
}

Circle<std::uint32_t> nginx_circle(std::span<const NginxServer> servers) {
    std::vector<Circle<std::uint32_t>::Point> points;
    for (std::uint32_t place = 0; place < servers.size(); ++place) {
        std::string hashed = host_and_port(servers[place].name);
        const std::size_t base = hashed.size();
        std::uint32_t point = 0;
        for (std::uint64_t i = 0; i < std::uint64_t{servers[place].weight} * 160; ++i) {
            hashed.resize(base);
            for (int byte = 0; byte < 4; ++byte) hashed.push_back(static_cast<char>(point >> (8 * byte)));
            point = crc32(hashed);
            points.push_back({point, place});
        }
    }
    std::sort(points.begin(), points.end());
    points.erase(std::unique(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.at == b.at; }),
                 points.end());
    return Circle<std::uint32_t>(std::move(points));
}

namespace {

constexpr std::uint32_t weight_most = 65535;

class NginxHashRing final : public ListedRing {
public:
    std::unique_ptr<Ring> clone() const override { return std::make_unique<NginxHashRing>(*this); }
    std::size_t memory_bytes() const override { return hash_.memory_bytes(); }
    RingPromise promise() const override {
        RingPromise promise;
        promise.weights = RingPromise::Weights::whole;
        promise.moved_factor = std::numeric_limits<double>::infinity();  // of n members, n - 1 in n keys move
        promise.max_over_mean = 1 + 16.0 / 32768;
        return promise;
    }

private:
    void build(std::span<const Member> list) override {
        std::vector<std::uint32_t> weights;
        for (const Member& member : list) weights.push_back(whole_weight(member, weight_most));
        hash_ = NginxHash(std::move(weights));
    }
    std::uint32_t place_of(Key key) const override { return hash_.choose(key); }
    void prefer(Key key, Preference& preference) const override {
        NginxHash::Attempts attempts(hash_, key);
        for (int i = 0; i <= 20 && !preference.full(); ++i) preference.offer(attempts.next());
    }

    NginxHash hash_{{}};
};

class NginxConsistent final : public ListedRing {
public:
    std::unique_ptr<Ring> clone() const override { return std::make_unique<NginxConsistent>(*this); }
    std::size_t memory_bytes() const override { return circle_.memory_bytes(); }
    RingPromise promise() const override {
        RingPromise promise;
        promise.weights = RingPromise::Weights::whole;
        promise.max_over_mean = fullest_of_sixteen(160);
        return promise;
    }

private:
    void build(std::span<const Member> list) override {
        std::vector<NginxServer> servers;
        for (const Member& member : list) servers.push_back({member.name, whole_weight(member, weight_most)});
        circle_ = nginx_circle(servers);
    }
    std::uint32_t place_of(Key key) const override { return circle_.place(circle_.at_or_after(crc32(key))); }
    void prefer(Key key, Preference& preference) const override {
        circle_.prefer(circle_.at_or_after(crc32(key)), preference);
    }

    Circle<std::uint32_t> circle_;
};

}  // namespace

Row<Ring> nginx_hash_row() {
    return {"nginx_hash",
            "15 bits of a CRC modulo the sum of weights; nearly all keys move at a change",
            "nginx 1.22.1, upstream hash",
            {},
            [](const Settings&) { return std::make_unique<NginxHashRing>(); }};
}

Row<Ring> nginx_consistent_row() {
    return {"nginx_consistent",
            "a ring with 160 points a unit of weight, each chained to the one before",
            "nginx 1.22.1, upstream hash consistent",
            {},
            [](const Settings&) { return std::make_unique<NginxConsistent>(); }};
}

}  // namespace orrery::models
