/// MD5 as a number of 128 bits, and such numbers in decimal digits.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "models/hashing/functions/md5.hpp"
#include "sim/base/wide.hpp"

namespace orrery::models {

/// The digest, most significant byte first.
inline UnsignedWide md5_number(Key key) {
    UnsignedWide number = 0;
    for (const std::uint8_t byte : md5(key)) number = (number << 8) | byte;
    return number;
}

inline std::string to_decimal(UnsignedWide number) {
    std::string digits;
    do {
        digits.push_back(static_cast<char>('0' + static_cast<int>(number % 10)));
        number /= 10;
    } while (number != 0);
    std::reverse(digits.begin(), digits.end());
    return digits;
}

/// Nothing unless `digits` are one number below 2^128, without sign and leading zeros.
inline std::optional<UnsignedWide> from_decimal(std::string_view digits) {
    if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
    UnsignedWide number = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        const auto digit = static_cast<UnsignedWide>(c - '0');
        if (number > (~UnsignedWide{0} - digit) / 10) return std::nullopt;
        number = number * 10 + digit;
    }
    return number;
}

}  // namespace orrery::models
