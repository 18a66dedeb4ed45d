#include "models/hashing/functions/crc16.hpp"

#include "models/hashing/functions/bytes.hpp"
#include "models/hashing/functions/row.hpp"

namespace orrery::models {

std::uint16_t crc16_xmodem(Key key) {
    const char* at = key.data();
    std::size_t left = key.size();
    std::uint16_t crc = 0;
    for (; left >= 8; at += 8, left -= 8) crc = crc16_xmodem_number(load_be64(at) ^ (std::uint64_t{crc} << 48));
    for (; left > 0; ++at, --left)
        crc = static_cast<std::uint16_t>((crc << 8) ^
                                         crc16_xmodem_table[0][((crc >> 8) ^ static_cast<unsigned char>(*at)) & 0xff]);
    return crc;
}

Row<HashFunction> crc16_row() {
    return plain_hash_row<16, crc16_xmodem>("crc16", "CRC16-XMODEM; neighbouring keys get related values",
                                            "Redis Cluster specification, key slots");
}

}  // namespace orrery::models
