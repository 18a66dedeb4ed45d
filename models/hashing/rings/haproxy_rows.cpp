/// haproxy_consistent, haproxy_map_based: see haproxy.hpp. Names are not hashed: the id of a server is the member's id
/// plus one, for servers of a configuration are numbered from 1; weights are whole numbers up to 256. When a server is
/// down (replicas), its keys go to the next nodes of the tree, or to the next entries of the map (HAProxy fills a new
/// map).
#include <array>
#include <limits>
#include <memory>
#include <utility>

#include "models/hashing/catalog.hpp"
#include "models/hashing/rings/haproxy.hpp"
#include "models/hashing/rings/loaded_ring.hpp"
#include "models/hashing/rings/ring_spread.hpp"

namespace orrery::models {

namespace {

std::vector<HaproxyServer> servers_of(std::span<const Member> list) {
    std::vector<HaproxyServer> servers;
    for (const Member& member : list) servers.push_back({member.id.value + 1, whole_weight(member, 256)});
    return servers;
}

class HaproxyConsistent final : public LoadedRing {
public:
    /// A balance factor of 0: loads are not bounded.
    HaproxyConsistent(HaproxyHashType type, std::uint32_t factor) : type_(type), factor_(factor) {}
    std::unique_ptr<Ring> clone() const override { return std::make_unique<HaproxyConsistent>(*this); }
    std::size_t memory_bytes() const override { return circle_.memory_bytes(); }
    RingPromise promise() const override {
        // The nearer of two nodes: a member's share is half the gaps on both sides of each of its 16 nodes.
        RingPromise promise;
        promise.weights = RingPromise::Weights::whole;
        promise.max_over_mean = fullest_of_sixteen(16);
        if (factor_ != 0) {
            promise.depends_on = RingPromise::DependsOn::load;
            promise.max_over_mean = factor_ / 100.0;
        }
        return promise;
    }

private:
    void build_structure(std::span<const Member> list) override {
        const std::vector<HaproxyServer> servers = servers_of(list);
        circle_ = haproxy_circle(servers);
        balance_ = HaproxyBalance(servers, factor_);
    }
    bool eligible(std::uint32_t place) const {
        return factor_ == 0 || balance_.eligible(place, loads()[place], static_cast<std::uint32_t>(total_load()));
    }
    std::size_t node_of(Key key) const { return haproxy_node(circle_, haproxy_hash(key, type_)); }

    std::uint32_t place_of(Key key) const override {
        std::size_t node = node_of(key);
        // HAProxy gives up, with the last node of the tree, when it passes the tree's end for the second time.
        for (int ends = 0; !eligible(circle_.place(node));) {
            const std::size_t next = circle_.after(node);
            if (next == 0 && ++ends > 1) break;
            node = next;
        }
        return circle_.place(node);
    }
    void prefer(Key key, Preference& preference) const override {
        preference.offer(place_of(key));
        circle_.prefer(node_of(key), preference);
    }

    HaproxyHashType type_;
    std::uint32_t factor_;
    Circle<std::uint32_t> circle_;
    HaproxyBalance balance_;
};

class HaproxyMapBased final : public ListedRing {
public:
    explicit HaproxyMapBased(HaproxyHashType type) : type_(type) {}
    std::unique_ptr<Ring> clone() const override { return std::make_unique<HaproxyMapBased>(*this); }
    std::size_t memory_bytes() const override { return map_.size() * sizeof(std::uint32_t); }
    RingPromise promise() const override {
        RingPromise promise;
        promise.weights = RingPromise::Weights::whole;
        promise.moved_factor = std::numeric_limits<double>::infinity();  // a map of another size sends a key anywhere
        return promise;
    }

private:
    void build(std::span<const Member> list) override {
        std::vector<std::uint32_t> weights;
        for (const HaproxyServer& server : servers_of(list)) weights.push_back(server.weight);
        map_ = haproxy_map(weights);
    }
    std::size_t entry(Key key) const { return haproxy_hash(key, type_) % map_.size(); }
    std::uint32_t place_of(Key key) const override { return map_[entry(key)]; }
    void prefer(Key key, Preference& preference) const override {
        std::size_t at = entry(key);
        for (std::size_t i = 0; i < map_.size() && !preference.full(); ++i) {
            preference.offer(map_[at]);
            if (++at == map_.size()) at = 0;
        }
    }

    HaproxyHashType type_;
    std::vector<std::uint32_t> map_;
};

constexpr std::array<std::pair<std::string_view, HaproxyFunction>, 5> functions = {{
    {"unnamed", HaproxyFunction::unnamed},
    {"sdbm", HaproxyFunction::sdbm},
    {"djb2", HaproxyFunction::djb2},
    {"wt6", HaproxyFunction::wt6},
    {"crc32", HaproxyFunction::crc32},
}};

std::vector<Parameter> hash_type_parameters() {
    std::vector<std::string> names;
    for (const auto& [name, function] : functions) names.emplace_back(name);
    return {{"function", Kind::choice, "unnamed", 0, 0, "the function that hash-type names, if any", names},
            {"avalanche", Kind::flag, "false", 0, 0, "whether hash-type ends in avalanche, behind a named function"}};
}

HaproxyHashType hash_type(const Settings& settings, HaproxyMethod method) {
    HaproxyHashType type{method};
    for (const auto& [name, function] : functions)
        if (name == settings.text("function")) type.function = function;
    if (settings.flag("avalanche")) type.avalanche = HaproxyAvalanche::on;
    if (type.avalanche == HaproxyAvalanche::on && type.function == HaproxyFunction::unnamed)
        throw ParameterError("avalanche", "true without a function; it stands behind one that is named");
    return type;
}

}  // namespace

Row<Ring> haproxy_consistent_row() {
    std::vector<Parameter> parameters = hash_type_parameters();
    parameters.push_back({"balance_factor", Kind::count, "0", 0, 65535,
                          "percent of the mean that a server may serve, above 100; 0: loads are not bounded"});
    return {"haproxy_consistent",
            "a ring with 16 nodes a unit of weight, the nearest one wins; bounded loads if asked for",
            "HAProxy 2.6.12, hash-type consistent, hash-balance-factor",
            {std::move(parameters)},
            [](const Settings& settings) {
                const auto factor = static_cast<std::uint32_t>(settings.integer("balance_factor"));
                if (factor != 0 && factor <= 100)
                    throw ParameterError("balance_factor", std::to_string(factor) + "; it is 0 or above 100");
                return std::make_unique<HaproxyConsistent>(hash_type(settings, HaproxyMethod::consistent), factor);
            }};
}

Row<Ring> haproxy_map_based_row() {
    return {"haproxy_map_based",
            "the hash modulo a map with an entry a unit of weight; nearly all keys move at a change",
            "HAProxy 2.6.12, hash-type map-based",
            {hash_type_parameters()},
            [](const Settings& settings) {
                return std::make_unique<HaproxyMapBased>(hash_type(settings, HaproxyMethod::map_based));
            }};
}

}  // namespace orrery::models
