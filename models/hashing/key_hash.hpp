/// The hash of a scheme that leaves its choice open (hash_choice.hpp), as a copyable value that is quick for numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "models/hashing/functions/xxh64.hpp"
#include "models/hashing/hash_choice.hpp"

namespace orrery::models {

/// A hash function of 64 bits; a narrower one is shifted to the high bits.
class KeyHash {
public:
    /// The function that `settings` chose. Throws ParameterError if it has fewer than `least_bits`.
    KeyHash(const Settings& settings, unsigned least_bits);
    KeyHash(const KeyHash& other);
    KeyHash& operator=(const KeyHash&) = delete;
    KeyHash(KeyHash&&) noexcept = default;
    KeyHash& operator=(KeyHash&&) noexcept = default;
    ~KeyHash() = default;

    std::uint64_t operator()(Key key) const {
        return xxh64_seed_ ? xxh64(key, *xxh64_seed_) : (*function_)(key) << shift_;
    }

    /// Calls `body` with a function from a number to its hash (that of its NumberKey), inline where it is xxh64: for
    /// loops over many keys.
    template <class Body>
    void with_number_hash(Body body) const {
        if (xxh64_seed_) {
            body([seed = *xxh64_seed_](std::uint64_t number) { return xxh64_number(number, seed); });
        } else {
            body([this](std::uint64_t number) { return (*function_)(NumberKey(number)) << shift_; });
        }
    }

private:
    std::unique_ptr<HashFunction> function_;
    unsigned shift_;
    std::optional<std::uint64_t> xxh64_seed_;  ///< if the function is xxh64, which is then called directly
};

}  // namespace orrery::models
