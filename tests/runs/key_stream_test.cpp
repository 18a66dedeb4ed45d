#include "scenarios/runs/key_stream.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "scenarios/runs/key_table.hpp"
#include "scenarios/runs/parallel.hpp"

using namespace orrery;

namespace {

KeySource uniform(std::uint64_t count, std::uint64_t requests) {
    KeySource source{"uniform"};
    source.drawn = DrawnKeys{uniform_keys(count), requests};
    return source;
}

std::vector<std::uint64_t> all_of(const KeySource& source, std::uint64_t seed, std::size_t threads) {
    const auto stream = open_keys(source, seed);
    std::vector<std::uint64_t> keys;
    KeyBlock block;
    while (stream->next(block, threads)) keys.insert(keys.end(), block.numbers().begin(), block.numbers().end());
    return keys;
}

}  // namespace

TEST_CASE("drawn keys are the same on any number of threads, and others for another seed") {
    const KeySource source = uniform(1000, 600'001);
    const auto keys = all_of(source, 7, 1);
    CHECK(keys.size() == 600'001);
    CHECK(all_of(source, 7, 3) == keys);
    CHECK(all_of(source, 8, 1) != keys);
}

TEST_CASE("no key of a distribution is there twice, all are below 2^56, and those drawn are among them") {
    const DrawnKeys drawn{uniform_keys(5000), 20'000};
    const KeyBlock all = distinct_keys(drawn, 3, 1'000'000);
    const std::set<std::uint64_t> set(all.numbers().begin(), all.numbers().end());
    CHECK(all.size() == 5000);
    CHECK(set.size() == 5000);
    CHECK(*set.rbegin() < std::uint64_t{1} << 56);
    KeySource source{"uniform"};
    source.drawn = drawn;
    for (const std::uint64_t key : all_of(source, 3, 2)) CHECK(set.count(key) == 1);
    const KeyBlock some = distinct_keys(drawn, 3, 100);
    CHECK(some.size() == 100);
    for (const std::uint64_t key : some.numbers()) CHECK(set.count(key) == 1);
}

TEST_CASE("a table counts each key as often as it came, in the order of first sight") {
    KeyTable table(KeyTable::Overflow::grow, 0);
    KeyBlock block;
    block.clear(KeyBlock::Kind::texts);
    for (const char* word : {"the", "whale", "the", "", "sea", "the", "", "whale"}) block.add(models::Key(word));
    table.count(block);
    table.count(block);
    REQUIRE(table.keys().size() == 4);
    CHECK(table.keys().text(0) == "the");
    CHECK(table.keys().text(2).empty());
    const std::vector<std::uint64_t> counts(table.counts().begin(), table.counts().end());
    CHECK(counts == std::vector<std::uint64_t>{6, 4, 4, 2});
    table.clear();
    CHECK(table.keys().size() == 0);
    table.count(block);
    CHECK(table.counts()[0] == 3);
}

TEST_CASE("a table that keeps a sample keeps whole counts, and an even part of the keys however often they come") {
    KeyTable table(KeyTable::Overflow::sample, 1000);
    KeyBlock block;
    block.clear(KeyBlock::Kind::numbers);
    // Keys below 20,000 come ten times, the others once.
    for (std::uint64_t round = 0; round < 10; ++round)
        for (std::uint64_t key = 0; key < (round == 0 ? 40'000 : 20'000); ++key) block.add(key);
    table.count(block);
    CHECK(table.sampled());
    CHECK(table.keys().size() <= 1000);
    CHECK(table.keys().size() >= 400);
    double often = 0;
    for (std::size_t i = 0; i < table.keys().size(); ++i) {
        const bool is_often = table.keys().numbers()[i] < 20'000;
        CHECK(table.counts()[i] == (is_often ? 10 : 1));
        often += is_often ? 1 : 0;
    }
    // Half of the keys, within four standard deviations.
    const auto n = static_cast<double>(table.keys().size());
    CHECK(std::abs(often / n - 0.5) < 4 * std::sqrt(0.25 / n));
}

TEST_CASE("parts run once each, and of several failures the first part's is thrown") {
    for (const std::size_t threads : {1, 2, 4}) {
        std::vector<int> runs(1000, 0);
        parallel_for(runs.size(), threads, [&](std::size_t i) { ++runs[i]; });
        CHECK(std::all_of(runs.begin(), runs.end(), [](int n) { return n == 1; }));
        std::string failure;
        try {
            parallel_for(100, threads, [](std::size_t i) {
                if (i == 11 || i >= 20) throw std::runtime_error(std::to_string(i));
            });
        } catch (const std::runtime_error& error) {
            failure = error.what();
        }
        CHECK(failure == "11");
    }
}
