#include "models/hashing/rings/maglev_table.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace orrery::models {

MaglevPermutation maglev_permutation(std::uint64_t a, std::uint64_t b, std::uint32_t size) {
    return {static_cast<std::uint32_t>(a % size), static_cast<std::uint32_t>(b % (size - 1) + 1)};
}

void require_prime(std::uint64_t table_size) {
    // Entries are numbered by 32 bits, and the largest number of all is kept for "vacant".
    bool prime = table_size >= 2 && table_size < 0xffffffffu;
    for (std::uint64_t divisor = 2; prime && divisor * divisor <= table_size; ++divisor)
        prime = table_size % divisor != 0;
    if (!prime)
        throw RingError("a table size of " + std::to_string(table_size) +
                        "; it is a prime below 2^32, or permutations would not reach every entry");
}

MaglevRing::MaglevRing(std::uint64_t table_size) : modulus_((require_prime(table_size), table_size)) {}

void MaglevRing::build(std::span<const Member> list) {
    if (list.size() > table_size())
        throw RingError(std::to_string(list.size()) + " members for a table of " + std::to_string(table_size()) +
                        " entries; there is at least one entry a member");
    table_ = list.empty() ? std::vector<std::uint32_t>{} : fill(list);
}

void MaglevRing::owners(std::span<const std::uint64_t> keys, std::span<MemberId> out) const {
    require_some();
    const std::uint32_t* const table = table_.data();
    const MemberId* const id = ids().data();
    const Modulus modulus = modulus_;
    for (std::size_t i = 0; i < keys.size(); ++i) out[i] = id[table[modulus(xxh64_number(keys[i]))]];
}

void MaglevRing::prefer(Key key, Preference& preference) const {
    std::uint64_t at = modulus_(xxh64(key));
    for (std::size_t i = 0; i < table_.size() && !preference.full(); ++i) {
        preference.offer(table_[at]);
        if (++at == table_.size()) at = 0;
    }
}

double MaglevRing::members_over_lightest() const {
    double sum = 0;
    double least = 0;
    for (const Member& member : members()) {
        sum += member.weight;
        least = least == 0 ? member.weight : std::min(least, member.weight);
    }
    return least == 0 ? 0 : sum / least;
}

RingPromise MaglevRing::table_promise(RingPromise::Weights weights) const {
    RingPromise promise;
    promise.weights = weights;
    // No closed form is known. Measured with tables of 16,381 and 65,537 entries and 2 to 300 equal members, a change
    // moves 2 n / sqrt(entries) as many entries of other members as must move at most; promised is twice that.
    promise.moved_factor = 1 + 4 * members_over_lightest() / std::sqrt(static_cast<double>(table_size()));
    const double mean = table_size() / 16.0;
    promise.max_over_mean = (mean + 1) / mean;
    return promise;
}

Parameter maglev_table_size(std::uint32_t fallback) {
    return {"table_size",
            Kind::count,
            std::to_string(fallback),
            2,
            4294967291.0,
            "entries of the lookup table, a prime; 100 times the members or more"};
}

}  // namespace orrery::models
