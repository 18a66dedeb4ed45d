#include "models/hashing/functions/jenkins.hpp"

#include "models/hashing/functions/row.hpp"

namespace orrery::models {

namespace {

template <class Byte>
std::uint32_t one_at_a_time(Key key) {
    std::uint32_t hash = 0;
    for (const char c : key) {
        hash += static_cast<std::uint32_t>(std::int32_t{static_cast<Byte>(c)});
        hash += hash << 10;
        hash ^= hash >> 6;
    }
    hash += hash << 3;
    hash ^= hash >> 11;
    return hash + (hash << 15);
}

}  // namespace

std::uint32_t jenkins_one_at_a_time(Key key) {
    return one_at_a_time<unsigned char>(key);
}

std::uint32_t jenkins_one_at_a_time_signed(Key key) {
    return one_at_a_time<signed char>(key);
}

Row<HashFunction> jenkins_row() {
    return plain_hash_row<32, jenkins_one_at_a_time>("jenkins", "Jenkins' one-at-a-time, bytes unsigned",
                                                     "Jenkins 1997");
}

}  // namespace orrery::models
