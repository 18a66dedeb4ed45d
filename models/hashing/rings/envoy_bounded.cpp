/// envoy_bounded: Envoy's bounded loads over its ring or its Maglev table. Names are the hosts' keys, "host:port".
#include "models/hashing/rings/envoy_bounded.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <optional>

#include "models/hashing/catalog.hpp"
#include "models/hashing/functions/mersenne_twister.hpp"
#include "models/hashing/functions/xxh64.hpp"
#include "models/hashing/rings/envoy_maglev.hpp"
#include "models/hashing/rings/loaded_ring.hpp"
#include "models/hashing/rings/maglev_table.hpp"
#include "models/hashing/rings/ring_hash.hpp"

namespace orrery::models {

namespace {

/// The permutation of a hash, one host after the other.
class EnvoyPermutation {
public:
    EnvoyPermutation(std::size_t hosts, std::uint64_t hash)
        : hosts_(hosts), twister_(static_cast<std::uint32_t>(hash)) {
        std::iota(hosts_.begin(), hosts_.end(), 0u);
    }
    std::optional<std::uint32_t> next() {
        if (at_ == hosts_.size()) return std::nullopt;
        std::swap(hosts_[at_], hosts_[at_ + below(hosts_.size() - at_)]);
        return hosts_[at_++];
    }

private:
    std::size_t below(std::size_t bound) {
        const std::uint64_t step = (std::uint64_t{1} << 32) / bound;
        for (;;) {
            const std::uint64_t drawn = twister_.next() / step;
            if (drawn < bound) return drawn;
        }
    }

    std::vector<std::uint32_t> hosts_;
    MersenneTwister twister_;
    std::size_t at_ = 0;
};

}  // namespace

double envoy_overload(std::uint32_t active, std::uint32_t active_of_all, std::uint32_t factor, double share) {
    const std::uint32_t slots_of_all = ((active_of_all + 1) * factor + 99) / 100;
    const double slots = std::max(std::ceil(static_cast<double>(slots_of_all) * share), 1.0);
    return static_cast<double>(active) / slots;
}

std::uint32_t EnvoyBoundedLoad::choose(std::uint32_t hashed, std::uint64_t hash, std::span<const std::uint32_t> active,
                                       std::uint32_t active_of_all) const {
    std::uint32_t least = hashed;
    double least_overload = overload(hashed, active, active_of_all);
    if (least_overload <= 1.0) return hashed;
    EnvoyPermutation permutation(shares_.size(), hash);
    while (const auto host = permutation.next()) {
        const double load = overload(*host, active, active_of_all);
        if (load <= 1.0) return *host;
        if (load < least_overload) {
            least = *host;
            least_overload = load;
        }
    }
    return least;
}

std::vector<std::uint32_t> EnvoyBoundedLoad::preference(std::uint32_t hashed, std::uint64_t hash,
                                                        std::span<const std::uint32_t> active,
                                                        std::uint32_t active_of_all) const {
    std::vector<std::uint32_t> order{hashed};
    EnvoyPermutation permutation(shares_.size(), hash);
    while (const auto host = permutation.next())
        if (*host != hashed) order.push_back(*host);
    const auto rank = [&](std::uint32_t host) { return std::max(overload(host, active, active_of_all), 1.0); };
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return rank(a) < rank(b); });
    return order;
}

namespace {

enum class Base : std::uint8_t { ring_hash, maglev };

class EnvoyBounded final : public LoadedRing {
public:
    EnvoyBounded(Base base, std::uint32_t table_size, std::uint32_t factor)
        : base_(base), table_size_(table_size), factor_(factor) {
        if (base_ == Base::maglev) require_prime(table_size);
    }
    std::unique_ptr<Ring> clone() const override { return std::make_unique<EnvoyBounded>(*this); }
    std::size_t memory_bytes() const override {
        return ring_.circle.memory_bytes() + table_.size() * sizeof(std::uint32_t) + ids().size() * sizeof(double);
    }
    RingPromise promise() const override {
        RingPromise promise;
        promise.weights = RingPromise::Weights::honoured;
        promise.depends_on = RingPromise::DependsOn::load;
        promise.max_over_mean = factor_ / 100.0;
        return promise;
    }

private:
    void build_structure(std::span<const Member> list) override {
        const std::vector<EnvoyHost> hosts = envoy_hosts(list);
        switch (base_) {
            case Base::ring_hash:
                ring_ = envoy_ring_hash(hosts, {}, RingHashFunction::xx_hash);
                break;
            case Base::maglev:
                table_ = hosts.empty() ? std::vector<std::uint32_t>{} : envoy_maglev_table(hosts, table_size_);
                break;
        }
        bounded_ = EnvoyBoundedLoad(envoy_shares(hosts), factor_);
    }
    std::uint32_t hashed(std::uint64_t hash) const {
        switch (base_) {
            case Base::ring_hash:
                return ring_.choose(hash);
            case Base::maglev:
                return envoy_maglev_choose(table_, hash, 0);
        }
        return 0;
    }
    std::uint32_t active() const { return static_cast<std::uint32_t>(total_load()); }

    std::uint32_t place_of(Key key) const override {
        const std::uint64_t hash = xxh64(key);
        return bounded_.choose(hashed(hash), hash, loads(), active());
    }
    void prefer(Key key, Preference& preference) const override {
        const std::uint64_t hash = xxh64(key);
        for (const std::uint32_t place : bounded_.preference(hashed(hash), hash, loads(), active()))
            preference.offer(place);
    }

    Base base_;
    std::uint32_t table_size_;
    std::uint32_t factor_;
    RingHash ring_;
    std::vector<std::uint32_t> table_;
    EnvoyBoundedLoad bounded_{{}, 100};
};

}  // namespace

Row<Ring> envoy_bounded_row() {
    return {"envoy_bounded",
            "bounded loads over Envoy's ring or table; what does not fit goes to random hosts",
            "Envoy 0b83af5, thread_aware_lb_impl.cc; Chen, Coleman, Shrivastava, AAAI 2021",
            {{{"base", Kind::choice, "ring_hash", 0, 0, "what hashes first", {"ring_hash", "maglev"}},
              {"balance_factor", Kind::count, "150", 100, 65535, "percent of the mean that a host may serve"},
              maglev_table_size(65537)}},
            [](const Settings& settings) {
                return std::make_unique<EnvoyBounded>(
                    settings.text("base") == "maglev" ? Base::maglev : Base::ring_hash,
                    static_cast<std::uint32_t>(settings.integer("table_size")),
                    static_cast<std::uint32_t>(settings.integer("balance_factor")));
            }};
}

}  // namespace orrery::models
