// Balls into bins, thrown by hashing: the fullest bin with one choice, and occupancy with two.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "models/hashing/rings/jump.hpp"
#include "sim/base/random.hpp"
#include "tests/golden.hpp"
#include "tests/hashing/row_settings.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::testing;

namespace {

/// P(no bin has more than `most`) for n balls in n bins: n! / n^n times the coefficient of x^n in
/// (1 + x + ... + x^most / most!)^n, bin by bin. The factor is spread over the bins to stay in range.
double probability_of_max(std::size_t n, std::size_t most) {
    // After j bins, row[m]: the probability that m balls of a Poisson total of n lie in them, none of them above.
    std::vector<double> bin(most + 1);
    bin[0] = std::exp(-1.0);
    for (std::size_t i = 1; i <= most; ++i) bin[i] = bin[i - 1] / static_cast<double>(i);
    std::vector<double> row(n + 1, 0);
    row[0] = 1;
    for (std::size_t j = 0; j < n; ++j)
        for (std::size_t m = n + 1; m-- > 0;) {
            double sum = 0;
            for (std::size_t i = 0; i <= std::min(m, most); ++i) sum += row[m - i] * bin[i];
            row[m] = sum;
        }
    // Given that the total is n: P(Poisson(n) = n) = e^-n n^n / n!.
    double log_total = -static_cast<double>(n);
    for (std::size_t i = 1; i <= n; ++i) log_total += std::log(static_cast<double>(n) / static_cast<double>(i));
    return row[n] / std::exp(log_total);
}

/// Fractions of bins with at least 0, 1, ..., 5 balls when n balls with d choices each are in n bins, n large:
/// s_i' = s_(i-1)^d - s_i^d, s_0 = 1 (Mitzenmacher 1996), by Runge and Kutta's fourth order.
std::array<double, 6> occupancy(int d) {
    std::array<double, 6> s{1};
    const auto slope = [d](const std::array<double, 6>& at) {
        std::array<double, 6> out{};
        for (std::size_t i = 1; i < 6; ++i) out[i] = std::pow(at[i - 1], d) - std::pow(at[i], d);
        return out;
    };
    const auto plus = [](std::array<double, 6> a, const std::array<double, 6>& b, double factor) {
        for (std::size_t i = 0; i < 6; ++i) a[i] += factor * b[i];
        return a;
    };
    const double h = 1e-3;
    for (int step = 0; step < 1000; ++step) {
        const auto k1 = slope(s);
        const auto k2 = slope(plus(s, k1, h / 2));
        const auto k3 = slope(plus(s, k2, h / 2));
        const auto k4 = slope(plus(s, k3, h));
        for (std::size_t i = 0; i < 6; ++i) s[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
    }
    return s;
}

}  // namespace

TEST_CASE("as many keys as members: the fullest member is as full as balls into bins say") {
    const std::size_t n = 100;
    const std::size_t trials = 4000;
    for (const char* scheme : {"jump", "rendezvous", "rendezvous_skeleton", "anchor"}) {
        CAPTURE(scheme);
        const auto ring = make_ring(scheme);
        ring->reset(nodes(n));
        std::vector<std::size_t> at_most(10, 0);
        std::vector<std::uint64_t> keys(n);
        std::vector<MemberId> owners(n);
        for (std::size_t trial = 0; trial < trials; ++trial) {
            RandomStream random = stream_of(stream_key(9, "balls", trial));
            for (std::uint64_t& key : keys) key = random.next();
            ring->owners(keys, owners);
            std::vector<std::size_t> counts(n, 0);
            for (const MemberId owner : owners) ++counts[owner.index()];
            const std::size_t fullest = *std::max_element(counts.begin(), counts.end());
            for (std::size_t k = fullest; k < at_most.size(); ++k) ++at_most[k];
        }
        for (std::size_t k = 3; k <= 7; ++k) {
            CAPTURE(k);
            const double p = probability_of_max(n, k);
            // Trials are independent: five standard deviations of a binomial count.
            CHECK(std::fabs(static_cast<double>(at_most[k]) - p * trials) <= 5 * std::sqrt(p * (1 - p) * trials));
        }
    }
}

TEST_CASE("the less loaded of two owners: bins fill as the differential equation says") {
    const std::size_t n = 100'000;
    const int runs = 8;
    for (const int d : {1, 2}) {
        CAPTURE(d);
        std::array<double, 6> found{};
        for (int run = 0; run < runs; ++run) {
            std::vector<std::uint32_t> load(n, 0);
            RandomStream random = stream_of(stream_key(10, "choices", static_cast<std::uint64_t>(run)));
            for (std::size_t ball = 0; ball < n; ++ball) {
                const std::uint64_t key = random.next();
                auto best = static_cast<std::size_t>(jump_hash(key, static_cast<std::int32_t>(n)));
                if (d == 2) {
                    const auto other = static_cast<std::size_t>(jump_hash(mix64(key), static_cast<std::int32_t>(n)));
                    if (load[other] < load[best]) best = other;
                }
                ++load[best];
            }
            for (const std::uint32_t l : load)
                for (std::size_t i = 1; i <= std::min<std::size_t>(l, 5); ++i) found[i] += 1;
        }
        const auto expected = occupancy(d);
        for (std::size_t i = 1; i <= 4; ++i) {
            CAPTURE(i);
            const double total = static_cast<double>(n) * runs;
            const double p = expected[i];
            // Bins are negatively correlated, so a count deviates less than a binomial one; the equation is exact up to
            // terms of 1/n a bin, one bin a run; a rare count is Poisson's, whose tail adds some.
            CHECK(std::fabs(found[i] - p * total) <= 5 * std::sqrt(p * (1 - p) * total) + runs + 10);
        }
    }
}

TEST_CASE("the theory of these tests is that of the table of targets") {
    CHECK(probability_of_max(2, 1) == doctest::Approx(0.5));
    CHECK(occupancy(1)[1] == doctest::Approx(1 - std::exp(-1.0)).epsilon(1e-9));
    for (auto& row : golden_rows("analytic_targets.csv")) {
        const double value = std::stod(row["value"]);
        const std::string& metric = row["metric"];
        if (row["model"] == "balls into bins d=1, m=n" && row["params_json"] == R"({"n":100})")
            CHECK(probability_of_max(100, std::stoul(metric.substr(7))) == doctest::Approx(value).epsilon(1e-6));
        if (row["model"] == "balls into bins d choices, m=tn, n->inf" && metric.starts_with("fraction_of_bins_with>="))
            CHECK(occupancy(row["params_json"].find(R"("d":2)") != std::string::npos ? 2 : 1).at(metric.back() - '0') ==
                  doctest::Approx(value).epsilon(1e-6));
    }
}
