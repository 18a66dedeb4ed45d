#include "sim/base/wire.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "sim/base/contract.hpp"

using namespace orrery;

namespace {

enum class Colour : std::uint16_t { red, green, blue = 0xfffe };

struct Inner {
    std::int8_t small = 0;
    std::string name;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.small);
        field(self.name);
    }
    friend bool operator==(const Inner&, const Inner&) = default;
};

struct Outer {
    std::uint64_t term = 0;
    std::int32_t offset = 0;
    bool flag = false;
    double share = 0;
    Colour colour = Colour::red;
    ProcessId process;
    RequestId request;
    Ticket ticket;
    Duration delay{};
    Time at{};
    std::vector<Inner> inners;
    std::optional<std::vector<std::uint16_t>> maybe;
    std::variant<Nothing, Inner, std::uint32_t> either;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.term), field(self.offset), field(self.flag), field(self.share), field(self.colour),
            field(self.process);
        field(self.request), field(self.ticket), field(self.delay), field(self.at), field(self.inners),
            field(self.maybe);
        field(self.either);
    }
    friend bool operator==(const Outer&, const Outer&) = default;
};

std::string any_text(RandomStream& random) {
    std::string out(random.below(20), ' ');
    for (char& c : out) c = static_cast<char>(random.next() & 0xff);
    return out;
}

Inner any_inner(RandomStream& random) {
    Inner out;
    out.small = static_cast<std::int8_t>(random.next() & 0xff);
    out.name = any_text(random);
    return out;
}

Outer any_outer(RandomStream& random) {
    Outer out;
    out.term = random.next();
    out.offset = static_cast<std::int32_t>(random.next() >> 32);
    out.flag = random.below(2) == 1;
    out.share = random.uniform() - 0.5;
    out.colour = random.below(2) == 1 ? Colour::blue : Colour::green;
    out.process = ProcessId(random.below(1u << 31));
    out.request = RequestId{random.next()};
    out.ticket = Ticket{random.next()};
    out.delay = Duration(static_cast<std::int64_t>(random.next()));
    out.at = Time(Duration(static_cast<std::int64_t>(random.next())));
    out.inners.resize(random.below(4));
    for (Inner& inner : out.inners) inner = any_inner(random);
    if (random.below(2) == 1) {
        out.maybe.emplace(random.below(5));
        for (std::uint16_t& item : *out.maybe) item = static_cast<std::uint16_t>(random.next() & 0xffff);
    }
    switch (random.below(3)) {
        case 0:
            out.either = Nothing{};
            break;
        case 1:
            out.either = any_inner(random);
            break;
        default:
            out.either = static_cast<std::uint32_t>(random.next() >> 32);
            break;
    }
    return out;
}

template <class T>
std::optional<T> decoded(const std::string& bytes) {
    return decode<T>(std::span<const char>(bytes.data(), bytes.size()));
}

}  // namespace

TEST_CASE("what is encoded is decoded, and its length is the size on the wire") {
    RandomStream random(1);
    for (int i = 0; i < 5000; ++i) {
        const Outer message = any_outer(random);
        const std::string bytes = encode(message);
        CHECK(bytes.size() == wire_size(message));
        const auto back = decoded<Outer>(bytes);
        REQUIRE(back.has_value());
        CHECK(*back == message);
    }
}

TEST_CASE("the format is little-endian and fixed-width") {
    CHECK(encode(std::uint32_t{0x01020304}) == std::string("\x04\x03\x02\x01", 4));
    CHECK(encode(std::int16_t{-2}) == std::string("\xfe\xff", 2));
    CHECK(encode(std::string("ab")) == std::string("\x02\0\0\0ab", 6));
    CHECK(encode(std::optional<std::uint8_t>{}) == std::string("\0", 1));
    CHECK(encode(std::optional<std::uint8_t>{7}) == std::string("\x01\x07", 2));
    CHECK(encode(1.0) == std::string("\0\0\0\0\0\0\xf0\x3f", 8));
    CHECK(wire_size(ProcessId(3u)) == 4);
    CHECK(wire_size(Duration(3)) == 8);
    CHECK(wire_size(Nothing{}) == 0);
}

TEST_CASE("a message cut short at any byte, or with a byte too many, is no message") {
    RandomStream random(2);
    for (int i = 0; i < 50; ++i) {
        const std::string bytes = encode(any_outer(random));
        for (std::size_t length = 0; length < bytes.size(); ++length)
            CHECK_FALSE(decoded<Outer>(bytes.substr(0, length)).has_value());
        CHECK_FALSE(decoded<Outer>(bytes + '\0').has_value());
    }
}

TEST_CASE("random bytes decode to nothing or to a message with these bytes") {
    RandomStream random(3);
    int whole = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes = encode(any_outer(random));
        for (std::uint64_t change = 0; change <= random.below(3); ++change)
            bytes[random.below(bytes.size())] = static_cast<char>(random.next() & 0xff);
        if (const auto message = decoded<Outer>(bytes)) {
            ++whole;
            CHECK(encode(*message) == bytes);
        }
    }
    CHECK(whole > 0);
}

TEST_CASE("a forged count allocates nothing and is no message") {
    const std::string forged("\xff\xff\xff\xff", 4);
    CHECK_FALSE(decoded<std::string>(forged).has_value());
    CHECK_FALSE(decoded<std::vector<std::uint64_t>>(forged).has_value());
    CHECK_FALSE(decoded<std::vector<std::vector<Inner>>>(forged + forged).has_value());
    CHECK_FALSE(decoded<Filler>(forged + "abc").has_value());
    // Items without bytes: four billion of them would fit behind any count.
    CHECK_FALSE(decoded<std::vector<Nothing>>(forged).has_value());
    CHECK(decoded<std::vector<Nothing>>(encode(std::vector<Nothing>(3)))->size() == 3);
}

TEST_CASE("tags out of range are no message") {
    CHECK_FALSE(decoded<bool>("\x02").has_value());
    CHECK_FALSE(decoded<std::optional<std::uint8_t>>(std::string("\x02\x07", 2)).has_value());
    CHECK_FALSE(decoded<std::variant<Nothing, std::uint8_t>>(std::string("\x02\x07", 2)).has_value());
    CHECK(decoded<std::variant<Nothing, std::uint8_t>>(std::string("\x01\x07", 2)).has_value());
}

TEST_CASE("filler has a length on the wire and none in memory") {
    const Filler filler{1000};
    CHECK(wire_size(filler) == 1004);
    CHECK(encode(filler).size() == 1004);
    CHECK(decoded<Filler>(encode(filler)) == filler);
}

TEST_CASE("every bit of a double survives") {
    for (const double value :
         {0.0, -0.0, 0x1p-1074, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
        const auto back = decoded<double>(encode(value));
        REQUIRE(back.has_value());
        CHECK(std::bit_cast<std::uint64_t>(*back) == std::bit_cast<std::uint64_t>(value));
    }
}

TEST_CASE("a fold tells fields apart that differ in one bit, and equal values agree") {
    RandomStream random(4);
    for (int i = 0; i < 500; ++i) {
        const Outer message = any_outer(random);
        Outer other = message;
        CHECK(fold(7, message) == fold(7, other));
        other.term ^= std::uint64_t{1} << random.below(64);
        CHECK(fold(7, message) != fold(7, other));
        CHECK(fold(7, message) != fold(8, message));
    }
    CHECK(fold(0, std::vector<std::string>{"ab", "c"}) != fold(0, std::vector<std::string>{"a", "bc"}));
}
