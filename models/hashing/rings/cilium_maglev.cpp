/// cilium_maglev: Cilium's Maglev. Names are "addr:port/PROTO", as in "10.0.0.1:80/TCP" or "[fd00::1]:53/UDP"; weights
/// are whole numbers up to 65535. (Cilium hashes the 5-tuple of a packet by jhash; here the key by XXH64.)
#include "models/hashing/rings/cilium_maglev.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>

#include "models/hashing/catalog.hpp"
#include "models/hashing/functions/murmur3.hpp"
#include "models/hashing/rings/maglev_table.hpp"

namespace orrery::models {

std::string cilium_hash_string(std::string_view address) {
    return "[" + std::string(address) + ",State:active]";
}

std::uint32_t cilium_seed(std::string_view base64) {
    static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < base64.size() && base64.size() == 16; ++i) {
        const auto value = letters.find(base64[i]);
        if (value == std::string_view::npos) break;
        // Six letters are 36 bits, the seed and four more.
        if (i < 6) bits = (bits << 6) | value;
        if (i == 15) return static_cast<std::uint32_t>(bits >> 4);
    }
    throw RingError("a hash seed of '" + std::string(base64) + "'; it is 12 bytes in base64, 16 letters");
}

std::vector<std::uint32_t> cilium_maglev_table(std::span<const CiliumBackend> backends, std::uint32_t table_size,
                                               std::uint32_t seed) {
    require_prime(table_size);
    if (backends.empty()) throw RingError("no members to choose from");
    const std::size_t count = backends.size();
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return backends[a].hash_string < backends[b].hash_string; });
    std::vector<MaglevPermutation> permutations;
    std::vector<double> counters;
    std::uint64_t sum = 0;
    for (const CiliumBackend& backend : backends) {
        const Murmur128 hash = murmur3_x64_128(backend.hash_string, seed);
        permutations.push_back(maglev_permutation(hash.h1, hash.h2, table_size));
        counters.push_back(static_cast<double>(backend.weight) / static_cast<double>(count));
        sum += backend.weight;
    }
    const bool weighted = sum / count > 1;
    std::uint64_t entries = 0;
    return fill_maglev(permutations, table_size, [&] {
        std::size_t turn = entries++ % count;
        if (!weighted) return order[turn];
        // Not all can pass: counters less the first summands add up to (entries so far) * sum.
        const auto passes = [&](std::uint32_t who) {
            return entries * backends[who].weight < static_cast<std::uint64_t>(counters[who]);
        };
        while (passes(order[turn])) turn = (turn + 1) % count;
        counters[order[turn]] += static_cast<double>(sum);
        return order[turn];
    });
}

namespace {

class CiliumMaglev final : public MaglevRing {
public:
    CiliumMaglev(std::uint64_t table_size, std::uint32_t seed) : MaglevRing(table_size), seed_(seed) {}
    std::unique_ptr<Ring> clone() const override { return std::make_unique<CiliumMaglev>(*this); }
    RingPromise promise() const override {
        RingPromise promise = table_promise(RingPromise::Weights::whole);
        // Weights begin to count, or cease to, when their mean crosses 2; shares are then others altogether.
        const auto equal = [&](const Member& member) { return member.weight == members().front().weight; };
        if (!std::all_of(members().begin(), members().end(), equal))
            promise.moved_factor = std::numeric_limits<double>::infinity();
        return promise;
    }

private:
    std::vector<std::uint32_t> fill(std::span<const Member> list) const override {
        std::vector<CiliumBackend> backends;
        for (const Member& member : list)
            backends.push_back(
                {cilium_hash_string(member.name), static_cast<std::uint16_t>(whole_weight(member, 65535))});
        return cilium_maglev_table(backends, table_size(), seed_);
    }

    std::uint32_t seed_;
};

}  // namespace

Row<Ring> cilium_maglev_row() {
    return {"cilium_maglev",
            "Maglev with whole weights, which count if their mean is 2 or more",
            "Cilium 1.20-dev 27f8d7d, pkg/maglev",
            {{maglev_table_size(16381),
              {"hash_seed", Kind::text, "JLfvgnHc2kaSUFaI", 0, 0, "12 bytes in base64; the default is Cilium's"}}},
            [](const Settings& settings) {
                return std::make_unique<CiliumMaglev>(static_cast<std::uint64_t>(settings.integer("table_size")),
                                                      cilium_seed(settings.text("hash_seed")));
            }};
}

}  // namespace orrery::models
