/// Ketama: a ring of 32-bit points, as three memcached clients build it. Server lists that differ between clients in a
/// port, a weight or a mode give different rings.
///
/// - libmemcached 1.1.4 without weights (`ketama_md5`, `ketama`, `consistent_default_hash`): 100 points a server, each
///   the hash of one name; MD5's first word, or, for the latter two, Jenkins' one-at-a-time over signed chars. Setting
///   BEHAVIOR_KETAMA alone does not turn the hash into MD5, so `ketama` is `consistent_default_hash`.
/// - libmemcached with weights (`ketama_weighted`, `spy`): 160 points a server on average, four words of an MD5 a name.
///   The number of names is a chain of float32 operations: share = weight / sum; floor(share * 160 / 4 * servers +
///   1e-10). It is 39 rather than 40 for equal weights and some numbers of servers.
/// - the original libketama (18cf9a7, `libketama`): as weighted, but floor(share * 40.0 * servers) with the product in
///   double, rounded to float32.
///
/// Names hashed, i from 0: "host-i" if the port is 11211 and "host:port-i" otherwise; `spy` "/host:port-i" always (as
/// the Java client does); `libketama` "addr-i" with the address as it was given. Lookup: the first point at the key's
/// hash or after it. With one server libmemcached hashes nothing (0).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "models/hashing/rings/circle.hpp"

namespace orrery::models {

enum class KetamaMode : std::uint8_t {
    ketama_md5,
    ketama,
    consistent_default_hash,
    ketama_weighted,
    spy,
    libketama,
};

struct KetamaServer {
    std::string host;  ///< libketama: the whole address
    std::uint32_t port = 11211;
    double weight = 1;  ///< a whole number in libmemcached, megabytes in libketama
};

/// "host:port"; a name without a port is a host at 11211. libketama takes the whole name as address.
KetamaServer ketama_server(std::string_view name, double weight, KetamaMode mode);

/// Places are indices of `servers`.
Circle<std::uint32_t> ketama_circle(std::span<const KetamaServer> servers, KetamaMode mode);

/// The hash of a key among `servers` servers.
std::uint32_t ketama_hash(Key key, std::size_t servers, KetamaMode mode);

/// libmemcached's default distribution under MD5, for comparison: MD5's first word mod `servers`.
std::uint32_t memcached_modula_md5(Key key, std::size_t servers);

}  // namespace orrery::models
