#include "models/hashing/rings/skeleton_tree.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include "sim/base/check.hpp"
#include "sim/base/random.hpp"

namespace orrery::models {

namespace {

constexpr std::uint32_t leaf_bit = 96;  ///< 64 bits of hash and 32 of id

std::uint32_t bit_of(const SkeletonTree::Place& place, std::uint32_t bit) {
    return bit < 64 ? static_cast<std::uint32_t>(place.hash >> (63 - bit)) & 1u
                    : (place.member.value >> (95 - bit)) & 1u;
}

std::uint32_t first_difference(const SkeletonTree::Place& a, const SkeletonTree::Place& b) {
    if (a.hash != b.hash) return static_cast<std::uint32_t>(std::countl_zero(a.hash ^ b.hash));
    return 64 + static_cast<std::uint32_t>(std::countl_zero(a.member.value ^ b.member.value));
}

/// Names the fork: the bits in front of the one that it decides, and which one that is.
std::uint64_t salt_of(const SkeletonTree::Place& place, std::uint32_t bit) {
    const std::uint64_t ones = ~std::uint64_t{0};
    const std::uint64_t prefix = bit == 0 ? 0 : bit >= 64 ? place.hash : place.hash & (ones << (64 - bit));
    const std::uint64_t rest = bit <= 64 ? 0 : place.member.value >> (96 - bit);
    return mix64(mix64(prefix) + rest * golden_step + bit);
}

/// 2^64 a / (a + b), the whole range where b vanishes beside a.
std::uint64_t threshold_of(double a, double b) {
    const double share = a / (a + b);
    if (share >= 1) return std::numeric_limits<std::uint64_t>::max();
    return static_cast<std::uint64_t>(share * 0x1p64);
}

std::uint64_t draw(std::uint64_t key, std::uint64_t salt) {
    const std::uint64_t x = (key ^ salt) * 0x9e3779b97f4a7c15u;
    return (x ^ (x >> 32)) * 0xd6e8feb86659fd93u;
}

}  // namespace

void SkeletonTree::clear() {
    forks_.clear();
    books_.clear();
    free_.clear();
    root_ = none;
}

SkeletonTree::Index SkeletonTree::make_node() {
    if (free_.empty()) {
        forks_.emplace_back();
        books_.emplace_back();
        return static_cast<Index>(forks_.size() - 1);
    }
    const Index node = free_.back();
    free_.pop_back();
    return node;
}

/// The leaf that shares the most leading bits with `place`.
SkeletonTree::Index SkeletonTree::nearest(const Place& place) const {
    Index node = root_;
    while (books_[node].bit != leaf_bit) node = forks_[node].side[bit_of(place, books_[node].bit)];
    return node;
}

void SkeletonTree::replace_side(Index parent, Index from, Index to) {
    books_[to].parent = parent;
    if (parent == none) {
        root_ = to;
    } else {
        forks_[parent].side[forks_[parent].side[0] == from ? 0 : 1] = to;
    }
}

void SkeletonTree::update_upwards(Index node) {
    for (; node != none; node = books_[node].parent) {
        const double a = books_[forks_[node].side[0]].weight;
        const double b = books_[forks_[node].side[1]].weight;
        books_[node].weight = a + b;
        forks_[node].threshold = threshold_of(a, b);
    }
}

void SkeletonTree::insert(Place place, double weight) {
    const Index leaf = make_node();
    forks_[leaf] = {0, 0, {leaf, leaf}};
    books_[leaf] = {place, weight, none, leaf_bit};
    if (root_ == none) {
        root_ = leaf;
        return;
    }
    const std::uint32_t bit = first_difference(place, books_[nearest(place)].place);
    ORRERY_CHECK(bit < leaf_bit, "a place in the skeleton is taken once");
    Index other = root_;
    while (books_[other].bit < bit) other = forks_[other].side[bit_of(place, books_[other].bit)];
    const Index parent = books_[other].parent;
    const Index fork = make_node();
    books_[fork] = {place, 0, none, bit};
    replace_side(parent, other, fork);
    forks_[fork] = {salt_of(place, bit), 0, {other, other}};
    forks_[fork].side[bit_of(place, bit)] = leaf;
    books_[other].parent = fork;
    books_[leaf].parent = fork;
    update_upwards(fork);
}

void SkeletonTree::erase(Place place) {
    const Index leaf = nearest(place);
    ORRERY_CHECK(books_[leaf].place.member == place.member, "a member that leaves the skeleton is in it");
    free_.push_back(leaf);
    const Index fork = books_[leaf].parent;
    if (fork == none) {
        root_ = none;
        return;
    }
    free_.push_back(fork);
    const Index other = forks_[fork].side[forks_[fork].side[0] == leaf ? 1 : 0];
    replace_side(books_[fork].parent, fork, other);
    update_upwards(books_[other].parent);
}

MemberId SkeletonTree::find(std::uint64_t key) const {
    Index node = root_;
    while (books_[node].bit != leaf_bit) {
        const Fork& fork = forks_[node];
        node = fork.side[draw(key, fork.salt) < fork.threshold ? 0 : 1];
    }
    return books_[node].place.member;
}

void SkeletonTree::find(std::span<const std::uint64_t> keys, std::span<MemberId> out) const {
    constexpr std::size_t lanes = 8;
    std::size_t first = 0;
    for (; first + lanes <= keys.size(); first += lanes) {
        std::array<Index, lanes> node{};
        node.fill(root_);
        for (bool on = true; on;) {
            Index moved = 0;
            for (std::size_t i = 0; i < lanes; ++i) {
                const Fork& fork = forks_[node[i]];
                const Index next = fork.side[draw(keys[first + i], fork.salt) < fork.threshold ? 0 : 1];
                moved |= next ^ node[i];
                node[i] = next;
            }
            on = moved != 0;
        }
        for (std::size_t i = 0; i < lanes; ++i) out[first + i] = books_[node[i]].place.member;
    }
    for (; first < keys.size(); ++first) out[first] = find(keys[first]);
}

double SkeletonTree::weight_of(Index node, const Reduced& reduced) const {
    const auto found = std::lower_bound(reduced.begin(), reduced.end(), std::pair<Index, double>(node, -1));
    return found != reduced.end() && found->first == node ? found->second : books_[node].weight;
}

/// As if `leaf` had no weight.
void SkeletonTree::take_out(Index leaf, Reduced& reduced) const {
    double weight = 0;
    for (Index node = leaf; node != none; node = books_[node].parent) {
        if (node != leaf) weight = weight_of(forks_[node].side[0], reduced) + weight_of(forks_[node].side[1], reduced);
        const auto place = std::lower_bound(reduced.begin(), reduced.end(), std::pair<Index, double>(node, -1));
        if (place != reduced.end() && place->first == node) {
            place->second = weight;
        } else {
            reduced.insert(place, {node, weight});
        }
    }
}

SkeletonTree::Index SkeletonTree::descend(std::uint64_t key, const Reduced& reduced) const {
    Index node = root_;
    while (books_[node].bit != leaf_bit) {
        const Fork& fork = forks_[node];
        const double a = weight_of(fork.side[0], reduced);
        const double b = weight_of(fork.side[1], reduced);
        const bool left = b <= 0 || (a > 0 && draw(key, fork.salt) < threshold_of(a, b));
        node = fork.side[left ? 0 : 1];
    }
    return node;
}

std::size_t SkeletonTree::find_distinct(std::uint64_t key, std::span<MemberId> out) const {
    Reduced reduced;
    std::size_t count = 0;
    for (; count < out.size() && weight_of(root_, reduced) > 0; ++count) {
        const Index leaf = descend(key, reduced);
        out[count] = books_[leaf].place.member;
        take_out(leaf, reduced);
    }
    return count;
}

double SkeletonTree::moved_factor() const {
    double most = 1;
    for (Index leaf = 0; leaf < books_.size(); ++leaf) {
        if (books_[leaf].bit != leaf_bit || forks_[leaf].side[0] != leaf) continue;
        double sum = 0;
        double without = 0;
        for (Index node = leaf; books_[node].parent != none; node = books_[node].parent) {
            const Fork& fork = forks_[books_[node].parent];
            const double other = books_[fork.side[fork.side[0] == node ? 1 : 0]].weight;
            without += other;
            sum += other / without;
        }
        most = std::max(most, sum);
    }
    return most;
}

std::size_t SkeletonTree::memory_bytes() const {
    return forks_.capacity() * sizeof(Fork) + books_.capacity() * sizeof(Bookkeeping) +
           free_.capacity() * sizeof(Index);
}

}  // namespace orrery::models
