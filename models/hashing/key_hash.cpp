#include "models/hashing/key_hash.hpp"

#include <string>

namespace orrery::models {

KeyHash::KeyHash(const Settings& settings, unsigned least_bits)
    : function_(chosen_hash(settings)), shift_(64 - function_->bits()) {
    const Choice& choice = *settings.child("hash");
    if (function_->bits() < least_bits)
        throw ParameterError("hash", "'" + choice.row + "' has " + std::to_string(function_->bits()) +
                                         " bits; this scheme needs " + std::to_string(least_bits));
    if (choice.row == "xxh64") xxh64_seed_ = static_cast<std::uint64_t>(choice.settings.integer("seed"));
}

KeyHash::KeyHash(const KeyHash& other)
    : function_(other.function_->clone()), shift_(other.shift_), xxh64_seed_(other.xxh64_seed_) {}

}  // namespace orrery::models
