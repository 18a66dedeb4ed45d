#include "models/hashing/functions/blake2b.hpp"

#include <blake2.h>

#include "models/hashing/functions/row.hpp"
#include "sim/base/check.hpp"

namespace orrery::models {

Blake2bDigest blake2b_512(Key key) {
    Blake2bDigest digest{};
    const int status = blake2b(digest.data(), key.data(), nullptr, digest.size(), key.size(), 0);
    ORRERY_CHECK(status == 0, "libb2 computes BLAKE2b");
    return digest;
}

std::uint64_t blake2b_512_u64(Key key) {
    const Blake2bDigest digest = blake2b_512(key);
    std::uint64_t word = 0;
    for (std::size_t i = 8; i-- > 0;) word = (word << 8) | digest[i];
    return word;
}

Row<HashFunction> blake2b_row() {
    return plain_hash_row<64, blake2b_512_u64>("blake2b", "the first eight bytes of BLAKE2b-512, little-endian",
                                               "RFC 7693");
}

}  // namespace orrery::models
