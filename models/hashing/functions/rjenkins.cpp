#include "models/hashing/functions/rjenkins.hpp"

#include "models/hashing/functions/row.hpp"

namespace orrery::models {

namespace {

using Word = std::uint32_t;

constexpr Word seed = 1315423911;

void mix(Word& a, Word& b, Word& c) {
    a = (a - b - c) ^ (c >> 13);
    b = (b - c - a) ^ (a << 8);
    c = (c - a - b) ^ (b >> 13);
    a = (a - b - c) ^ (c >> 12);
    b = (b - c - a) ^ (a << 16);
    c = (c - a - b) ^ (b >> 5);
    a = (a - b - c) ^ (c >> 3);
    b = (b - c - a) ^ (a << 10);
    c = (c - a - b) ^ (b >> 15);
}

/// What fills up the triples.
struct Filling {
    Word x = 231232;
    Word y = 1232;
};

}  // namespace

Word rjenkins1(Word a) {
    Word hash = seed ^ a;
    Word b = a;
    auto [x, y] = Filling{};
    mix(b, x, hash);
    mix(y, a, hash);
    return hash;
}

Word rjenkins1(Word a, Word b) {
    Word hash = seed ^ a ^ b;
    auto [x, y] = Filling{};
    mix(a, b, hash);
    mix(x, a, hash);
    mix(b, y, hash);
    return hash;
}

Word rjenkins1(Word a, Word b, Word c) {
    Word hash = seed ^ a ^ b ^ c;
    auto [x, y] = Filling{};
    mix(a, b, hash);
    mix(c, x, hash);
    mix(y, a, hash);
    mix(b, x, hash);
    mix(y, c, hash);
    return hash;
}

Word rjenkins1(Word a, Word b, Word c, Word d) {
    Word hash = seed ^ a ^ b ^ c ^ d;
    auto [x, y] = Filling{};
    mix(a, b, hash);
    mix(c, d, hash);
    mix(a, x, hash);
    mix(y, b, hash);
    mix(c, x, hash);
    mix(y, d, hash);
    return hash;
}

Word rjenkins1(Word a, Word b, Word c, Word d, Word e) {
    Word hash = seed ^ a ^ b ^ c ^ d ^ e;
    auto [x, y] = Filling{};
    mix(a, b, hash);
    mix(c, d, hash);
    mix(e, x, hash);
    mix(y, a, hash);
    mix(b, x, hash);
    mix(y, c, hash);
    mix(d, x, hash);
    mix(y, e, hash);
    return hash;
}

Word rjenkins_string(Key key) {
    Word a = 0x9e3779b9;
    Word b = a;
    Word c = 0;
    const auto length = static_cast<Word>(key.size());
    // `first` is the byte of c that the ninth byte goes to.
    const auto add = [&](Key bytes, std::size_t first) {
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            const auto byte = static_cast<Word>(static_cast<unsigned char>(bytes[i]));
            Word& word = i < 4 ? a : i < 8 ? b : c;
            word += byte << (8 * (i < 8 ? i % 4 : i - 8 + first));
        }
    };
    for (; key.size() >= 12; key.remove_prefix(12)) {
        add(key.substr(0, 12), 0);
        mix(a, b, c);
    }
    // The lowest byte of the last c is the length's.
    c += length;
    add(key, 1);
    mix(a, b, c);
    return c;
}

Row<HashFunction> rjenkins_row() {
    return plain_hash_row<32, rjenkins_string>("rjenkins", "Robert Jenkins' hash of 1996; of object names in Ceph",
                                               "burtleburtle.net, evahash; Ceph's object_hash rjenkins");
}

}  // namespace orrery::models
