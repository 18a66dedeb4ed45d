// Every message of the store survives its encoding; what is no encoding is refused, and reads nothing it should not.
#include <doctest/doctest.h>

#include "models/partitioning/store/store_messages.hpp"
#include "models/partitioning/store/store_node.hpp"
#include "sim/base/wire.hpp"

using namespace orrery;
using namespace orrery::models;

namespace {

/// Fills every field of a message with chance: enums stay inside, bodies stay small.
class Scatter {
public:
    explicit Scatter(RandomStream& random) : random_(random) {}

    template <class T>
    void operator()(T& field) {
        if constexpr (std::is_same_v<T, Filler>) {
            field.size = static_cast<std::uint32_t>(random_.below(300));
        } else if constexpr (std::is_same_v<T, MapChange::Kind>) {
            field = static_cast<T>(random_.below(7));
        } else if constexpr (std::is_same_v<T, StoreOutcome>) {
            field = static_cast<T>(random_.below(5));
        } else if constexpr (std::is_same_v<T, StoreRecord::Kind>) {
            field = static_cast<T>(random_.below(3));
        } else if constexpr (std::is_enum_v<T>) {
            field = static_cast<T>(random_.below(2));
        } else if constexpr (std::is_integral_v<T>) {
            field = static_cast<T>(random_.next());
        } else if constexpr (std::is_same_v<T, Duration>) {
            field = Duration(static_cast<std::int64_t>(random_.next()));
        } else if constexpr (std::is_same_v<T, Time>) {
            field = Time(Duration(static_cast<std::int64_t>(random_.next())));
        } else if constexpr (requires { T::fields(field, *this); }) {
            T::fields(field, *this);
        } else {
            field = T(random_.below(1u << 31));
        }
    }

private:
    RandomStream& random_;
};

template <std::size_t I = 0>
StoreMessage message_of(std::size_t kind, RandomStream& random) {
    if constexpr (I + 1 < std::variant_size_v<StoreMessage>)
        if (kind != I) return message_of<I + 1>(kind, random);
    std::variant_alternative_t<I, StoreMessage> message;
    Scatter scatter(random);
    scatter(message);
    return message;
}

}  // namespace

TEST_CASE("a message of the store is what its encoding decodes to, and as long as wire_size says") {
    RandomStream random(5);
    for (std::size_t kind = 0; kind < std::variant_size_v<StoreMessage>; ++kind) {
        CAPTURE(kind);
        for (int i = 0; i < 200; ++i) {
            const StoreMessage message = message_of(kind, random);
            const std::string bytes = encode(message);
            CHECK(bytes.size() == wire_size(message));
            const auto back = decode<StoreMessage>(bytes);
            REQUIRE(back);
            CHECK(*back == message);
        }
    }
}

TEST_CASE("a message cut short is none, and neither is one with something behind it") {
    RandomStream random(6);
    for (std::size_t kind = 0; kind < std::variant_size_v<StoreMessage>; ++kind) {
        const std::string bytes = encode(message_of(kind, random));
        for (std::size_t length = 0; length < bytes.size(); length += 1 + length / 8)
            CHECK(!decode<StoreMessage>(bytes.substr(0, length)));
        CHECK(!decode<StoreMessage>(bytes + 'x'));
    }
}

TEST_CASE("bytes of chance are refused or are a message that encodes to them") {
    RandomStream random(7);
    std::size_t taken = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes(1 + random.below(60), ' ');
        for (char& c : bytes) c = static_cast<char>(random.next() & 0xff);
        bytes[0] = static_cast<char>(random.below(std::variant_size_v<StoreMessage> + 2));
        const auto message = decode<StoreMessage>(bytes);
        if (!message) continue;
        ++taken;
        CHECK(encode(*message).size() == bytes.size());
    }
    CHECK(taken > 0);
}

TEST_CASE("a record of a node's log survives its encoding") {
    RandomStream random(8);
    for (int i = 0; i < 500; ++i) {
        StoreRecord record;
        Scatter scatter(random);
        scatter(record);
        const auto back = decode<StoreRecord>(encode(record));
        REQUIRE(back);
        CHECK(*back == record);
    }
}

TEST_CASE("a read is small on the wire and a write is its item and a little more") {
    CHECK(wire_size(StoreMessage(Get{})) == 33);
    Set set;
    set.body = Filler{1'000};
    CHECK(wire_size(StoreMessage(set)) == 1'000 + 49);
}
