/// A hash function by name: what `hash: xxh64` in a scenario file chooses.
///
/// The functions themselves are free functions, one header each, in models/hashing/functions; a scheme whose hash is
/// fixed by its definition calls the one it means. This interface is for schemes that leave the choice open.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "models/hashing/key.hpp"

namespace orrery::models {

class HashFunction {
public:
    static constexpr std::string_view family = "hash";

    virtual ~HashFunction() = default;
    virtual std::unique_ptr<HashFunction> clone() const = 0;

    /// The hash of `key`, in the low `bits()` bits. O(length).
    virtual std::uint64_t operator()(Key key) const = 0;
    /// Width of the result: 16, 32 or 64.
    virtual unsigned bits() const = 0;
};

}  // namespace orrery::models
