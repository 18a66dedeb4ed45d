/// SipHash-2-4 (Aumasson, Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012): two rounds a word, four at the
/// end.
#pragma once

#include <bit>
#include <cstdint>

#include "models/hashing/key.hpp"

namespace orrery::models {

/// The 128 bits of secret, as two words.
struct SipKey {
    std::uint64_t k0 = 0;
    std::uint64_t k1 = 0;
};

/// The state v0..v3, for whoever hashes words rather than bytes.
class SipState {
public:
    constexpr explicit SipState(SipKey secret)
        : v0_(secret.k0 ^ 0x736f6d6570736575u),
          v1_(secret.k1 ^ 0x646f72616e646f6du),
          v2_(secret.k0 ^ 0x6c7967656e657261u),
          v3_(secret.k1 ^ 0x7465646279746573u) {}

    /// Eight bytes of the message, least significant first.
    constexpr void word(std::uint64_t m) {
        v3_ ^= m;
        round();
        round();
        v0_ ^= m;
    }
    constexpr std::uint64_t finish() {
        v2_ ^= 0xff;
        for (int i = 0; i < 4; ++i) round();
        return v0_ ^ v1_ ^ v2_ ^ v3_;
    }

private:
    constexpr void round() {
        v0_ += v1_;
        v1_ = std::rotl(v1_, 13) ^ v0_;
        v0_ = std::rotl(v0_, 32);
        v2_ += v3_;
        v3_ = std::rotl(v3_, 16) ^ v2_;
        v0_ += v3_;
        v3_ = std::rotl(v3_, 21) ^ v0_;
        v2_ += v1_;
        v1_ = std::rotl(v1_, 17) ^ v2_;
        v2_ = std::rotl(v2_, 32);
    }

    std::uint64_t v0_;
    std::uint64_t v1_;
    std::uint64_t v2_;
    std::uint64_t v3_;
};

std::uint64_t siphash24(Key key, SipKey secret);

/// siphash24 of NumberKey(number), inline.
constexpr std::uint64_t siphash24_number(std::uint64_t number, SipKey secret) {
    SipState state(secret);
    state.word(__builtin_bswap64(number));
    state.word(std::uint64_t{8} << 56);
    return state.finish();
}

}  // namespace orrery::models
