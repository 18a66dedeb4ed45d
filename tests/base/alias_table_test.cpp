#include "sim/base/alias_table.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <numeric>

#include "goodness.hpp"
#include "sim/base/parameter.hpp"

using namespace orrery;
using namespace orrery::testing;

namespace {

void check_weights(const std::vector<double>& weights, std::uint64_t seed) {
    const AliasTable table(weights);
    RandomStream random(seed);
    const int draws = 200'000;
    std::vector<double> observed(weights.size()), seen, expected;
    for (int i = 0; i < draws; ++i) observed.at(table.draw(random)) += 1;
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] == 0) {
            CHECK(observed[i] == 0);
            continue;
        }
        seen.push_back(observed[i]);
        expected.push_back(draws * weights[i] / sum);
    }
    if (expected.size() > 1) CHECK(chi_square(seen, expected) < chi_square_critical(expected.size() - 1));
}

}  // namespace

TEST_CASE("every index is drawn as often as its weight says") {
    check_weights({1, 2, 3, 4}, 1);
    check_weights({0.1, 0.1, 0.8}, 2);
    check_weights(std::vector<double>(1000, 3.7), 3);
    check_weights({1e300, 2e300, 1e300}, 4);
    check_weights({1e-300, 3e-300}, 5);
    std::vector<double> falling;
    for (int i = 1; i <= 200; ++i) falling.push_back(1.0 / i);
    check_weights(falling, 6);
}

TEST_CASE("an index without weight never comes") {
    check_weights({0, 1, 0, 2, 0}, 1);
    check_weights({0, 0, 5}, 2);
    // Thirds do not sum to one exactly, which leaves cells over.
    check_weights({0, 1.0 / 3, 1.0 / 3, 0, 1.0 / 3, 0, 0, 0, 0.1, 0.7}, 3);
}

TEST_CASE("a single index is always drawn") {
    check_weights({42}, 1);
}

TEST_CASE("weights that are none are an error") {
    const double infinity = std::numeric_limits<double>::infinity();
    for (const std::vector<double>& weights : std::vector<std::vector<double>>{
             {}, {0, 0}, {-1, 2}, {1, infinity}, {1, std::numeric_limits<double>::quiet_NaN()}, {1.7e308, 1.7e308}})
        CHECK_THROWS_WITH_AS(AliasTable{weights}, doctest::Contains("weights"), ParameterError);
}
