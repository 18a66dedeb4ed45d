// Hash functions against what production systems compute (see tests/golden.hpp).
#include <doctest/doctest.h>

#include <string>

#include "models/hashing/functions/crc16.hpp"
#include "models/hashing/functions/java_hash.hpp"
#include "models/hashing/functions/md5.hpp"
#include "models/hashing/functions/murmur2.hpp"
#include "models/hashing/functions/murmur3.hpp"
#include "models/hashing/functions/siphash.hpp"
#include "models/hashing/functions/xxh64.hpp"
#include "tests/golden.hpp"

using namespace orrery::models;
using namespace orrery::testing;

namespace {

std::string text(std::uint64_t number) {
    return std::to_string(number);
}

std::string text_signed(std::uint64_t bits) {
    return std::to_string(static_cast<std::int64_t>(bits));
}

}  // namespace

TEST_CASE("murmur2 is Kafka's") {
    for (auto& row : golden_rows("kafka_murmur2.csv")) {
        CAPTURE(row["key_hex"]);
        const std::uint32_t hash = murmur2_kafka(unhex(row["key_hex"]));
        CHECK(std::to_string(static_cast<std::int32_t>(hash)) == row["murmur2_i32"]);
        CHECK(text(hash & 0x7fffffffu) == row["to_positive"]);
    }
}

TEST_CASE("XXH64 and MurmurHash64A are Envoy's") {
    for (auto& row : golden_rows("xxh64_murmur2_64a.csv")) {
        CAPTURE(row["key_hex"]);
        const std::string key = unhex(row["key_hex"]);
        CHECK(text(xxh64(key)) == row["xxh64_seed0"]);
        CHECK(text(xxh64(key, 1)) == row["xxh64_seed1"]);
        CHECK(text(murmur2_64a(key, 0xc70f6907u)) == row["murmurhash64a_seed_0xc70f6907"]);
    }
}

TEST_CASE("SipHash-2-4 is Go's") {
    for (auto& row : golden_rows("siphash24.csv")) {
        CAPTURE(row["key_utf8_hex"]);
        const SipKey secret{std::stoull(row["k0"]), std::stoull(row["k1"])};
        CHECK(text(siphash24(unhex(row["key_utf8_hex"]), secret)) == row["siphash24"]);
    }
}

TEST_CASE("hash codes are Java's") {
    for (auto& row : golden_rows("java_hash.csv")) {
        CAPTURE(row["key_hex"]);
        const std::string key = unhex(row["key_hex"]);
        CHECK(std::to_string(java_bytes_hash(key)) == row["arrays_hashcode_of_bytes"]);
        if (row["utf16_len"].empty()) continue;
        CHECK(text(java_string(key).size()) == row["utf16_len"]);
        CHECK(std::to_string(java_string_hash(key)) == row["string_hashcode_of_utf8_text"]);
    }
}

TEST_CASE("murmur3 sign-extends its tail as Cassandra does, and does not elsewhere") {
    for (auto& row : golden_rows("cassandra_token.csv")) {
        CAPTURE(row["key_hex"]);
        const std::string key = unhex(row["key_hex"]);
        CHECK(text_signed(murmur3_cassandra(key).h1) == row["cass_h1"]);
        CHECK(text_signed(murmur3_cassandra(key).h2) == row["cass_h2"]);
        CHECK(text_signed(murmur3_x64_128(key, 0).h1) == row["canonical_murmur3_h1"]);
    }
}

TEST_CASE("CRC16 gives Redis' slots for keys without a tag") {
    for (auto& row : golden_rows("redis_keyslot.csv")) {
        CAPTURE(row["key_hex"]);
        const std::string key = unhex(row["key_hex"]);
        if (key.find('{') == std::string::npos) CHECK(text(crc16_xmodem(key) % 16384u) == row["slot"]);
    }
}
