#include "models/hashing/functions/crc32.hpp"

#include "models/hashing/functions/bytes.hpp"
#include "models/hashing/functions/row.hpp"

namespace orrery::models {

namespace {

constexpr CrcTable<std::uint32_t> crc32_table = reflected_crc_table<std::uint32_t>(0xedb88320u);

std::uint32_t check(const CrcTable<std::uint32_t>& table, Key key) {
    const char* at = key.data();
    std::size_t left = key.size();
    std::uint32_t crc = 0xffffffffu;
    for (; left >= 8; at += 8, left -= 8) crc = reflected_crc_step(table, crc, load_le64(at));
    for (; left > 0; ++at, --left) crc = reflected_crc_byte(table, crc, static_cast<unsigned char>(*at));
    return ~crc;
}

}  // namespace

std::uint32_t crc32(Key key) {
    return check(crc32_table, key);
}

std::uint32_t crc32c(Key key) {
    return check(crc32c_table, key);
}

Row<HashFunction> crc32_row() {
    return plain_hash_row<32, crc32>("crc32", "CRC-32 as zlib computes it; neighbouring keys get related values",
                                     "IEEE 802.3; nginx, memcached clients");
}

Row<HashFunction> crc32c_row() {
    return plain_hash_row<32, crc32c>("crc32c", "CRC-32C (Castagnoli); neighbouring keys get related values",
                                      "RFC 3720 section 12.1");
}

}  // namespace orrery::models
