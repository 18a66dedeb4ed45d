/// Distinct keys and how often each came, within a stated number of keys.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "scenarios/runs/key_stream.hpp"

namespace orrery {

/// Keys stand in the order in which each came first. Open addressing; about 30 bytes a key and the bytes of texts.
class KeyTable {
public:
    enum class Overflow : std::uint8_t {
        grow,    ///< the caller looks at `keys().size()` and empties it
        sample,  ///< beyond `most` only a sample is kept: keys whose hash is small, however often they come
    };
    KeyTable(Overflow overflow, std::size_t most) : overflow_(overflow), most_(most) {}

    /// Counts every key of `block`. Blocks of one table are of one kind.
    void count(const KeyBlock& block);
    void clear();

    const KeyBlock& keys() const { return keys_; }
    std::span<const std::uint64_t> counts() const { return counts_; }
    /// Whether `keys` is a sample of those that came.
    bool sampled() const { return threshold_ != std::numeric_limits<std::uint64_t>::max(); }

private:
    void count(std::uint64_t hash, const KeyBlock& block, std::size_t i, std::uint64_t times);
    bool same(std::uint32_t at, const KeyBlock& block, std::size_t i) const;
    void rebuild(std::size_t slots);
    void thin_out();

    Overflow overflow_;
    std::size_t most_;
    std::uint64_t threshold_ = std::numeric_limits<std::uint64_t>::max();
    KeyBlock keys_;
    std::vector<std::uint64_t> counts_;
    std::vector<std::uint64_t> hashes_;
    std::vector<std::uint32_t> slots_;  ///< index of a key plus one; 0 is free
};

}  // namespace orrery
