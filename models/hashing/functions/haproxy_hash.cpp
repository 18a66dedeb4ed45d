#include "models/hashing/functions/haproxy_hash.hpp"

#include <bit>

#include "models/hashing/catalog.hpp"
#include "models/hashing/functions/row.hpp"

namespace orrery::models {

std::uint32_t sdbm(Key key) {
    std::uint32_t hash = 0;
    for (const char c : key) hash = static_cast<unsigned char>(c) + hash * 65599u;
    return hash;
}

std::uint32_t djb2(Key key) {
    std::uint32_t hash = 5381;
    for (const char c : key) hash = static_cast<unsigned char>(c) + hash * 33u;
    return hash;
}

std::uint32_t wt6(Key key) {
    std::uint32_t a = 0xa53c965au;
    std::uint32_t b = 0x5ca6953au;
    int turn_b = 6;
    int turn_a = 18;
    for (const char c : key) {
        const std::uint32_t byte = static_cast<unsigned char>(c);
        const std::uint32_t next_a = std::rotl(~(b + byte), turn_b);
        const std::uint32_t next_b = std::rotl(~(a ^ byte), turn_a);
        a = next_a;
        b = next_b;
        const std::uint32_t turns = ((a >> 16) ^ b) & 0xffffu;
        turn_b = static_cast<int>(turns & 31u);
        turn_a = static_cast<int>(turns >> 11);
    }
    return a ^ b;
}

std::uint32_t haproxy_full_hash(std::uint32_t word) {
    word = word + 0x7ed55d16u + (word << 12);
    word = (word ^ 0xc761c23cu) ^ (word >> 19);
    word = word + 0x165667b1u + (word << 5);
    word = (word + 0xd3a2646cu) ^ (word << 9);
    word = word + 0xfd7046c5u + (word << 3);
    word = (word ^ 0xb55a4f09u) ^ (word >> 16);
    return word * 3221225473u;
}

Row<HashFunction> sdbm_row() {
    return plain_hash_row<32, sdbm>("sdbm", "32 bits, one multiplication a byte; HAProxy's default",
                                    "sdbm; HAProxy 2.6");
}

Row<HashFunction> djb2_row() {
    return plain_hash_row<32, djb2>("djb2", "32 bits, one multiplication a byte", "Bernstein; HAProxy 2.6");
}

Row<HashFunction> wt6_row() {
    return plain_hash_row<32, wt6>("wt6", "32 bits, rotations by amounts from the hash itself", "HAProxy 2.6");
}

}  // namespace orrery::models
