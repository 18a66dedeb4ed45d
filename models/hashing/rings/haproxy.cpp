#include "models/hashing/rings/haproxy.hpp"

#include <numeric>

#include "models/hashing/functions/crc32.hpp"
#include "models/hashing/functions/haproxy_hash.hpp"

namespace orrery::models {

namespace {

constexpr std::uint32_t nodes_per_weight = 16;
constexpr std::uint32_t nodes_most = 4096;  // of a server, at weight 256

std::uint32_t named_hash(Key key, HaproxyFunction function) {
    switch (function) {
        case HaproxyFunction::unnamed:
        case HaproxyFunction::sdbm:
            return sdbm(key);
        case HaproxyFunction::djb2:
            return djb2(key);
        case HaproxyFunction::wt6:
            return wt6(key);
        case HaproxyFunction::crc32:
            return crc32(key);
    }
    return 0;
}

}  // namespace

std::uint32_t haproxy_hash(Key key, HaproxyHashType type) {
    const std::uint32_t hash = named_hash(key, type.function);
    const bool by_default = type.function == HaproxyFunction::unnamed && type.method == HaproxyMethod::consistent;
    return by_default || type.avalanche == HaproxyAvalanche::on ? haproxy_full_hash(hash) : hash;
}

Circle<std::uint32_t> haproxy_circle(std::span<const HaproxyServer> servers) {
    std::vector<Circle<std::uint32_t>::Point> points;
    for (std::uint32_t place = 0; place < servers.size(); ++place)
        for (std::uint32_t node = 0; node < servers[place].weight * nodes_per_weight; ++node)
            points.push_back({haproxy_full_hash(servers[place].id * nodes_most + node), place});
    return Circle<std::uint32_t>(std::move(points));
}

std::size_t haproxy_node(const Circle<std::uint32_t>& circle, std::uint32_t hash) {
    const std::size_t next = circle.at_or_after(hash);
    const std::size_t previous = circle.before(next);
    const std::uint32_t to_previous = hash - circle.points()[previous].at;
    const std::uint32_t to_next = circle.points()[next].at - hash;
    return to_previous <= to_next ? previous : next;
}

HaproxyBalance::HaproxyBalance(std::span<const HaproxyServer> servers, std::uint32_t factor) : factor_(factor) {
    for (const HaproxyServer& server : servers) {
        const std::uint32_t weight = server.weight * nodes_per_weight;
        shares_.push_back({weight, weight_of_all_});
        weight_of_all_ += weight;
    }
}

bool HaproxyBalance::eligible(std::uint32_t place, std::uint32_t served, std::uint32_t served_by_all) const {
    const std::uint32_t slots_of_all = ((served_by_all + 1) * factor_ + 99) / 100;
    const std::uint32_t each = slots_of_all / weight_of_all_;
    const std::uint32_t rest = slots_of_all % weight_of_all_;
    const auto [weight, before] = shares_[place];
    const std::uint32_t slots =
        weight * each + ((before + weight) * rest) / weight_of_all_ - (before * rest) / weight_of_all_;
    return served < (slots == 0 ? 1 : slots);
}

std::vector<std::uint32_t> haproxy_map(std::span<const std::uint32_t> weights) {
    std::uint32_t divisor = 0;
    for (const std::uint32_t weight : weights) divisor = std::gcd(divisor, weight);
    std::vector<std::int64_t> scores(weights.size(), 0);
    std::int64_t sum = 0;
    for (const std::uint32_t weight : weights) sum += weight / divisor;
    std::vector<std::uint32_t> map;
    for (std::int64_t entry = 0; entry < sum; ++entry) {
        std::uint32_t best = 0;
        std::int64_t largest = -1;
        for (std::uint32_t place = 0; place < weights.size(); ++place) {
            scores[place] += weights[place] / divisor;
            // Scores of those that were just chosen are above -sum: nothing here is negative.
            const std::int64_t rank = (scores[place] + sum) / sum;
            if (rank > largest) {
                largest = rank;
                best = place;
            }
        }
        scores[best] -= sum;
        map.push_back(best);
    }
    return map;
}

}  // namespace orrery::models
