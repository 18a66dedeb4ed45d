/// Keys are bytes.
///
/// A key may hold any byte, may be empty, and may be long; a scheme that treats one of these specially says so.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace orrery::models {

using Key = std::string_view;

/// The bytes of a key that is a number: eight, most significant first (what Kafka's LongSerializer writes). A simulated
/// key is such a number; so is the n-th key of a key distribution.
class NumberKey {
public:
    constexpr explicit NumberKey(std::uint64_t number) {
        for (std::size_t i = 0; i < bytes_.size(); ++i) bytes_[i] = static_cast<char>(number >> (56 - 8 * i));
    }
    constexpr operator Key() const { return {bytes_.data(), bytes_.size()}; }

private:
    std::array<char, 8> bytes_{};
};

}  // namespace orrery::models
