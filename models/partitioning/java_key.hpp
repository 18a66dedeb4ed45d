/// hashCode() of a key as the Java object that it stands for.
#pragma once

#include <string>
#include <vector>

#include "models/hashing/functions/java_hash.hpp"
#include "models/partitioning/partitioner.hpp"
#include "sim/base/parameter.hpp"

namespace orrery::models {

enum class JavaKey : std::uint8_t {
    text,            ///< String, the key is its UTF-8
    integer,         ///< Integer, the key is its four bytes, most significant first
    long_integer,    ///< Long, the key is its eight bytes
    bytes,           ///< byte[], hashed by contents
    number_or_text,  ///< Long for eight bytes that begin with a zero byte (see NumberKey; below 2^56), else String
};

/// Throws PartitionError for a key of another length than its type has.
inline std::int32_t java_hash_code(JavaKey type, Key key) {
    const auto number = [key](std::size_t length) {
        if (key.size() != length)
            throw PartitionError("a key of " + std::to_string(key.size()) + " bytes; this key type has " +
                                 std::to_string(length));
        std::uint64_t value = 0;
        for (const char c : key) value = (value << 8) | static_cast<unsigned char>(c);
        return value;
    };
    const auto folded = [](std::uint64_t value) {
        return static_cast<std::int32_t>(static_cast<std::uint32_t>(value ^ (value >> 32)));
    };
    switch (type) {
        case JavaKey::text:
            return java_string_hash(key);
        case JavaKey::integer:
            return static_cast<std::int32_t>(static_cast<std::uint32_t>(number(4)));
        case JavaKey::long_integer:
            return folded(number(8));
        case JavaKey::bytes:
            return java_bytes_hash(key);
        case JavaKey::number_or_text:
            return key.size() == 8 && key.front() == '\0' ? folded(number(8)) : java_string_hash(key);
    }
    throw PartitionError("unknown type of key");
}

/// `key_type` in a row's table, with the choices that it has.
Parameter java_key_parameter(std::vector<std::string> choices);
JavaKey java_key_type(const Settings& settings);

}  // namespace orrery::models
