/// Raft's messages on the wire.
#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "models/replication/raft/print.hpp"
#include "models/replication/raft/raft.hpp"
#include "sim/base/wire.hpp"
#include "tests/replication/random_messages.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::tests;

TEST_CASE("every message is what it was after encoding and decoding") {
    RandomStream random = stream_of(stream_key(1, "wire", 0));
    for (int i = 0; i < 20'000; ++i) {
        const RaftMessage message = random_message(random);
        const std::string bytes = encode(message);
        CAPTURE(to_string(message));
        CHECK(bytes.size() == wire_size(message));
        const auto back = decode<RaftMessage>(bytes);
        REQUIRE(back.has_value());
        CHECK(*back == message);
        CHECK(fold(0, *back) == fold(0, message));
    }
}

TEST_CASE("a message cut short or prolonged is no message") {
    RandomStream random = stream_of(stream_key(2, "wire", 0));
    for (int i = 0; i < 300; ++i) {
        const std::string bytes = encode(random_message(random));
        for (std::size_t size = 0; size < bytes.size(); ++size)
            CHECK_FALSE(decode<RaftMessage>(std::string_view(bytes).substr(0, size)).has_value());
        CHECK_FALSE(decode<RaftMessage>(bytes + "x").has_value());
    }
}

TEST_CASE("damaged bytes decode to nothing or to a message that encodes to the same bytes") {
    RandomStream random = stream_of(stream_key(3, "wire", 0));
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes = encode(random_message(random));
        const auto position = static_cast<std::size_t>(random.below(bytes.size()));
        bytes[position] = static_cast<char>(random.below(256));
        const auto message = decode<RaftMessage>(bytes);
        if (!message) continue;
        // The content of a filler is not kept, so that of damaged ones may differ.
        CHECK(encode(*message).size() == bytes.size());
        CHECK(decode<RaftMessage>(encode(*message)) == message);
    }
}

TEST_CASE("a forged number of entries allocates nothing to speak of") {
    AppendEntries message;
    std::string bytes = encode(RaftMessage(message));
    for (std::size_t i = bytes.size() - 4; i < bytes.size(); ++i) bytes[i] = '\xff';
    CHECK_FALSE(decode<RaftMessage>(bytes).has_value());
}

TEST_CASE("a heartbeat takes 37 bytes, and a command its payload and 14 more") {
    // Tag 1, term, prev_log_index, prev_log_term, leader_commit 8 each, number of entries 4.
    CHECK(wire_size(RaftMessage(AppendEntries{})) == 37);
    // Term 8, kind of content 1, kind of payload 1, its length 4.
    AppendEntries one;
    one.entries = EntryBatch({RaftEntry{.term = 1, .content = Command{Payload(Filler{1000})}}});
    CHECK(wire_size(RaftMessage(one)) == 37 + 14 + 1000);
    one.entries = EntryBatch({RaftEntry{.term = 1, .content = Command{Payload(std::string("abc"))}}});
    CHECK(wire_size(RaftMessage(one)) == 37 + 14 + 3);
    one.entries = EntryBatch({RaftEntry{.term = 1, .content = NoOperation{}}});
    CHECK(wire_size(RaftMessage(one)) == 37 + 9);
}

TEST_CASE("hard state, entries, commands and results are what they were after encoding and decoding") {
    RandomStream random = stream_of(stream_key(4, "wire", 0));
    for (int i = 0; i < 1000; ++i) {
        HardState state{.current_term = random.next(), .voted_for = {}};
        if (i % 2 == 0) state.voted_for = ProcessId(static_cast<std::size_t>(random.below(9)));
        CHECK(decode<HardState>(encode(state)) == state);
        const RaftEntry entry = random_entry(random);
        CHECK(decode<RaftEntry>(encode(entry)) == entry);
        if (const auto* command = std::get_if<Command>(&entry.content))
            CHECK(decode<Command>(encode(*command)) == *command);
        const CommandResult result{.outcome = static_cast<CommandOutcome>(random.below(3)),
                                   .index = random.next(),
                                   .term = random.next(),
                                   .leader = state.voted_for};
        CHECK(decode<CommandResult>(encode(result)) == result);
    }
}

TEST_CASE("payloads are equal by content, and a filler equals no bytes") {
    CHECK(Payload(std::string("a")) == Payload(std::string("a")));
    CHECK(Payload(std::string("a")) != Payload(std::string("b")));
    CHECK(Payload(Filler{3}) == Payload(Filler{3}));
    CHECK(Payload(Filler{3}) != Payload(Filler{4}));
    CHECK(Payload(Filler{1}) != Payload(std::string(1, '\0')));
    CHECK(Payload() == Payload(Filler{0}));
    CHECK(Payload(std::string("abc")).size() == 3);
    CHECK(Payload(Filler{7}).size() == 7);
}
