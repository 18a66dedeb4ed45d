#include "models/partitioning/cassandra_token.hpp"

#include <limits>

#include "models/hashing/functions/murmur3.hpp"
#include "models/partitioning/md5_number.hpp"

namespace orrery::models {

std::int64_t cassandra_murmur3_token(Key key) {
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    if (key.empty()) return least;
    const auto token = static_cast<std::int64_t>(murmur3_cassandra(key).h1);
    return token == least ? std::numeric_limits<std::int64_t>::max() : token;
}

std::optional<UnsignedWide> cassandra_random_token(Key key) {
    if (key.empty()) return std::nullopt;
    const UnsignedWide number = md5_number(key);
    return (number >> 127) != 0 ? ~number + 1 : number;
}

}  // namespace orrery::models
