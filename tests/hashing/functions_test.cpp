// Hash functions against other implementations, and short cuts against the functions that they stand for.
#include <doctest/doctest.h>

#include <boost/crc.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "models/hashing/catalog.hpp"
#include "models/hashing/functions/crc16.hpp"
#include "models/hashing/functions/crc32.hpp"
#include "models/hashing/functions/murmur2.hpp"
#include "models/hashing/functions/siphash.hpp"
#include "models/hashing/functions/xxh64.hpp"
#include "sim/base/random.hpp"

using namespace orrery;
using namespace orrery::models;

namespace {

/// Keys of every length up to 100, and some of odd lengths up to a megabyte.
std::vector<std::string> keys() {
    std::vector<std::string> out;
    RandomStream random = stream_of(stream_key(1, "keys", 0));
    std::vector<std::size_t> lengths;
    for (std::size_t length = 0; length <= 100; ++length) lengths.push_back(length);
    for (const std::size_t length : {255u, 256u, 1023u, 65537u, 1'000'000u}) lengths.push_back(length);
    for (const std::size_t length : lengths) {
        std::string& key = out.emplace_back();
        for (std::size_t i = 0; i < length; ++i) key.push_back(static_cast<char>(random.next()));
    }
    return out;
}

template <class Crc>
auto boost_crc(std::string_view key) {
    Crc crc;
    crc.process_bytes(key.data(), key.size());
    return crc.checksum();
}

}  // namespace

TEST_CASE("CRCs are those of Boost.CRC") {
    // boost::crc_xmodem_type is another check than the name says (reflected, 0x8408).
    using Xmodem = boost::crc_optimal<16, 0x1021, 0, 0, false, false>;
    using Castagnoli = boost::crc_optimal<32, 0x1edc6f41, 0xffffffff, 0xffffffff, true, true>;
    for (const std::string& key : keys()) {
        CAPTURE(key.size());
        CHECK(crc16_xmodem(key) == boost_crc<Xmodem>(key));
        CHECK(crc32(key) == boost_crc<boost::crc_32_type>(key));
        CHECK(crc32c(key) == boost_crc<Castagnoli>(key));
    }
}

#ifdef __GLIBCXX__
TEST_CASE("murmur2_64a is the hash of libstdc++") {
    for (const std::string& key : keys())
        CHECK(murmur2_64a(key, murmur2_64a_libstdcxx_seed) == std::hash<std::string_view>{}(key));
}
#endif

TEST_CASE("the short cuts for numbers are the functions of the number's bytes") {
    RandomStream random = stream_of(stream_key(1, "numbers", 0));
    std::vector<std::uint64_t> numbers = {0, 1, 0x80, 0xff00000000000000u, ~std::uint64_t{0}};
    for (int i = 0; i < 100; ++i) numbers.push_back(random.next());
    for (const std::uint64_t number : numbers) {
        CAPTURE(number);
        const NumberKey key(number);
        CHECK(xxh64_number(number, 7) == xxh64(key, 7));
        CHECK(siphash24_number(number, {3, 4}) == siphash24(key, {3, 4}));
        CHECK(crc16_xmodem_number(number) == crc16_xmodem(key));
    }
}

TEST_CASE("every hash function stays within its bits, and a clone hashes alike") {
    for (const Row<HashFunction>& row : hash_functions()) {
        CAPTURE(row.name);
        Settings settings;
        for (const Parameter& parameter : row.table.parameters)
            settings.set(parameter.name, static_cast<std::int64_t>(std::stoll(parameter.fallback.value())));
        const auto hash = row.make(settings);
        const auto copy = hash->clone();
        std::uint64_t seen = 0;
        for (const std::string& key : keys()) {
            const std::uint64_t value = (*hash)(key);
            CHECK((*copy)(key) == value);
            seen |= value;
        }
        // 106 keys leave no bit unset but by a chance of 2^-100.
        CHECK(seen == ~std::uint64_t{0} >> (64 - hash->bits()));
    }
}
