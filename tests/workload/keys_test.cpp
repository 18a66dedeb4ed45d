#include "sim/workload/keys.hpp"

#include <cmath>
#include <set>

#include "../base/goodness.hpp"
#include "fixture.hpp"

using namespace orrery;
using namespace orrery::testing;

namespace {

std::vector<double> draw_counts(const KeyPopularity& keys, int draws, Time now, std::uint64_t seed) {
    std::vector<double> counts(keys.count());
    for (int i = 0; i < draws; ++i) {
        RandomStream random = stream_of(stream_key(seed, "key", 0), static_cast<std::uint64_t>(i));
        ++counts.at(keys.draw(static_cast<std::uint64_t>(i), random, now));
    }
    return counts;
}

void check_popularity(const KeyPopularity& keys, Time now, std::uint64_t seed) {
    const int draws = 200'000;
    const auto observed = draw_counts(keys, draws, now, seed);
    std::vector<double> expected(keys.count());
    double sum = 0;
    for (std::uint64_t rank = 0; rank < keys.count(); ++rank) {
        expected.at(keys.key(rank, now)) = draws * keys.probability(rank);
        sum += keys.probability(rank);
    }
    CHECK(sum == doctest::Approx(1).epsilon(1e-12));
    CHECK(chi_square(observed, expected) < chi_square_critical(keys.count() - 1));
}

const Row<KeyPopularity>& row(std::string_view name, const std::vector<Row<KeyPopularity>>& rows) {
    for (const auto& candidate : rows)
        if (candidate.name == name) return candidate;
    throw std::runtime_error("no such row");
}

}  // namespace

TEST_CASE("keys are drawn as often as their probability says") {
    check_popularity(*uniform_keys(300), time_zero, 1);
    check_popularity(*zipf_keys(300, 0.99, KeyOrder::scattered), time_zero, 2);
    check_popularity(*zipf_keys(300, 1, KeyOrder::by_rank), time_zero, 3);
    check_popularity(*zipf_keys(100, 0, KeyOrder::scattered), time_zero, 4);
    check_popularity(*hot_set_keys(300, {.share = 0.1, .traffic = 0.9}, KeyOrder::scattered), time_zero, 5);
    check_popularity(*zipf_keys(300, 1.2, KeyOrder::scattered, 10s), Time(25s), 6);
}

TEST_CASE("a rank keeps one key, and every key has a rank") {
    for (std::uint64_t count = 1; count < 300; ++count)
        for (const std::uint64_t variant : {0, 1, 77}) {
            std::set<std::uint64_t> found;
            for (std::uint64_t rank = 0; rank < count; ++rank) found.insert(scatter(rank, count, variant));
            REQUIRE(found.size() == count);
            REQUIRE(*found.rbegin() == count - 1);
        }
    // A million keys and more, where a set is a bitmap.
    const std::uint64_t count = 1'000'003;
    std::vector<bool> seen(count);
    for (std::uint64_t rank = 0; rank < count; ++rank) seen.at(scatter(rank, count, 0)) = true;
    CHECK(std::find(seen.begin(), seen.end(), false) == seen.end());
    CHECK(scatter(5, std::uint64_t{1} << 52, 3) < std::uint64_t{1} << 52);
}

TEST_CASE("popular keys are no neighbours and fall evenly into ranges") {
    const std::uint64_t count = 1'000'000;
    std::vector<double> ranges(20);
    std::uint64_t previous = 0;
    for (std::uint64_t rank = 0; rank < 2000; ++rank) {
        const std::uint64_t key = scatter(rank, count, 0);
        if (rank > 0) CHECK(std::max(key, previous) - std::min(key, previous) > 1);
        ++ranges.at(key * 20 / count);
        previous = key;
    }
    CHECK(chi_square(ranges, std::vector<double>(20, 100)) < chi_square_critical(19));
}

