#include "models/hashing/functions/murmur3.hpp"

#include <bit>

#include "models/hashing/functions/bytes.hpp"
#include "models/hashing/functions/row.hpp"

namespace orrery::models {

namespace {

std::uint32_t mix32(std::uint32_t word) {
    return std::rotl(word * 0xcc9e2d51u, 15) * 0x1b873593u;
}

constexpr std::uint64_t c1 = 0x87c37b91114253d5u;
constexpr std::uint64_t c2 = 0x4cf5ad432745937fu;

std::uint64_t mix_first(std::uint64_t word) {
    return std::rotl(word * c1, 31) * c2;
}

std::uint64_t mix_second(std::uint64_t word) {
    return std::rotl(word * c2, 33) * c1;
}

std::uint64_t finish(std::uint64_t x) {
    x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdu;
    x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53u;
    return x ^ (x >> 33);
}

/// How a byte of the tail becomes a word.
struct Unsigned {
    static std::uint64_t word(const char* bytes, std::size_t count) { return load_le(bytes, count); }
};
struct SignExtended {
    static std::uint64_t word(const char* bytes, std::size_t count) {
        std::uint64_t out = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint64_t byte = static_cast<unsigned char>(bytes[i]);
            out ^= ((byte ^ 0x80) - 0x80) << (8 * i);
        }
        return out;
    }
};

template <class Tail>
Murmur128 murmur128(Key key, Murmur128 h) {
    const char* at = key.data();
    std::size_t left = key.size();
    for (; left >= 16; at += 16, left -= 16) {
        h.h1 = (std::rotl(h.h1 ^ mix_first(load_le64(at)), 27) + h.h2) * 5 + 0x52dce729u;
        h.h2 = (std::rotl(h.h2 ^ mix_second(load_le64(at + 8)), 31) + h.h1) * 5 + 0x38495ab5u;
    }
    // A sign-extended byte does not reach from one word into the other.
    if (left > 8) h.h2 ^= mix_second(Tail::word(at + 8, left - 8));
    if (left > 0) h.h1 ^= mix_first(Tail::word(at, left < 8 ? left : 8));
    h.h1 ^= key.size();
    h.h2 ^= key.size();
    h.h1 += h.h2;
    h.h2 += h.h1;
    h.h1 = finish(h.h1);
    h.h2 = finish(h.h2);
    h.h1 += h.h2;
    h.h2 += h.h1;
    return h;
}

std::uint64_t first_half(Key key, std::uint64_t seed) {
    return murmur3_x64_128(key, seed).h1;
}

std::uint64_t cassandra_half(Key key, std::uint64_t seed) {
    return murmur3_cassandra(key, seed).h1;
}

}  // namespace

std::uint32_t murmur3_x86_32(Key key, std::uint32_t seed) {
    const char* at = key.data();
    std::size_t left = key.size();
    std::uint32_t hash = seed;
    for (; left >= 4; at += 4, left -= 4) hash = std::rotl(hash ^ mix32(load_le32(at)), 13) * 5 + 0xe6546b64u;
    if (left > 0) hash ^= mix32(static_cast<std::uint32_t>(load_le(at, left)));
    hash ^= static_cast<std::uint32_t>(key.size());
    hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
    hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
    return hash ^ (hash >> 16);
}

Murmur128 murmur3_x64_128(Key key, std::uint64_t seed_1, std::uint64_t seed_2) {
    return murmur128<Unsigned>(key, {seed_1, seed_2});
}

Murmur128 murmur3_cassandra(Key key, std::uint64_t seed) {
    return murmur128<SignExtended>(key, {seed, seed});
}

Row<HashFunction> murmur3_32_row() {
    return seeded_hash_row<32, murmur3_x86_32>("murmur3_32", "MurmurHash3 x86_32", "Appleby 2011", 0);
}

Row<HashFunction> murmur3_128_row() {
    return seeded_hash_row<64, first_half>("murmur3_128", "the first half of MurmurHash3 x64_128", "Appleby 2011", 0);
}

Row<HashFunction> murmur3_cassandra_row() {
    return seeded_hash_row<64, cassandra_half>("murmur3_cassandra",
                                               "the first half of MurmurHash3 x64_128 with sign-extended tail bytes",
                                               "Apache Cassandra 5.1, MurmurHash.hash3_x64_128", 0);
}

}  // namespace orrery::models
