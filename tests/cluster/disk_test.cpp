#include "sim/cluster/disk.hpp"

#include <doctest/doctest.h>

#include "scripted_protocol.hpp"

using namespace orrery;
using namespace orrery::test;

namespace {

constexpr LogId log_a{0u};
constexpr CellId cell_a{0u};

std::vector<std::uint64_t> records(const Storage<Scripted>& storage, LogId log = log_a) {
    std::vector<std::uint64_t> out;
    for (std::uint64_t i = 0; i < storage.log_size(log); ++i) out.push_back(storage.record(log, i).value);
    return out;
}

using Records = std::vector<std::uint64_t>;

Storage<Scripted> with(Records values) {
    Storage<Scripted> storage;
    for (const std::uint64_t value : values) storage.append(log_a, Number{value});
    return storage;
}

}  // namespace

TEST_CASE("an empty disk has empty logs and no cells") {
    const Storage<Scripted> storage;
    CHECK(storage.log_size(log_a) == 0);
    CHECK(storage.cell(cell_a) == nullptr);
}

TEST_CASE("a write can be read at once, and a power cut takes it") {
    Storage<Scripted> storage = with({1, 2});
    storage.put(cell_a, Number{5});
    CHECK(records(storage) == Records{1, 2});
    CHECK(storage.cell(cell_a)->value == 5);
    CHECK(storage.lose_page_cache() == 3);
    CHECK(records(storage).empty());
    CHECK(storage.cell(cell_a) == nullptr);
}

TEST_CASE("a sync that is done makes durable what was written before it began, no more") {
    Storage<Scripted> storage = with({1, 2});
    storage.put(cell_a, Number{5});
    CHECK(storage.begin_sync(Ticket{1}) == 24);
    storage.append(log_a, Number{3});
    storage.put(cell_a, Number{6});
    storage.end_sync(Ticket{1});
    CHECK(records(storage) == Records{1, 2, 3});
    CHECK(storage.lose_page_cache() == 2);
    CHECK(records(storage) == Records{1, 2});
    CHECK(storage.cell(cell_a)->value == 5);
    CHECK(storage.lose_page_cache() == 0);
}

TEST_CASE("a sync that is not done makes nothing durable") {
    Storage<Scripted> storage = with({1, 2});
    storage.begin_sync(Ticket{1});
    CHECK(storage.lose_page_cache() == 2);
    CHECK(records(storage).empty());
}

TEST_CASE("a truncation that was not synced comes back after a power cut") {
    Storage<Scripted> storage = with({1, 2, 3});
    storage.begin_sync(Ticket{1});
    storage.end_sync(Ticket{1});
    storage.truncate(log_a, 1);
    storage.append(log_a, Number{9});
    CHECK(records(storage) == Records{1, 9});
    Storage<Scripted> synced = storage;
    CHECK(storage.lose_page_cache() == 2);
    CHECK(records(storage) == Records{1, 2, 3});
    synced.begin_sync(Ticket{2});
    synced.end_sync(Ticket{2});
    CHECK(synced.lose_page_cache() == 0);
    CHECK(records(synced) == Records{1, 9});
}

TEST_CASE("a truncation beyond the end changes nothing") {
    Storage<Scripted> storage = with({1});
    storage.truncate(log_a, 1);
    storage.truncate(log_a, 7);
    storage.truncate(LogId(3u), 0);
    CHECK(records(storage) == Records{1});
    CHECK(storage.log_size(LogId(3u)) == 0);
}

TEST_CASE("each sync carries the bytes that no earlier one took") {
    Storage<Scripted> storage = with({1, 2});
    CHECK(storage.begin_sync(Ticket{1}) == 16);
    CHECK(storage.begin_sync(Ticket{2}) == 0);
    storage.append(log_a, Number{3});
    CHECK(storage.begin_sync(Ticket{3}) == 8);
    storage.end_sync(Ticket{3});  // and with it all before
    CHECK(storage.lose_page_cache() == 0);
    CHECK(records(storage) == Records{1, 2, 3});
}

TEST_CASE("after the process is lost a new sync makes its old writes durable too") {
    Storage<Scripted> storage = with({1});
    storage.begin_sync(Ticket{1});
    storage.lose_process();
    storage.end_sync(Ticket{1});  // nobody waits for it any more
    CHECK(records(storage) == Records{1});
    storage.append(log_a, Number{2});
    storage.begin_sync(Ticket{2});
    storage.end_sync(Ticket{2});
    CHECK(storage.lose_page_cache() == 0);
    CHECK(records(storage) == Records{1, 2});
}

TEST_CASE("logs keep apart, and power cuts anywhere leave each the prefix last synced") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        RandomStream random(mix64(seed));
        Storage<Scripted> storage;
        std::vector<Records> written(3), durable(3);
        std::uint64_t ticket = 0;
        for (std::uint64_t i = 1; i <= 300; ++i) {
            const std::size_t log = random.below(3);
            switch (random.below(8)) {
                case 0:
                    storage.begin_sync(Ticket{++ticket});
                    storage.end_sync(Ticket{ticket});
                    durable = written;
                    break;
                case 1:
                    if (random.below(4) == 0) {
                        storage.lose_page_cache();
                        written = durable;
                    }
                    break;
                case 2: {
                    const std::uint64_t from = random.below(written[log].size() + 1);
                    storage.truncate(LogId(log), from);
                    written[log].resize(from);
                    break;
                }
                default:
                    storage.append(LogId(log), Number{i});
                    written[log].push_back(i);
            }
            for (std::size_t each = 0; each < 3; ++each) REQUIRE(records(storage, LogId(each)) == written[each]);
        }
    }
}
