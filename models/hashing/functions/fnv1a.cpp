#include "models/hashing/functions/fnv1a.hpp"

#include "models/hashing/functions/row.hpp"

namespace orrery::models {

Row<HashFunction> fnv1a_32_row() {
    return plain_hash_row<32, fnv1a_32>("fnv1a_32", "FNV-1a, 32 bits; the last byte hardly reaches the high bits",
                                        "Fowler, Noll, Vo 1991");
}

Row<HashFunction> fnv1a_64_row() {
    return plain_hash_row<64, fnv1a_64>("fnv1a_64", "FNV-1a, 64 bits; the last byte hardly reaches the high bits",
                                        "Fowler, Noll, Vo 1991");
}

}  // namespace orrery::models
