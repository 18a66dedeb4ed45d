#include "models/hashing/functions/siphash.hpp"

#include "models/hashing/functions/bytes.hpp"
#include "models/hashing/functions/row.hpp"

namespace orrery::models {

namespace {

std::uint64_t seeded(Key key, std::uint64_t seed) {
    return siphash24(key, {seed, 0});
}

}  // namespace

std::uint64_t siphash24(Key key, SipKey secret) {
    const char* at = key.data();
    std::size_t left = key.size();
    SipState state(secret);
    for (; left >= 8; at += 8, left -= 8) state.word(load_le64(at));
    state.word(load_le(at, left) | (std::uint64_t{key.size()} << 56));
    return state.finish();
}

Row<HashFunction> siphash24_row() {
    return seeded_hash_row<64, seeded>("siphash24", "SipHash-2-4 with k0 = seed, k1 = 0", "Aumasson, Bernstein 2012",
                                       0);
}

}  // namespace orrery::models
