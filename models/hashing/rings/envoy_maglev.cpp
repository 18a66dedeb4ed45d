/// envoy_maglev: Envoy's Maglev. Names are the hosts' keys, "host:port". Replicas are what Envoy's attempts come to.
#include "models/hashing/rings/envoy_maglev.hpp"

#include <algorithm>
#include <memory>
#include <numeric>

#include "models/hashing/catalog.hpp"
#include "models/hashing/rings/maglev_table.hpp"

namespace orrery::models {

namespace {

/// Whose turn it is, by weights: an endless walk over the hosts in order of their keys.
class EnvoyTurns {
public:
    EnvoyTurns(std::vector<double> shares, std::vector<std::uint32_t> order)
        : shares_(std::move(shares)),
          order_(std::move(order)),
          targets_(shares_.size(), 0),
          largest_(*std::max_element(shares_.begin(), shares_.end())) {}

    std::uint32_t operator()() {
        for (;;) {
            if (at_ == order_.size()) {
                at_ = 0;
                ++round_;
            }
            const std::uint32_t who = order_[at_++];
            if (static_cast<double>(round_) * shares_[who] < targets_[who]) continue;
            targets_[who] += largest_;
            return who;
        }
    }

private:
    std::vector<double> shares_;
    std::vector<std::uint32_t> order_;
    std::vector<double> targets_;
    double largest_;
    std::size_t at_ = 0;
    std::uint64_t round_ = 1;
};

}  // namespace

std::vector<std::uint32_t> envoy_maglev_table(std::span<const EnvoyHost> hosts, std::uint32_t table_size) {
    require_prime(table_size);
    if (hosts.empty()) throw RingError("no members to choose from");
    std::vector<MaglevPermutation> permutations;
    for (const EnvoyHost& host : hosts)
        permutations.push_back(maglev_permutation(xxh64(host.key), xxh64(host.key, 1), table_size));
    std::vector<std::uint32_t> order(hosts.size());
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return hosts[a].key < hosts[b].key; });
    return fill_maglev(permutations, table_size, EnvoyTurns(envoy_shares(hosts), std::move(order)));
}

std::uint32_t envoy_maglev_choose(std::span<const std::uint32_t> table, std::uint64_t hash, std::uint32_t attempt) {
    return table[envoy_maglev_hash(hash, attempt) % table.size()];
}

namespace {

class EnvoyMaglev final : public MaglevRing {
public:
    explicit EnvoyMaglev(std::uint64_t table_size) : MaglevRing(table_size) {}
    std::unique_ptr<Ring> clone() const override { return std::make_unique<EnvoyMaglev>(*this); }
    RingPromise promise() const override { return table_promise(RingPromise::Weights::honoured); }

private:
    std::vector<std::uint32_t> fill(std::span<const Member> list) const override {
        return envoy_maglev_table(envoy_hosts(list), table_size());
    }
    void prefer(Key key, Preference& preference) const override {
        const std::uint64_t hash = xxh64(key);
        for (std::uint32_t attempt = 0; attempt < table().size() && !preference.full(); ++attempt)
            preference.offer(entry(envoy_maglev_hash(hash, attempt)));
    }
};

}  // namespace

Row<Ring> envoy_maglev_row() {
    return {"envoy_maglev",
            "Maglev with weights, members in order of their names",
            "Envoy 0b83af5, maglev_lb.cc",
            {{maglev_table_size(65537)}},
            [](const Settings& settings) {
                return std::make_unique<EnvoyMaglev>(static_cast<std::uint64_t>(settings.integer("table_size")));
            }};
}

}  // namespace orrery::models
