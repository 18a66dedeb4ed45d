/// What all schemes of the Maglev kind share: a table of prime size that members fill in turns, each along its own
/// permutation of the entries (Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer", NSDI
/// 2016, section 3.4).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/hashing/functions/xxh64.hpp"
#include "models/hashing/rings/listed_ring.hpp"
#include "sim/base/parameter.hpp"
#include "sim/base/wide.hpp"

namespace orrery::models {

/// The paper's offset and skip: the j-th entry of a member's permutation is (offset + j * skip) mod size.
struct MaglevPermutation {
    std::uint32_t offset = 0;  ///< below the table's size
    std::uint32_t skip = 1;    ///< from 1 to the table's size - 1
    friend bool operator==(const MaglevPermutation&, const MaglevPermutation&) = default;
};

/// Offset and skip from two hashes, as everybody takes them: a mod size, b mod (size - 1) + 1.
MaglevPermutation maglev_permutation(std::uint64_t a, std::uint64_t b, std::uint32_t size);

/// Throws RingError: not a prime.
void require_prime(std::uint64_t table_size);

/// Fills a table of `size` entries with indices of permutations; `turn()` says whose turn it is, once an entry. Entries
/// are never vacant. Expected O(size * log size) steps, if turns are about equal.
template <class Turn>
std::vector<std::uint32_t> fill_maglev(std::span<const MaglevPermutation> permutations, std::uint32_t size, Turn turn) {
    constexpr std::uint32_t vacant = 0xffffffffu;
    std::vector<std::uint32_t> table(size, vacant);
    std::vector<std::uint64_t> next;
    next.reserve(permutations.size());
    for (const auto& permutation : permutations) next.push_back(permutation.offset);
    for (std::uint32_t filled = 0; filled < size; ++filled) {
        const std::uint32_t who = turn();
        const auto advance = [&, skip = permutations[who].skip] {
            next[who] += skip;
            if (next[who] >= size) next[who] -= size;
        };
        while (table[next[who]] != vacant) advance();
        table[next[who]] = who;
        advance();
    }
    return table;
}

/// Exact remainders by a divisor that is fixed: two multiplications instead of a division.
class Modulus {
public:
    explicit constexpr Modulus(std::uint64_t divisor = 1) : divisor_(divisor), inverse_(~std::uint64_t{0} / divisor) {}
    constexpr std::uint64_t operator()(std::uint64_t number) const {
        // inverse_ is at most 1 below 2^64 / divisor, so the quotient is the true one or 1 below it.
        const auto quotient = static_cast<std::uint64_t>((static_cast<UnsignedWide>(number) * inverse_) >> 64);
        const std::uint64_t rest = number - quotient * divisor_;
        return rest >= divisor_ ? rest - divisor_ : rest;
    }
    constexpr std::uint64_t divisor() const { return divisor_; }

private:
    std::uint64_t divisor_;
    std::uint64_t inverse_;
};

/// A ring over such a table: the owner of a key is entry XXH64(key) mod size. (The paper hashes the 5-tuple of a packet
/// by a function it leaves open.) Lookup O(1); owners() saves the call per key. Replicas are the next distinct members
/// in the table: the schemes define none.
class MaglevRing : public ListedRing {
public:
    void owners(std::span<const std::uint64_t> keys, std::span<MemberId> out) const final;
    std::size_t memory_bytes() const final { return table_.size() * sizeof(std::uint32_t); }
    /// Indices into the list of members in order of their ids.
    std::span<const std::uint32_t> table() const { return table_; }

protected:
    /// Throws RingError: not a prime.
    explicit MaglevRing(std::uint64_t table_size);
    std::uint32_t table_size() const { return static_cast<std::uint32_t>(modulus_.divisor()); }
    std::uint32_t entry(std::uint64_t hash) const { return table_[modulus_(hash)]; }

    /// The table for a list that is not empty.
    virtual std::vector<std::uint32_t> fill(std::span<const Member> list) const = 0;

    void build(std::span<const Member> list) final;
    std::uint32_t place_of(Key key) const final { return entry(xxh64(key)); }
    void prefer(Key key, Preference& preference) const override;

    /// The promise of a table whose members have equal weights and entries that differ by 1 at most.
    RingPromise table_promise(RingPromise::Weights weights) const;
    /// The sum of weights over the least one: the number of members, if they are equal.
    double members_over_lightest() const;

private:
    Modulus modulus_;
    std::vector<std::uint32_t> table_;
};

/// The parameter `table_size` of the catalog rows.
Parameter maglev_table_size(std::uint32_t fallback);

}  // namespace orrery::models
