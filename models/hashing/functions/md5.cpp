#include "models/hashing/functions/md5.hpp"

#include <md5.h>

#include "models/hashing/functions/row.hpp"

namespace orrery::models {

namespace {

std::uint64_t leading(Key key) {
    const Md5Digest digest = md5(key);
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < 8; ++i) word = (word << 8) | digest[i];
    return word;
}

}  // namespace

Md5Digest md5(Key key) {
    MD5_CTX context;
    Md5Digest digest{};
    MD5Init(&context);
    MD5Update(&context, reinterpret_cast<const std::uint8_t*>(key.data()), key.size());
    MD5Final(digest.data(), &context);
    return digest;
}

Row<HashFunction> md5_row() {
    return plain_hash_row<64, leading>("md5", "the leading 64 bits of MD5, most significant byte first",
                                       "RFC 1321; Kinesis hash keys, Ketama");
}

}  // namespace orrery::models
