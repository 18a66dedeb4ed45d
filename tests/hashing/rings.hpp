/// What the tests of rings share: golden files of JSON, and members by the dozen.
#pragma once

#include <sha256.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "models/hashing/ring.hpp"
#include "tests/golden.hpp"
#include "tests/hashing/row_settings.hpp"

namespace orrery::testing {

using Json = nlohmann::json;

/// The cases of a golden file (`under`: of one of its lists); empty if the file is not there.
inline Json golden_cases(const std::string& name, const std::string& under = {}) {
    const auto text = golden_text(name);
    if (!text) return Json::array();
    Json all = Json::parse(*text);
    Json cases = under.empty() ? std::move(all) : all.at(under);
    REQUIRE(!cases.empty());
    return cases;
}

/// Numbers above 2^53 are strings there.
inline std::uint64_t number(const Json& value) {
    return value.is_string() ? std::stoull(value.get<std::string>()) : value.get<std::uint64_t>();
}

inline std::string sha256(const std::string& text) {
    std::array<char, SHA256_DIGEST_STRING_LENGTH> digest{};
    SHA256Data(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), digest.data());
    return digest.data();
}

/// The digest of decimal numbers, one a line.
inline std::string sha256_of_lines(const std::vector<std::uint32_t>& numbers) {
    std::string text;
    for (const std::uint32_t value : numbers) text += (text.empty() ? "" : "\n") + std::to_string(value);
    return sha256(text);
}

/// A list of a golden case against what we have; `expected` may be a beginning only.
inline void check_beginning(const std::vector<std::uint32_t>& got, const Json& expected) {
    REQUIRE(expected.size() <= got.size());
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK(got[i] == expected[i].get<std::uint32_t>());
}

/// How often each of 0..count-1 occurs.
inline std::vector<std::uint32_t> occurrences(const std::vector<std::uint32_t>& table, std::size_t count) {
    std::vector<std::uint32_t> result(count, 0);
    for (const std::uint32_t entry : table) ++result[entry];
    return result;
}

/// Owners of those keys, by id.
inline std::vector<std::uint32_t> owners_of(const models::Ring& ring, const std::vector<std::string>& keys) {
    std::vector<std::uint32_t> ids;
    for (const std::string& key : keys) ids.push_back(ring.owner(key).value);
    return ids;
}

using Ids = std::vector<std::uint32_t>;

/// Members with ids 0, 1, ...
inline std::vector<models::Member> members(const std::vector<std::string>& names,
                                           const std::vector<double>& weights = {}) {
    std::vector<models::Member> list;
    for (std::size_t i = 0; i < names.size(); ++i)
        list.push_back({models::MemberId(i), names[i], i < weights.size() ? weights[i] : 1});
    return list;
}

/// "10.0.0.0:8000", "10.0.1.0:8001", ...
inline std::vector<std::string> addresses(std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i)
        names.push_back("10." + std::to_string(i / 256) + "." + std::to_string(i % 256) +
                        ".0:" + std::to_string(8000 + i));
    return names;
}

/// Keys of all kinds: empty, with zero and high bytes, of 1 to 300 bytes, around what hash functions take at once.
inline std::vector<std::string> keys_of_all_kinds() {
    return {"",
            "a",
            "orrery",
            "user:1",
            "user:2",
            "user:3",
            "\xff\xfe\x80",
            std::string("\x00", 1),
            std::string("\x00\x00", 2),
            "cart/42",
            "GET /index.html",
            "gr\xc3\xb6\xc3\x9f"
            "e",
            "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
            std::string(31, 'k'),
            std::string(32, 'k'),
            std::string(33, 'k'),
            std::string(300, 'x'),
            "session-9f8e",
            "planet.mars",
            "planet.venus",
            "9223372036854775807",
            "\x7f\x80\x81\xc3(",
            "Zebra",
            "tail "};
}

}  // namespace orrery::testing
