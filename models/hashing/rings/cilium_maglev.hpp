/// Cilium's Maglev (1.20-dev at 27f8d7d, pkg/maglev).
///
/// A backend is hashed as "[addr:port/PROTO,State:active]" (an IPv6 address in brackets of its own) by MurmurHash3
/// x64_128: offset from the first half, skip from the second. Backends take turns in order of those strings. Weights
/// count only if their mean, as an integer, is above 1; then the backend whose turn it would be for entry n passes it
/// on while (n + 1) * weight is below its counter, which starts at weight / backends and grows by the sum of the
/// weights.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/hashing/ring.hpp"

namespace orrery::models {

struct CiliumBackend {
    std::string hash_string;
    std::uint16_t weight = 1;
};

/// The string that Cilium hashes for "addr:port/PROTO".
std::string cilium_hash_string(std::string_view address);

/// The murmur seed of a `hash-seed` option: the first four of its 12 bytes (16 letters of base64), the first the most
/// significant. Throws RingError: not base64 of 12 bytes.
std::uint32_t cilium_seed(std::string_view base64);

/// The table; its entries are indices of `backends` (Cilium's own hold backend ids). Throws RingError: the size is not
/// a prime, or there are no backends.
std::vector<std::uint32_t> cilium_maglev_table(std::span<const CiliumBackend> backends, std::uint32_t table_size,
                                               std::uint32_t seed);

}  // namespace orrery::models
