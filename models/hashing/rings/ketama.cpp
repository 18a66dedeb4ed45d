/// ketama: the rings of memcached clients. Names are "host:port"; see ketama.hpp.
#include "models/hashing/rings/ketama.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <utility>

#include "models/hashing/catalog.hpp"
#include "models/hashing/functions/jenkins.hpp"
#include "models/hashing/functions/md5.hpp"
#include "models/hashing/rings/ring_spread.hpp"

namespace orrery::models {

namespace {

constexpr std::uint32_t default_port = 11211;

bool weighted(KetamaMode mode) {
    switch (mode) {
        case KetamaMode::ketama_md5:
        case KetamaMode::ketama:
        case KetamaMode::consistent_default_hash:
            return false;
        case KetamaMode::ketama_weighted:
        case KetamaMode::spy:
        case KetamaMode::libketama:
            return true;
    }
    return false;
}

std::uint32_t hash(Key key, KetamaMode mode) {
    switch (mode) {
        case KetamaMode::ketama:
        case KetamaMode::consistent_default_hash:
            return jenkins_one_at_a_time_signed(key);
        case KetamaMode::ketama_md5:
        case KetamaMode::ketama_weighted:
        case KetamaMode::spy:
        case KetamaMode::libketama:
            return md5_word(md5(key), 0);
    }
    return 0;
}

/// Names hashed for servers of these weights, four points each.
std::vector<std::uint32_t> names_of(std::span<const double> weights, KetamaMode mode) {
    double sum = 0;
    for (const double weight : weights) sum += weight;
    const auto servers = static_cast<float>(weights.size());
    std::vector<std::uint32_t> names;
    for (const double weight : weights) {
        const float share = static_cast<float>(weight) / static_cast<float>(sum);
        // libketama rounds a product of doubles to float32, libmemcached a product of float32 and a small double.
        const double product = mode == KetamaMode::libketama ? double{share} * 40.0 * double{servers}
                                                             : double{share * 160.0F / 4.0F * servers} + 0.0000000001;
        names.push_back(static_cast<std::uint32_t>(std::floor(static_cast<float>(product))));
    }
    return names;
}

std::string base_name(const KetamaServer& server, KetamaMode mode) {
    if (mode == KetamaMode::libketama) return server.host;
    if (mode == KetamaMode::spy) return "/" + server.host + ":" + std::to_string(server.port);
    if (server.port == default_port) return server.host;
    return server.host + ":" + std::to_string(server.port);
}

}  // namespace

KetamaServer ketama_server(std::string_view name, double weight, KetamaMode mode) {
    const auto colon = name.rfind(':');
    const auto digits = name.substr(colon == std::string_view::npos ? name.size() : colon + 1);
    const bool numeric = !digits.empty() && digits.size() <= 5 &&
                         std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (mode == KetamaMode::libketama || !numeric) return {std::string(name), default_port, weight};
    std::uint32_t port = 0;
    for (const char digit : digits) port = port * 10 + static_cast<std::uint32_t>(digit - '0');
    return {std::string(name.substr(0, colon)), port, weight};
}

Circle<std::uint32_t> ketama_circle(std::span<const KetamaServer> servers, KetamaMode mode) {
    std::vector<double> weights;
    for (const KetamaServer& server : servers) weights.push_back(server.weight);
    const std::vector<std::uint32_t> names = names_of(weights, mode);
    std::vector<Circle<std::uint32_t>::Point> points;
    for (std::uint32_t place = 0; place < servers.size(); ++place) {
        const std::string base = base_name(servers[place], mode) + "-";
        if (!weighted(mode)) {
            for (int i = 0; i < 100; ++i) points.push_back({hash(base + std::to_string(i), mode), place});
            continue;
        }
        for (std::uint32_t i = 0; i < names[place]; ++i) {
            const Md5Digest digest = md5(base + std::to_string(i));
            for (std::size_t word = 0; word < 4; ++word) points.push_back({md5_word(digest, word), place});
        }
    }
    return Circle<std::uint32_t>(std::move(points));
}

std::uint32_t ketama_hash(Key key, std::size_t servers, KetamaMode mode) {
    return servers == 1 && mode != KetamaMode::libketama ? 0 : hash(key, mode);
}

std::uint32_t memcached_modula_md5(Key key, std::size_t servers) {
    return static_cast<std::uint32_t>(ketama_hash(key, servers, KetamaMode::ketama_md5) % servers);
}

namespace {

constexpr std::array<std::pair<std::string_view, KetamaMode>, 6> modes = {{
    {"ketama_weighted", KetamaMode::ketama_weighted},
    {"ketama_md5", KetamaMode::ketama_md5},
    {"ketama", KetamaMode::ketama},
    {"consistent_default_hash", KetamaMode::consistent_default_hash},
    {"spy", KetamaMode::spy},
    {"libketama", KetamaMode::libketama},
}};

class Ketama final : public ListedRing {
public:
    explicit Ketama(KetamaMode mode) : mode_(mode) {}
    std::unique_ptr<Ring> clone() const override { return std::make_unique<Ketama>(*this); }
    std::size_t memory_bytes() const override { return circle_.memory_bytes(); }
    RingPromise promise() const override {
        RingPromise promise;
        promise.max_over_mean = fullest_of_sixteen(weighted(mode_) ? 156 : 100);
        if (!weighted(mode_)) return promise;
        promise.weights = RingPromise::Weights::honoured;
        std::vector<double> weights;
        for (const Member& member : members()) weights.push_back(member.weight);
        promise.moved_factor = moved_by_points(weights, [mode = mode_](std::span<const double> list) {
            std::vector<std::uint64_t> points;
            for (const std::uint32_t count : names_of(list, mode)) points.push_back(4 * std::uint64_t{count});
            return points;
        });
        return promise;
    }

private:
    void build(std::span<const Member> list) override {
        std::vector<KetamaServer> servers;
        for (const Member& member : list) servers.push_back(ketama_server(member.name, member.weight, mode_));
        circle_ = ketama_circle(servers, mode_);
    }
    std::uint32_t place_of(Key key) const override { return circle_.place(point(key)); }
    void prefer(Key key, Preference& preference) const override { circle_.prefer(point(key), preference); }
    std::size_t point(Key key) const { return circle_.at_or_after(ketama_hash(key, ids().size(), mode_)); }

    KetamaMode mode_;
    Circle<std::uint32_t> circle_;
};

}  // namespace

Row<Ring> ketama_row() {
    std::vector<std::string> names;
    for (const auto& [name, mode] : modes) names.emplace_back(name);
    return {"ketama",
            "the ring of memcached clients, 100 or 160 points a server",
            "libmemcached 1.1.4; libketama 18cf9a7",
            {{{"mode", Kind::choice, "ketama_weighted", 0, 0, "the client, and how it was configured", names}}},
            [](const Settings& settings) {
                const auto* found = std::find_if(modes.begin(), modes.end(),
                                                 [&](const auto& mode) { return mode.first == settings.text("mode"); });
                return std::make_unique<Ketama>(found->second);
            }};
}

}  // namespace orrery::models
