#include "models/hashing/functions/murmur2.hpp"

#include "models/hashing/functions/bytes.hpp"
#include "models/hashing/functions/row.hpp"

namespace orrery::models {

namespace {

constexpr std::uint32_t kafka_seed = 0x9747b28cu;

}  // namespace

std::uint32_t murmur2_32(Key key, std::uint32_t seed) {
    constexpr std::uint32_t m = 0x5bd1e995u;
    const char* at = key.data();
    std::size_t left = key.size();
    std::uint32_t hash = seed ^ static_cast<std::uint32_t>(left);
    for (; left >= 4; at += 4, left -= 4) {
        std::uint32_t word = load_le32(at) * m;
        word ^= word >> 24;
        hash = (hash * m) ^ (word * m);
    }
    if (left > 0) hash = (hash ^ static_cast<std::uint32_t>(load_le(at, left))) * m;
    hash = (hash ^ (hash >> 13)) * m;
    return hash ^ (hash >> 15);
}

std::uint32_t murmur2_kafka(Key key) {
    return murmur2_32(key, kafka_seed);
}

std::uint64_t murmur2_64a(Key key, std::uint64_t seed) {
    constexpr std::uint64_t m = 0xc6a4a7935bd1e995u;
    const char* at = key.data();
    std::size_t left = key.size();
    std::uint64_t hash = seed ^ (left * m);
    for (; left >= 8; at += 8, left -= 8) {
        std::uint64_t word = load_le64(at) * m;
        word ^= word >> 47;
        hash = (hash ^ (word * m)) * m;
    }
    if (left > 0) hash = (hash ^ load_le(at, left)) * m;
    hash = (hash ^ (hash >> 47)) * m;
    return hash ^ (hash >> 47);
}

Row<HashFunction> murmur2_row() {
    return seeded_hash_row<32, murmur2_32>("murmur2", "MurmurHash2, 32 bits; the default seed is Kafka's",
                                           "Appleby 2008; Apache Kafka 4.0, Utils.murmur2", kafka_seed);
}

Row<HashFunction> murmur2_64a_row() {
    return seeded_hash_row<64, murmur2_64a>("murmur2_64a", "MurmurHash64A; the default seed is libstdc++'s and Envoy's",
                                            "Appleby 2008; libstdc++ _Hash_bytes; Envoy MURMUR_HASH_2",
                                            murmur2_64a_libstdcxx_seed);
}

}  // namespace orrery::models
