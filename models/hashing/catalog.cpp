#include "models/hashing/catalog.hpp"

namespace orrery::models {

// Each row is made in the file of its name.
Row<HashFunction> xxh64_row();
Row<HashFunction> murmur2_row();
Row<HashFunction> murmur2_64a_row();
Row<HashFunction> murmur3_32_row();
Row<HashFunction> murmur3_128_row();
Row<HashFunction> murmur3_cassandra_row();
Row<HashFunction> siphash24_row();
Row<HashFunction> fnv1a_32_row();
Row<HashFunction> fnv1a_64_row();
Row<HashFunction> jenkins_row();
Row<HashFunction> crc16_row();
Row<HashFunction> crc32_row();
Row<HashFunction> crc32c_row();
Row<HashFunction> md5_row();
Row<HashFunction> blake2b_row();
Row<HashFunction> java_string_row();
Row<HashFunction> rjenkins_row();

Row<Ring> ring_row();
Row<Ring> jump_row();
Row<Ring> guava_row();
Row<Ring> rendezvous_row();
Row<Ring> rendezvous_skeleton_row();
Row<Ring> multi_probe_row();
Row<Ring> anchor_row();
Row<Ring> crush_row();

std::vector<Row<HashFunction>> hash_functions() {
    return {
        xxh64_row(),       murmur2_row(),     murmur2_64a_row(),
        murmur3_32_row(),  murmur3_128_row(), murmur3_cassandra_row(),
        siphash24_row(),   fnv1a_32_row(),    fnv1a_64_row(),
        jenkins_row(),     crc16_row(),       crc32_row(),
        crc32c_row(),      md5_row(),         blake2b_row(),
        java_string_row(), rjenkins_row(),
    };
}

std::vector<Row<Ring>> rings() {
    return {
        ring_row(),        jump_row(),   guava_row(), rendezvous_row(), rendezvous_skeleton_row(),
        multi_probe_row(), anchor_row(), crush_row(),
    };
}

}  // namespace orrery::models
