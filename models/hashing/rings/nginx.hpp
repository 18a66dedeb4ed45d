/// nginx 1.22.1, `hash KEY` and `hash KEY consistent` in an upstream.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "models/hashing/rings/circle.hpp"

namespace orrery::models {

struct NginxServer {
    std::string_view name;  ///< as the configuration has it: "host:port", "host" or "unix:path"
    std::uint32_t weight = 1;
};

/// `hash KEY`: ((CRC-32 of the key >> 16) & 0x7fff) mod the sum of weights, an index into the servers each repeated by
/// its weight. Next attempts hash the attempt's number, in decimal, before the key, and add that to what there was.
class NginxHash {
public:
    explicit NginxHash(std::vector<std::uint32_t> weights);
    /// The server of attempts 0, 1, ..., in turn; the first is the one for the key. There are servers.
    class Attempts {
    public:
        Attempts(const NginxHash& servers, Key key) : servers_(servers), key_(key) {}
        std::uint32_t next();

    private:
        const NginxHash& servers_;
        Key key_;
        std::uint32_t hash_ = 0;
        std::uint32_t attempt_ = 0;
    };
    std::uint32_t choose(Key key) const { return Attempts(*this, key).next(); }
    std::size_t memory_bytes() const { return ends_.size() * sizeof(std::uint64_t); }

private:
    std::vector<std::uint64_t> ends_;  ///< cumulative weights
};

/// `hash KEY consistent`: weight * 160 points a server, point = CRC-32(host, 0, port, previous point in four bytes,
/// least significant first), from a previous point of 0. A port is digits behind the last colon; "unix:path" has none,
/// and the path is its host. Of points at the same position only one is kept (here that of the first server; nginx
/// leaves it to its sort). Lookup: the first point at CRC-32 of the key or after it.
Circle<std::uint32_t> nginx_circle(std::span<const NginxServer> servers);

}  // namespace orrery::models
