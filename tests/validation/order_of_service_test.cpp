/// Orders of service with a theory: processor sharing does not care what the demand looks like, SRPT follows its
/// integral. (Priorities: a workload cannot set them, so a scenario cannot show them.)
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "tests/validation/agreement.hpp"

using namespace orrery::validation;

namespace {

// As in single_queue_test.cpp: ten relaxation times of FIFO are cut. The work in the system does not depend on the
// order of service, and with it empties the queue; both disciplines keep no more than FIFO's memory of the start.
const double start_bias = std::exp(-10.0);

Queueing ten_queues(double load, const std::string& demand, double cv_squared, const std::string& discipline) {
    Queueing q;
    q.workers = 10;
    q.rate = 10 * load;
    q.demand = demand;
    q.discipline = discipline;
    q.warmup = std::ceil(20 * (1 + cv_squared) / ((1 - load) * (1 - load)));
    q.duration = std::ceil(std::max(10'000.0, 10 * q.warmup));
    return q;
}

/// A demand with mean 1, up to the moments that are cut off at x.
struct Demand {
    std::function<double(double)> density;
    std::function<double(double)> tail;           ///< P(S > x)
    std::function<double(double)> first_moment;   ///< integral of t f(t) over [0, x]
    std::function<double(double)> second_moment;  ///< integral of t^2 f(t) over [0, x]
};

/// A mixture of exponentials.
struct Phase {
    double probability;
    double rate;
};
Demand mixture(const std::vector<Phase>& phases) {
    const auto sum = [phases](auto of) {
        return [phases, of](double x) {
            double total = 0;
            for (const Phase& p : phases) total += p.probability * of(p.rate, x);
            return total;
        };
    };
    return {sum([](double r, double x) { return r * std::exp(-r * x); }),
            sum([](double r, double x) { return std::exp(-r * x); }),
            sum([](double r, double x) { return (1 - std::exp(-r * x) * (1 + r * x)) / r; }),
            sum([](double r, double x) { return (2 - std::exp(-r * x) * (r * r * x * x + 2 * r * x + 2)) / (r * r); })};
}

/// The mean response of M/G/1-SRPT at arrival rate `load` (Schrage and Miller 1966): with load(x) that of the jobs up
/// to x,
///     E T(x) = load (m2(x) + x^2 P(S > x)) / (2 (1 - load(x))^2)  +  integral_0^x dt / (1 - load(t)),
/// averaged over the density of x. Simpson's rule in u, x = reach u^2, which follows the density where it is steep.
double srpt(const Demand& demand, double load, double reach) {
    const int panels = 4000;
    const auto x_of = [&](double u) { return reach * u * u; };
    const auto residence = [&](double u) { return 2 * reach * u / (1 - load * demand.first_moment(x_of(u))); };
    double within = 0;
    double mean = 0;
    const auto response = [&](double u) {
        const double x = x_of(u);
        const double left = 1 - load * demand.first_moment(x);
        const double wait = load * (demand.second_moment(x) + x * x * demand.tail(x)) / (2 * left * left);
        return (wait + within) * demand.density(x) * 2 * reach * u;
    };
    const double h = 1.0 / panels;
    double before = 0;
    for (int i = 0; i < panels; ++i) {
        const double u = i * h;
        const double at_start = before;
        const double start = within;
        const double whole = h / 6 * (residence(u) + 4 * residence(u + h / 2) + residence(u + h));
        within = start + h / 24 * (5 * residence(u) + 8 * residence(u + h / 2) - residence(u + h));
        const double at_middle = response(u + h / 2);
        within = start + whole;
        before = response(u + h);
        mean += h / 6 * (at_start + 4 * at_middle + before);
    }
    return mean;
}

}  // namespace

TEST_CASE("under processor sharing the mean response is the same for every demand of one mean") {
    const double load = 0.7;
    const Theory theory = [](double at) { return 1 / (1 - at); };
    struct Row {
        const char* demand;
        double cv_squared;
    };
    for (const Row& row : {Row{"1s", 0}, Row{"{distribution: exponential, mean: 1s}", 1},
                           Row{"{distribution: gamma, mean: 1s, shape: 4}", 0.25},
                           Row{"{distribution: hyperexponential, mean: 1s, cv: 2}", 4},
                           Row{"{distribution: lognormal, mean: 1s, cv: 1.5}", 2.25}}) {
        const Queueing q = ten_queues(load, row.demand, row.cv_squared, "processor_sharing");
        check_response(std::string("M/G/1-PS, ") + row.demand + ",", theory, start_bias * theory(load), q, 10);
    }
}

TEST_CASE("the integral of SRPT is computed right") {
    // Bansal and Harchol-Balter, "Analysis of SRPT scheduling" (2001): bounded by processor sharing; and with nobody
    // else about, a job takes its own time.
    const Demand exponential = mixture({{1, 1}});
    CHECK(srpt(exponential, 1e-9, 50) == doctest::Approx(1).epsilon(1e-6));
    CHECK(srpt(exponential, 0.8, 50) < 5);
    CHECK(srpt(exponential, 0.8, 50) == doctest::Approx(srpt(exponential, 0.8, 70)).epsilon(1e-7));
}

TEST_CASE("SRPT responds as the integral of Schrage and Miller says") {
    const Demand exponential = mixture({{1, 1}});
    for (const double load : {0.5, 0.8}) {
        const Queueing q = ten_queues(load, "{distribution: exponential, mean: 1s}", 1, "srpt");
        const Theory theory = [&](double at) { return srpt(exponential, at, 50); };
        check_response("M/M/1-SRPT", theory, start_bias * theory(load), q, 10);
    }
    // Balanced means: p / r1 = (1 - p) / r2 = 1/2, p = (1 + sqrt((cv^2 - 1) / (cv^2 + 1))) / 2.
    const double p = 0.5 * (1 + std::sqrt(3.0 / 5.0));
    const Demand h2 = mixture({{p, 2 * p}, {1 - p, 2 * (1 - p)}});
    const Queueing q = ten_queues(0.7, "{distribution: hyperexponential, mean: 1s, cv: 2}", 4, "srpt");
    const Theory theory = [&](double at) { return srpt(h2, at, 250); };
    check_response("M/H2/1-SRPT, cv 2,", theory, start_bias * theory(0.7), q, 10);
}