TEST_CASE("order by_rank makes the key its rank") {
    const auto keys = zipf_keys(1000, 1, KeyOrder::by_rank);
    CHECK(keys->key(0, time_zero) == 0);
    CHECK(keys->key(999, time_zero) == 999);
}

TEST_CASE("the share of a hot key among many keys is that of the sum of all terms") {
    for (const double exponent : {0.5, 0.99, 1.0, 1.5}) {
        double sum = 0;
        for (int i = 1; i <= 100'000; ++i) sum += std::pow(i, -exponent);
        CHECK(zipf_keys(100'000, exponent, KeyOrder::by_rank)->probability(0) ==
              doctest::Approx(1 / sum).epsilon(1e-9));
    }
}

TEST_CASE("hot keys stay for a period and are others in the next") {
    const auto keys = hot_set_keys(10'000, {.share = 0.01, .traffic = 0.9}, KeyOrder::scattered, 1min);
    const auto hot = [&](Time now) {
        std::set<std::uint64_t> found;
        for (std::uint64_t rank = 0; rank < 100; ++rank) found.insert(keys->key(rank, now));
        return found;
    };
    CHECK(hot(time_zero) == hot(Time(59s)));
    const auto first = hot(time_zero), second = hot(Time(60s));
    std::size_t kept = 0;
    for (const auto key : first) kept += second.count(key);
    // 100 of 10,000: one is hot twice on average; Poisson(1) exceeds 7 with probability 1e-5.
    CHECK(kept <= 7);
    CHECK(hot(Time(60s)) == hot(Time(119s)));
}

TEST_CASE("a hot set of all keys, or without traffic, still draws every key that can come") {
    check_popularity(*hot_set_keys(50, {.share = 1, .traffic = 0.5}, KeyOrder::scattered), time_zero, 1);
    const auto cold =
        draw_counts(*hot_set_keys(50, {.share = 0.1, .traffic = 0}, KeyOrder::by_rank), 10'000, time_zero, 2);
    for (std::size_t i = 0; i < 50; ++i) CHECK((cold[i] > 0) == (i >= 5));
    CHECK(draw_counts(*hot_set_keys(1, {.share = 0, .traffic = 0.3}, KeyOrder::scattered), 10, time_zero, 3)[0] == 10);
}

TEST_CASE("sequential keys go round") {
    const auto keys = sequential_keys(3);
    RandomStream random(1);
    for (std::uint64_t item = 0; item < 10; ++item) CHECK(keys->draw(item, random, time_zero) == item % 3);
    CHECK(random == RandomStream(1));
}

TEST_CASE("rows of the catalog make what their names say") {
    const auto rows = key_popularities();
    CHECK(row("uniform", rows).make(section(row("uniform", rows).table, {{"count", "10"}}))->count() == 10);
    CHECK(row("sequential", rows).make(section(row("sequential", rows).table, {{"count", "10"}}))->count() == 10);
    const auto zipf =
        row("zipf", rows).make(section(row("zipf", rows).table, {{"count", "1e6"}, {"order", "by_rank"}}));
    CHECK(zipf->count() == 1'000'000);
    CHECK(zipf->key(7, time_zero) == 7);
    const auto hot = row("hot_set", rows)
                         .make(section(row("hot_set", rows).table,
                                       {{"count", "100"}, {"hot_share", "10%"}, {"hot_traffic", "50%"}}));
    CHECK(hot->probability(0) == doctest::Approx(0.05));
    CHECK(hot->probability(99) == doctest::Approx(0.5 / 90));
    for (const char* shape : {"zipf", "hot_set"}) {
        const auto drifting =
            row("drifting", rows)
                .make(section(row("drifting", rows).table, {{"count", "1000"}, {"period", "1s"}, {"shape", shape}}));
        CHECK(drifting->key(0, time_zero) != drifting->key(0, Time(1s)));
        CHECK(drifting->clone()->key(3, Time(5s)) == drifting->key(3, Time(5s)));
    }
}
