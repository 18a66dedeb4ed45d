/// SkeletonTree: a virtual hierarchy over members in which every fork is decided by the highest random weight of two.
///
/// A binary tree over the bits of the members' hashes, forks with one way left out (a Patricia tree), so its shape
/// depends on the members alone, and a member's leaf is log2(n) + 0.33 forks deep on average. At a fork a key draws
/// u = 64 bits of mix(key xor the fork's salt) and goes left if u < 2^64 a / (a + b), where a and b are the sums of the
/// weights on both sides: what highest random weight decides between two nodes of these weights. So every member gets
/// the share of its weight, and when a weight grows, keys move to its side only.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "models/hashing/ring.hpp"

namespace orrery::models {

class SkeletonTree {
public:
    /// Where a member stands. Members of one hash are told apart by their ids.
    struct Place {
        std::uint64_t hash = 0;
        MemberId member{};
    };

    void clear();
    /// O(depth). The place is free.
    void insert(Place place, double weight);
    /// O(depth). The place is taken.
    void erase(Place place);

    /// The tree is not empty. O(depth).
    MemberId find(std::uint64_t key) const;
    /// Many at once, eight in step.
    void find(std::span<const std::uint64_t> keys, std::span<MemberId> out) const;
    /// The member that `find` gives, the one that it would give without that one, and so on; as many as there are.
    /// O(r depth log(r depth)).
    std::size_t find_distinct(std::uint64_t key, std::span<MemberId> out) const;

    /// The largest number of times its own keys that a member's going moves: the sum over its forks of b / (a + b),
    /// without it, b the other side. O(n depth).
    double moved_factor() const;
    std::size_t memory_bytes() const;

private:
    using Index = std::uint32_t;
    static constexpr Index none = 0xffffffffu;

    /// What a look-up reads. A leaf leads to itself.
    struct Fork {
        std::uint64_t salt = 0;
        std::uint64_t threshold = 0;
        Index side[2] = {none, none};
    };
    /// What a change reads.
    struct Bookkeeping {
        Place place{};      ///< of the leaf, or of any one below
        double weight = 0;  ///< of all below
        Index parent = none;
        std::uint32_t bit = 0;  ///< that a fork decides; `leaf_bit` of a leaf
    };
    /// Sums of weights that differ from the tree's, by node, sorted.
    using Reduced = std::vector<std::pair<Index, double>>;

    Index make_node();
    Index nearest(const Place& place) const;
    void replace_side(Index parent, Index from, Index to);
    void update_upwards(Index node);
    double weight_of(Index node, const Reduced& reduced) const;
    void take_out(Index leaf, Reduced& reduced) const;
    Index descend(std::uint64_t key, const Reduced& reduced) const;

    std::vector<Fork> forks_;
    std::vector<Bookkeeping> books_;
    std::vector<Index> free_;
    Index root_ = none;
};

}  // namespace orrery::models
