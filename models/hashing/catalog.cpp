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
Row<HashFunction> sdbm_row();
Row<HashFunction> djb2_row();
Row<HashFunction> wt6_row();

Row<Ring> ring_row();
Row<Ring> jump_row();
Row<Ring> guava_row();
Row<Ring> rendezvous_row();
Row<Ring> rendezvous_skeleton_row();
Row<Ring> multi_probe_row();
Row<Ring> anchor_row();
Row<Ring> crush_row();
Row<Ring> maglev_row();
Row<Ring> envoy_maglev_row();
Row<Ring> cilium_maglev_row();
Row<Ring> katran_maglev_row();
Row<Ring> ketama_row();
Row<Ring> envoy_ring_hash_row();
Row<Ring> grpc_ring_hash_row();
Row<Ring> nginx_hash_row();
Row<Ring> nginx_consistent_row();
Row<Ring> haproxy_consistent_row();
Row<Ring> haproxy_map_based_row();
Row<Ring> bounded_loads_row();
Row<Ring> buraksezer_row();
Row<Ring> lafikl_row();
Row<Ring> envoy_bounded_row();

std::vector<Row<HashFunction>> hash_functions() {
    return {
        xxh64_row(),       murmur2_row(),     murmur2_64a_row(),
        murmur3_32_row(),  murmur3_128_row(), murmur3_cassandra_row(),
        siphash24_row(),   fnv1a_32_row(),    fnv1a_64_row(),
        jenkins_row(),     crc16_row(),       crc32_row(),
        crc32c_row(),      md5_row(),         blake2b_row(),
        java_string_row(), rjenkins_row(),    sdbm_row(),
        djb2_row(),        wt6_row(),
    };
}

std::vector<Row<Ring>> rings() {
    return {
        ring_row(),
        jump_row(),
        guava_row(),
        rendezvous_row(),
        rendezvous_skeleton_row(),
        multi_probe_row(),
        anchor_row(),
        crush_row(),
        maglev_row(),
        envoy_maglev_row(),
        cilium_maglev_row(),
        katran_maglev_row(),
        ketama_row(),
        envoy_ring_hash_row(),
        grpc_ring_hash_row(),
        nginx_hash_row(),
        nginx_consistent_row(),
        haproxy_consistent_row(),
        haproxy_map_based_row(),
        bounded_loads_row(),
        buraksezer_row(),
        lafikl_row(),
        envoy_bounded_row(),
    };
}

}  // namespace orrery::models
