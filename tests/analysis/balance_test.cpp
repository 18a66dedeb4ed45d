#include "analysis/balance.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/random.hpp"

using namespace orrery;
using namespace orrery::analysis;
using doctest::Approx;

TEST_CASE("loads worked out by hand: 1, 2, 3, 4") {
    const std::vector<double> loads = {1, 2, 3, 4};
    const Balance balance = balance_of(loads);
    CHECK(balance.max_over_mean == Approx(1.6));         // 4 / 2.5
    CHECK(balance.cv == Approx(std::sqrt(1.25) / 2.5));  // squares 2.25 + .25 + .25 + 2.25, over 4
    CHECK(balance.jain == Approx(100.0 / (4 * 30)));     // sum^2 / (n * sum of squares)
    CHECK(balance.gini == Approx(0.25));                 // mean difference 20/16 over 2 * 2.5
    CHECK(balance.hot_share == Approx(0.4));
}

TEST_CASE("all on one of n: every measure is at its worst") {
    for (const std::size_t n : {1u, 2u, 5u, 100u}) {
        std::vector<double> loads(n, 0);
        loads[n / 2] = 7;
        const Balance balance = balance_of(loads);
        const auto nodes = static_cast<double>(n);
        CHECK(balance.max_over_mean == Approx(nodes));
        CHECK(balance.cv == Approx(std::sqrt(nodes - 1)));
        CHECK(balance.jain == Approx(1 / nodes));
        CHECK(balance.gini == Approx((nodes - 1) / nodes));
        CHECK(balance.hot_share == 1);
    }
}

TEST_CASE("equal loads are even, no load at all too, and no nodes are nothing") {
    CHECK(balance_of(std::vector<double>(8, 0.3)).cv == Approx(0));
    CHECK(balance_of(std::vector<double>(8, 0.25)) == Balance{1, 0, 1, 0, 0.125});
    CHECK(balance_of(std::vector<double>(8, 0)) == Balance{1, 0, 1, 0, 0.125});
    CHECK(balance_of(std::vector<double>{}) == Balance{});
}

TEST_CASE("load in proportion to capacity is even, and a capacity is as good as so many equal nodes") {
    const std::vector<double> loads = {2, 4, 6};
    const std::vector<double> weights = {1, 2, 3};
    const Balance even = balance_of(loads, weights);
    CHECK(even.max_over_mean == 1);
    CHECK(even.cv == 0);
    CHECK(even.gini == Approx(0));

    // One node of capacity 3 with load 6, against three of capacity 1 with load 2 each.
    const Balance joined = balance_of(std::vector<double>{6, 5}, std::vector<double>{3, 1});
    const Balance apart = balance_of(std::vector<double>{2, 2, 2, 5});
    CHECK(joined.max_over_mean == Approx(apart.max_over_mean));
    CHECK(joined.cv == Approx(apart.cv));
    CHECK(joined.jain == Approx(apart.jain));
    CHECK(joined.gini == Approx(apart.gini));
    CHECK(joined.hot_share == Approx(5.0 / 11));
}

TEST_CASE("the measures agree with their definitions and depend neither on the order nor on the unit") {
    RandomStream random(11);
    for (int round = 0; round < 50; ++round) {
        std::vector<double> loads;
        for (std::uint64_t i = 0, n = 2 + random.below(30); i < n; ++i) loads.push_back(random.uniform());
        const Balance balance = balance_of(loads);
        const auto n = static_cast<double>(loads.size());

        double sum = 0, squares = 0, differences = 0;
        for (const double a : loads) {
            sum += a;
            squares += a * a;
            for (const double b : loads) differences += std::abs(a - b);
        }
        CHECK(balance.gini == Approx(differences / (2 * n * sum)));
        CHECK(balance.jain == Approx(sum * sum / (n * squares)));
        CHECK(balance.cv == Approx(std::sqrt(squares / n - sum * sum / (n * n)) / (sum / n)));

        std::vector<double> shuffled = loads;
        for (std::size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[random.below(i)]);
        CHECK(balance_of(shuffled) == balance);
        for (double& load : shuffled) load *= 1024;
        CHECK(balance_of(shuffled) ==
              Balance{balance.max_over_mean, balance.cv, balance.jain, balance.gini, balance.hot_share});
    }
}

TEST_CASE("impossible loads and weights break an invariant") {
    CHECK_THROWS_AS(balance_of(std::vector<double>{1, -1}), InvariantBroken);
    CHECK_THROWS_AS(balance_of(std::vector<double>{1, std::nan("")}), InvariantBroken);
    CHECK_THROWS_AS(balance_of(std::vector<double>{1, 1}, std::vector<double>{1, 0}), InvariantBroken);
    CHECK_THROWS_AS(balance_of(std::vector<double>{1, 1}, std::vector<double>{1}), InvariantBroken);
}
