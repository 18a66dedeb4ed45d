#include "sim/base/random.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <set>
#include <vector>

#include "goodness.hpp"

using namespace orrery;
using namespace orrery::testing;

TEST_CASE("a random stream gives the published outputs of SplitMix64") {
    // Reference implementation by Vigna (prng.di.unimi.it/splitmix64.c), seed 1234567.
    RandomStream random(1234567);
    for (const std::uint64_t expected : {6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
                                         4593380528125082431u, 16408922859458223821u})
        CHECK(random.next() == expected);
}

TEST_CASE("a number below a bound is uniform where the product alone would be biased") {
    // For 3 * 2^62, of every four inputs two would fall on a multiple of 3 without the rejection.
    const std::uint64_t bound = std::uint64_t{3} << 62;
    RandomStream random(11);
    std::vector<double> observed(3);
    const int draws = 90'000;
    for (int i = 0; i < draws; ++i) {
        const std::uint64_t drawn = random.below(bound);
        REQUIRE(drawn < bound);
        observed[drawn % 3] += 1;
    }
    CHECK(chi_square(observed, std::vector<double>(3, draws / 3.0)) < chi_square_critical(2));
}

TEST_CASE("a number below a small bound is uniform and reaches both ends") {
    for (const std::uint64_t bound : {2u, 3u, 7u, 10u, 100u}) {
        RandomStream random(bound);
        std::vector<double> observed(bound);
        const int draws = 100'000;
        for (int i = 0; i < draws; ++i) observed.at(random.below(bound)) += 1;
        const std::vector<double> expected(bound, static_cast<double>(draws) / static_cast<double>(bound));
        CAPTURE(bound);
        CHECK(chi_square(observed, expected) < chi_square_critical(bound - 1));
    }
}

TEST_CASE("a number below one is zero") {
    RandomStream random(5);
    for (int i = 0; i < 100; ++i) CHECK(random.below(1) == 0);
}

TEST_CASE("uniform numbers fill the unit interval evenly") {
    RandomStream random(3);
    std::vector<double> closed, open;
    for (int i = 0; i < 100'000; ++i) {
        closed.push_back(random.uniform());
        open.push_back(random.uniform_open());
        REQUIRE(closed.back() >= 0);
        REQUIRE(closed.back() < 1);
        REQUIRE(open.back() > 0);
        REQUIRE(open.back() < 1);
    }
    const auto identity = [](double x) { return x; };
    CHECK(kolmogorov_smirnov(closed, identity) < kolmogorov_smirnov_critical());
    CHECK(kolmogorov_smirnov(open, identity) < kolmogorov_smirnov_critical());
}

TEST_CASE("first draws of neighbouring items are as good as independent") {
    const StreamKey key = stream_key(1, "demand", 0);
    std::vector<double> first, rising(16);
    for (std::uint64_t item = 0; item < 100'000; ++item) {
        RandomStream random = stream_of(key, item);
        first.push_back(random.uniform());
    }
    CHECK(kolmogorov_smirnov(first, [](double x) { return x; }) < kolmogorov_smirnov_critical());
    // Pairs of neighbours over a 4 by 4 grid.
    for (std::size_t i = 0; i + 1 < first.size(); i += 2) {
        const auto row = static_cast<std::size_t>(first[i] * 4), column = static_cast<std::size_t>(first[i + 1] * 4);
        rising.at(row * 4 + column) += 1;
    }
    CHECK(chi_square(rising, std::vector<double>(16, 50'000 / 16.0)) < chi_square_critical(15));
}

TEST_CASE("streams of different seeds, purposes, entities and items differ, and those of the same are the same") {
    std::set<std::uint64_t> states;
    std::size_t made = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed)
        for (const char* purpose : {"arrival", "demand", "key", "size"})
            for (std::uint64_t entity = 0; entity < 10; ++entity)
                for (std::uint64_t item = 0; item < 10; ++item, ++made) {
                    RandomStream random = stream_of(stream_key(seed, purpose, entity), item);
                    CHECK(random == stream_of(stream_key(seed, purpose, entity), item));
                    states.insert(random.next());
                }
    CHECK(states.size() == made);
}

TEST_CASE("mixing is a bijection that turns half of the bits") {
    double turned = 0;
    const int samples = 1000;
    RandomStream random(17);
    for (int i = 0; i < samples; ++i) {
        const std::uint64_t x = random.next();
        for (int bit = 0; bit < 64; ++bit) turned += std::popcount(mix64(x) ^ mix64(x ^ (std::uint64_t{1} << bit)));
    }
    // Each of 64 * 64 * samples bits turns with probability 1/2: deviation of the share 0.5 / sqrt(count).
    const double count = 64.0 * 64.0 * samples;
    CHECK(std::fabs(turned / count - 0.5) < standard_errors_critical * 0.5 / std::sqrt(count));
}
