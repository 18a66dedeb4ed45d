#include "models/hashing/functions/xxh64.hpp"

// Header-only, so that the compiler's own flags decide and no library is linked.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "models/hashing/functions/row.hpp"

namespace orrery::models {

std::uint64_t xxh64(Key key, std::uint64_t seed) {
    return XXH64(key.data(), key.size(), seed);
}

Row<HashFunction> xxh64_row() {
    return seeded_hash_row<64, xxh64>("xxh64", "XXH64", "Collet 2014; Envoy's default", 0);
}

}  // namespace orrery::models
