/// The power of d choices against the supermarket model (mean_field.hpp), 500 queues.
///
/// Warm-up: ten relaxation times of the flow at its fixed point (of M/M/1 for d = 1, where queues do not know of each
/// other). The run starts empty, so what is left of the start is at most e^-10 of the mean. Fluctuations of a finite
/// number of queues relax with the same eigenvalues. ORRERY_LONG=1 measures two and three choices
/// four times as long, on 2,000 queues too (a few minutes).
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "tests/validation/agreement.hpp"
#include "tests/validation/mean_field.hpp"

using namespace orrery::validation;

namespace {

const double start_bias = std::exp(-10.0);

bool long_wanted() {
    const char* wanted = std::getenv("ORRERY_LONG");
    return wanted != nullptr && std::string(wanted) == "1";
}

Queueing market(std::size_t queues, double load, double relaxation_time, double jobs) {
    Queueing q;
    q.workers = queues;
    q.rate = load * static_cast<double>(queues);
    q.demand = "{distribution: exponential, mean: 1s}";
    q.warmup = std::ceil(10 * relaxation_time);
    q.duration = std::ceil(std::max(jobs / q.rate, 5 * relaxation_time));
    return q;
}

void check_market(std::size_t queues, double load, int d) {
    const MeanField field = supermarket(load, d);
    Queueing q = market(queues, load, field.relaxation_time, 150'000);
    if (long_wanted()) q.duration *= 4;
    q.scheduling = "{policy: power_of_d, d: " + std::to_string(d) + "}";
    const double n = static_cast<double>(queues);
    const Theory theory = [d, n](double at) { return supermarket(at, d).at(n); };
    check_response(std::to_string(queues) + " queues, d = " + std::to_string(d), theory,
                   field.error_at(n) + start_bias * field.response, q, 8);
}

void check_markets(int d) {
    MESSAGE(std::string(long_wanted() ? "500 and 2,000 queues, long"
                                      : "500 queues; ORRERY_LONG=1 measures four times as long, and 2,000 queues too"));
    for (const double load : {0.5, 0.7, 0.9, 0.95, 0.99}) {
        check_market(500, load, d);
        if (long_wanted()) check_market(2000, load, d);
    }
}

}  // namespace

TEST_CASE("the fixed point and its correction are those of the literature") {
    // Mitzenmacher 2001, table 1: the mean time in an infinite system.
    CHECK(supermarket(0.5, 2).response == doctest::Approx(1.2657).epsilon(5e-5));
    CHECK(supermarket(0.9, 2).response == doctest::Approx(2.6141).epsilon(5e-5));
    CHECK(supermarket(0.99, 2).response == doctest::Approx(5.4320).epsilon(5e-5));
    // Gast and Van Houdt 2017, their example: jobs a queue at load 0.9, two choices with replacement, 10 queues.
    CHECK(0.9 * supermarket(0.9, 2, Sampling::with_replacement).at(10) == doctest::Approx(2.751).epsilon(5e-4));
}

TEST_CASE("one random choice makes every queue an M/M/1") {
    for (const double load : {0.5, 0.7, 0.8, 0.9}) {
        Queueing q = market(500, load, 1 / std::pow(1 - std::sqrt(load), 2), 150'000);
        q.scheduling = "{policy: power_of_d, d: 1}";
        const Theory theory = [](double at) { return 1 / (1 - at); };
        check_response("500 queues, d = 1", theory, start_bias * theory(load), q, 5);
    }
}

TEST_CASE("two choices respond as the supermarket model says") {
    check_markets(2);
}

TEST_CASE("three choices respond as the supermarket model says") {
    check_markets(3);
}
