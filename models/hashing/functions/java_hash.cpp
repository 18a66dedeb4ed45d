#include "models/hashing/functions/java_hash.hpp"

#include "models/hashing/functions/row.hpp"

namespace orrery::models {

namespace {

constexpr std::uint32_t replacement = 0xfffd;

bool is_continuation(unsigned byte) {
    return (byte & 0xc0) == 0x80;
}

/// How many bytes a character takes that begins with `lead`; 0 if none does.
std::size_t length_of(unsigned lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead < 0xe0) return 2;
    if (lead >= 0xe0 && lead < 0xf0) return 3;
    if (lead >= 0xf0 && lead < 0xf5) return 4;
    return 0;
}

/// Whether `second` may follow `lead`: no longer form than needed, nothing above U+10FFFF. Surrogates pass here.
bool may_follow(unsigned lead, unsigned second) {
    if (!is_continuation(second)) return false;
    if (lead == 0xe0) return second >= 0xa0;
    if (lead == 0xf0) return second >= 0x90;
    if (lead == 0xf4) return second < 0x90;
    return true;
}

struct Decoded {
    std::uint32_t character = replacement;
    std::size_t taken = 1;
};

Decoded decode(Key text) {
    const auto byte = [&](std::size_t i) { return unsigned{static_cast<unsigned char>(text[i])}; };
    const unsigned lead = byte(0);
    const std::size_t length = length_of(lead);
    if (length == 0) return {};
    if (length == 1) return {lead, 1};
    std::uint32_t character = lead & (0x7fu >> length);
    std::size_t taken = 1;
    while (taken < length && taken < text.size()) {
        const unsigned next = byte(taken);
        if (taken == 1 ? !may_follow(lead, next) : !is_continuation(next)) break;
        character = (character << 6) | (next & 0x3f);
        ++taken;
    }
    const bool surrogate = length == 3 && character >= 0xd800 && character < 0xe000;
    if (taken < length || surrogate) return {replacement, taken};
    return {character, taken};
}

/// Calls `unit` for every UTF-16 code unit.
template <class Unit>
void for_each_unit(Key utf8, Unit unit) {
    while (!utf8.empty()) {
        const Decoded next = decode(utf8);
        utf8.remove_prefix(next.taken);
        if (next.character < 0x10000) {
            unit(static_cast<char16_t>(next.character));
        } else {
            unit(static_cast<char16_t>(0xd800 + ((next.character - 0x10000) >> 10)));
            unit(static_cast<char16_t>(0xdc00 + ((next.character - 0x10000) & 0x3ff)));
        }
    }
}

std::uint32_t unsigned_string_hash(Key utf8) {
    return static_cast<std::uint32_t>(java_string_hash(utf8));
}

}  // namespace

std::u16string java_string(Key utf8) {
    std::u16string out;
    for_each_unit(utf8, [&](char16_t unit) { out.push_back(unit); });
    return out;
}

std::int32_t java_string_hash(std::u16string_view units) {
    std::uint32_t hash = 0;
    for (const char16_t unit : units) hash = 31 * hash + unit;
    return static_cast<std::int32_t>(hash);
}

std::int32_t java_string_hash(Key utf8) {
    std::uint32_t hash = 0;
    for_each_unit(utf8, [&](char16_t unit) { hash = 31 * hash + unit; });
    return static_cast<std::int32_t>(hash);
}

std::int32_t java_bytes_hash(Key bytes) {
    std::uint32_t hash = 1;
    for (const char c : bytes) hash = 31 * hash + static_cast<std::uint32_t>(std::int32_t{static_cast<signed char>(c)});
    return static_cast<std::int32_t>(hash);
}

Row<HashFunction> java_string_row() {
    return plain_hash_row<32, unsigned_string_hash>(
        "java_string", "Java's String.hashCode of the key as UTF-8; short keys fill few bits", "OpenJDK 17");
}

}  // namespace orrery::models
