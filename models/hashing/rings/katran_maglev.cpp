/// katran_maglev: Katran's Maglev. An endpoint's hash is XXH64 of the member's name (Katran's own is of its IP address,
/// by a function of folly that is not the same from release to release), and endpoints stand in order of these hashes.
/// Weights are whole numbers in version 2; version 1, which shifts shares by a few entries, is given none.
#include "models/hashing/rings/katran_maglev.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <numeric>

#include "models/hashing/catalog.hpp"
#include "models/hashing/functions/murmur3.hpp"

namespace orrery::models {

namespace {

std::uint64_t murmur_of_two(std::uint64_t a, std::uint64_t b, std::uint32_t seed) {
    std::array<char, 16> bytes{};
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<char>(a >> (8 * i));
        bytes[8 + i] = static_cast<char>(b >> (8 * i));
    }
    return murmur3_x64_128({bytes.data(), bytes.size()}, seed).h1;
}

/// The table while it is being filled.
class KatranFilling {
public:
    KatranFilling(std::span<const KatranEndpoint> endpoints, std::uint32_t ring_size)
        : table_(ring_size, vacant), next_(endpoints.size(), 0), left_(ring_size) {
        for (const KatranEndpoint& endpoint : endpoints)
            permutations_.push_back(katran_permutation(endpoint.hash, ring_size));
    }
    bool full() const { return left_ == 0; }

    void take(std::uint32_t who) {
        std::uint32_t at = position(who);
        while (table_[at] != vacant) {
            // Having wrapped, the sequence is no permutation and may miss the last vacant entries for ever.
            if (++next_[who] == 0) throw RingError("an endpoint's sequence does not reach the entries left over");
            at = position(who);
        }
        table_[at] = who;
        ++next_[who];
        --left_;
    }
    std::vector<std::uint32_t> done() && { return std::move(table_); }

private:
    static constexpr std::uint32_t vacant = 0xffffffffu;

    std::uint32_t position(std::uint32_t who) const {
        const std::uint32_t at = permutations_[who].offset + next_[who] * permutations_[who].skip;
        return at % static_cast<std::uint32_t>(table_.size());
    }

    std::vector<std::uint32_t> table_;
    std::vector<std::uint32_t> next_;
    std::size_t left_;
    std::vector<MaglevPermutation> permutations_;
};

void fill_v1(std::span<const KatranEndpoint> endpoints, KatranFilling& filling) {
    for (std::uint32_t turn = 0;; ++turn)
        for (std::uint32_t who = 0; who < endpoints.size(); ++who) {
            const std::uint32_t entries = turn == 0 ? endpoints[who].weight : 1;
            for (std::uint32_t i = 0; i < entries; ++i) {
                filling.take(who);
                if (filling.full()) return;
            }
        }
}

void fill_v2(std::span<const KatranEndpoint> endpoints, KatranFilling& filling) {
    std::uint32_t largest = 0;
    for (const KatranEndpoint& endpoint : endpoints) largest = std::max(largest, endpoint.weight);
    std::vector<std::uint32_t> sums(endpoints.size(), 0);
    for (;;)
        for (std::uint32_t who = 0; who < endpoints.size(); ++who) {
            sums[who] += endpoints[who].weight;
            if (sums[who] < largest) continue;
            sums[who] -= largest;
            filling.take(who);
            if (filling.full()) return;
        }
}

}  // namespace

MaglevPermutation katran_permutation(std::uint64_t hash, std::uint32_t ring_size) {
    return maglev_permutation(murmur_of_two(hash, 42, 0), murmur_of_two(hash, 2718281828u, 2307), ring_size);
}

std::vector<std::uint32_t> katran_maglev_table(std::span<const KatranEndpoint> endpoints, std::uint32_t ring_size,
                                               KatranVersion version) {
    require_prime(ring_size);
    if (endpoints.empty()) throw RingError("no members to choose from");
    if (endpoints.size() == 1) return std::vector<std::uint32_t>(ring_size, 0);
    KatranFilling filling(endpoints, ring_size);
    switch (version) {
        case KatranVersion::v1:
            fill_v1(endpoints, filling);
            break;
        case KatranVersion::v2:
            fill_v2(endpoints, filling);
            break;
    }
    return std::move(filling).done();
}

namespace {

class KatranMaglev final : public MaglevRing {
public:
    KatranMaglev(std::uint64_t table_size, KatranVersion version) : MaglevRing(table_size), version_(version) {}
    std::unique_ptr<Ring> clone() const override { return std::make_unique<KatranMaglev>(*this); }
    RingPromise promise() const override {
        return table_promise(version_ == KatranVersion::v2 ? RingPromise::Weights::whole
                                                           : RingPromise::Weights::ignored);
    }

private:
    /// Version 1 honours weights by a few entries and no more, which here is to ignore them.
    std::uint32_t weight_of(const Member& member) const {
        return version_ == KatranVersion::v2 ? whole_weight(member, 0x7fffffffu) : 1;
    }

    std::vector<std::uint32_t> fill(std::span<const Member> list) const override {
        std::vector<KatranEndpoint> endpoints;
        for (const Member& member : list) endpoints.push_back({xxh64(member.name), weight_of(member)});
        std::vector<std::uint32_t> order(list.size());
        std::iota(order.begin(), order.end(), 0u);
        std::stable_sort(order.begin(), order.end(),
                         [&](auto a, auto b) { return endpoints[a].hash < endpoints[b].hash; });
        std::vector<KatranEndpoint> sorted;
        for (const std::uint32_t place : order) sorted.push_back(endpoints[place]);
        std::vector<std::uint32_t> table = katran_maglev_table(sorted, table_size(), version_);
        for (std::uint32_t& entry : table) entry = order[entry];
        return table;
    }

    KatranVersion version_;
};

}  // namespace

Row<Ring> katran_maglev_row() {
    return {"katran_maglev",
            "Maglev of Katran, version 1 without weights or version 2 with whole ones",
            "Katran 19f08fe, MaglevHash and MaglevHashV2",
            {{maglev_table_size(65537),
              {"version", Kind::choice, "v2", 0, 0, "v1 takes all members for equal", {"v1", "v2"}}}},
            [](const Settings& settings) {
                return std::make_unique<KatranMaglev>(
                    static_cast<std::uint64_t>(settings.integer("table_size")),
                    settings.text("version") == "v1" ? KatranVersion::v1 : KatranVersion::v2);
            }};
}

}  // namespace orrery::models
