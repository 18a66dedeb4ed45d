/// Java's hashCode of strings and byte arrays (OpenJDK 17): h = 31 h + c, in 32 bits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "models/hashing/key.hpp"

namespace orrery::models {

/// What `new String(bytes, UTF_8)` holds: UTF-16 code units, supplementary characters as surrogate pairs. Bytes that
/// are no UTF-8 become U+FFFD, one for each longest beginning of a character; an encoded surrogate (three bytes) is
/// one U+FFFD.
std::u16string java_string(Key utf8);

/// String.hashCode.
std::int32_t java_string_hash(std::u16string_view units);
/// String.hashCode of java_string(utf8), without making it.
std::int32_t java_string_hash(Key utf8);

/// Arrays.hashCode(byte[]): bytes are signed, and h starts at 1.
std::int32_t java_bytes_hash(Key bytes);

}  // namespace orrery::models
