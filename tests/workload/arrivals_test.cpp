#include "sim/workload/arrivals.hpp"

#include <cmath>
#include <map>
#include <numbers>

#include "../base/goodness.hpp"
#include "fixture.hpp"

using namespace orrery;
using namespace orrery::testing;

namespace {

constexpr StreamKey key = stream_key(42, "arrival", 0);

std::vector<Time> arrivals(ArrivalProcess& process, Time end, StreamKey stream = key) {
    std::vector<Time> times;
    Time previous = time_zero;
    for (std::uint64_t k = 0;; ++k) {
        const auto at = process.next(previous, k, stream);
        if (!at || *at >= end) return times;
        REQUIRE(*at >= previous);
        times.push_back(previous = *at);
    }
}

std::vector<double> gaps(const std::vector<Time>& times) {
    std::vector<double> found;
    Time previous = time_zero;
    for (const Time at : times) {
        found.push_back(seconds(at - previous));
        previous = at;
    }
    return found;
}

/// Counts in bins of `width`; Poisson with the expected number each, independent, so that their chi-square has as many
/// degrees of freedom as bins.
template <class Expected>
void check_counts(const std::vector<Time>& times, Duration width, std::size_t bins, Expected expected) {
    std::vector<double> observed(bins), wanted(bins);
    for (const Time at : times) ++observed.at(static_cast<std::size_t>(at.time_since_epoch() / width));
    for (std::size_t i = 0; i < bins; ++i)
        wanted[i] = expected(seconds(width) * static_cast<double>(i), seconds(width) * static_cast<double>(i + 1));
    CHECK(chi_square(observed, wanted) < chi_square_critical(bins));
}

/// One of each row, made as a scenario would make it.
std::map<std::string, std::unique_ptr<ArrivalProcess>> one_of_each() {
    std::map<std::string, std::unique_ptr<ArrivalProcess>> made;
    for (const auto& row : arrival_processes()) {
        Settings settings;
        if (row.name == "poisson" || row.name == "deterministic" || row.name == "diurnal")
            settings = section(row.table, {{"rate", "1000/s"}, {"period", "10s"}});
        else if (row.name == "mmpp")
            settings = section(row.table, {{"states", "[100/s 1s, 2000/s 500ms, 0/s 100ms]"}});
        else if (row.name == "on_off")
            settings = section(row.table, {{"rate", "2000/s"}, {"on", "100ms"}, {"off", "100ms"}});
        else if (row.name == "piecewise")
            settings = section(row.table, {{"steps", "[0s 100/s, 3s 5000/s, 4s 0/s]"}, {"repeat", "5s"}});
        else
            settings = section(row.table, {{"clients", "10"}});
        made.emplace(row.name, row.make(settings));
    }
    return made;
}

}  // namespace

TEST_CASE("an arrival depends on its number and the arrival before it, not on who asked for what before") {
    for (const auto& entry : one_of_each()) {
        const auto& process = entry.second;
        INFO(entry.first);
        const auto times = arrivals(*process, Time(10s));
        CHECK((times.size() > 100) == (process->closed_loop() == nullptr));
        const auto fresh = process->clone();
        for (std::size_t k = times.size(); k-- > 0;) {  // backwards, so that no kept place can help
            if (k % 97 != 0) continue;
            REQUIRE(fresh->next(k == 0 ? time_zero : times[k - 1], k, key) == times[k]);
        }
        // Another stream in between does not matter either.
        static_cast<void>(fresh->next(Time(3s), 7, stream_key(1, "arrival", 5)));
        if (times.size() > 5) CHECK(fresh->next(times[4], 5, key) == times[5]);
    }
}

TEST_CASE("a clone goes on where the original stands") {
    for (const auto& entry : one_of_each()) {
        const auto& process = entry.second;
        INFO(entry.first);
        const auto half = arrivals(*process, Time(5s));
        if (half.empty()) continue;
        const auto copy = process->clone();
        Time at = half.back();
        for (std::uint64_t k = half.size(); k < half.size() + 100; ++k) {
            const auto one = process->next(at, k, key);
            REQUIRE(one == copy->next(at, k, key));
            at = *one;
        }
    }
}

TEST_CASE("Poisson gaps are exponential with the mean of the rate") {
    const auto process = poisson_arrivals(1000);
    CHECK(process->rate_mean() == 1000);
    const auto found = gaps(arrivals(*process, Time(200s)));
    CHECK(kolmogorov_smirnov(found, [](double gap) { return 1 - std::exp(-1000 * gap); }) <
          kolmogorov_smirnov_critical());
    // The number in 200 s is Poisson(200000): its deviation is the root of that.
    CHECK(std::abs(static_cast<double>(found.size()) - 200'000) < standard_errors_critical * std::sqrt(200'000));
}

TEST_CASE("deterministic arrivals do not drift") {
    auto process = deterministic_arrivals(3);
    for (const std::uint64_t k : {0ull, 1ull, 2ull, 3ull * 1'000'000 - 1, 3ull * 1'000'000'000 - 1}) {
        const auto exact = static_cast<std::int64_t>(static_cast<UnsignedWide>(k + 1) * 1'000'000'000 / 3);
        CHECK(std::abs(process->next(time_zero, k, key)->time_since_epoch().count() - exact) <=
              1 + exact / 1'000'000'000'000'000);
    }
    process = deterministic_arrivals(1000, 250us);
    CHECK(process->next(time_zero, 0, key) == Time(250us));
    CHECK(process->next(Time(250us), 1, key) == Time(1250us));
    CHECK(deterministic_arrivals(1000)->next(time_zero, 0, key) == Time(1ms));
    CHECK(!process->next(time_zero, ~std::uint64_t{0}, key));
    CHECK(!deterministic_arrivals(1e-9)->next(time_zero, 20, key));
}

TEST_CASE("gaps of an interrupted Poisson process have the distribution of Kuczura") {
    // Kuczura 1973: a mixture of two exponentials; w = 1/on, g = 1/off.
    const double rate = 1000, w = 1 / 0.05, g = 1 / 0.02;
    const double sum = rate + w + g, root = std::sqrt(sum * sum - 4 * rate * g);
    const double r1 = (sum + root) / 2, r2 = (sum - root) / 2, k1 = (rate - r2) / (r1 - r2);
    const auto process = modulated_arrivals({{rate, 50ms}, {0, 20ms}});
    auto found = gaps(arrivals(*process, Time(100s)));
    found.erase(found.begin());  // the first does not start at an arrival
    CHECK(found.size() > 10'000);
    CHECK(kolmogorov_smirnov(found, [&](double gap) {
              return k1 * (1 - std::exp(-r1 * gap)) + (1 - k1) * (1 - std::exp(-r2 * gap));
          }) < kolmogorov_smirnov_critical());
}

TEST_CASE("a modulated process has the mean and the burstiness of the MMPP cookbook") {
    // Heffes and Lucantoni 1986; Fischer and Meier-Hellstern 1993: the index of dispersion of counts tends to
    // 1 + 2 r1 r2 (l1 - l2)^2 / ((r1 + r2)^2 (l1 r2 + l2 r1)), so the count in t has about that times its mean as
    // variance.
    const double l1 = 2000, l2 = 200, r1 = 1 / 0.1, r2 = 1 / 0.3;
    const auto process = modulated_arrivals({{l1, 100ms}, {l2, 300ms}});
    CHECK(*process->rate_mean() == doctest::Approx(650));
    const double dispersion = 1 + 2 * r1 * r2 * (l1 - l2) * (l1 - l2) / ((r1 + r2) * (r1 + r2) * (l1 * r2 + l2 * r1));
    // 20 independent sources over 100 s each: times long against the sojourns.
    double total = 0, squares = 0;
    for (std::uint64_t source = 0; source < 20; ++source) {
        const auto count = static_cast<double>(arrivals(*process, Time(100s), stream_key(7, "arrival", source)).size());
        total += count;
        squares += (count - 65'000) * (count - 65'000);
    }
    const double variance = dispersion * 65'000;
    CHECK(std::abs(total / 20 - 65'000) < standard_errors_critical * std::sqrt(variance / 20));
    // The sum of 20 squares over the variance is chi-square with 20 degrees; below by its lower 1e-4 quantile, by the
    // same approximation as the upper one.
    const double spread = 2.0 / (9 * 20);
    CHECK(squares / variance < chi_square_critical(20));
    CHECK(squares / variance > 20 * std::pow(1 - spread - 3.719 * std::sqrt(spread), 3));
}

TEST_CASE("three states share the time by their mean sojourns") {
    const std::vector<ModulatedState> states = {{3000, 10ms}, {0, 30ms}, {500, 20ms}};
    const auto process = modulated_arrivals(states);
    const double rate = (3000 * 10 + 500 * 20) / 60.0;
    CHECK(*process->rate_mean() == doctest::Approx(rate));
    // The variance of the count in t tends to (rate + v) t with v = 2 sum of p f g, p the stationary distribution, f
    // the rate less its mean, and g the solution of Q g = -f. With two equally likely successors (g_j + g_k) / 2 - g_i
    // = -s_i f_i is solved by g_i = 2/3 s_i f_i, because the s_i f_i sum to 0.
    double variance = rate;
    for (const auto& state : states) {
        const double sojourn = seconds(state.sojourn);
        variance += 4.0 / 3 * sojourn / 0.06 * sojourn * (state.rate - rate) * (state.rate - rate);
    }
    const auto found = static_cast<double>(arrivals(*process, Time(500s)).size());
    CHECK(std::abs(found - 500 * rate) < standard_errors_critical * std::sqrt(500 * variance));
}

TEST_CASE("a piecewise rate is met exactly in every piece, and silence is silent") {
    const auto process = piecewise_arrivals({{time_zero, 500}, {Time(3s), 4000}, {Time(4s), 0}, {Time(6s), 1500}});
    const auto rate = [](double at) { return at < 3 ? 500.0 : at < 4 ? 4000.0 : at < 6 ? 0.0 : 1500.0; };
    const auto times = arrivals(*process, Time(20s));
    std::vector<Time> audible;
    for (const Time at : times) {
        REQUIRE((at < Time(4s) || at >= Time(6s)));
        audible.push_back(at < Time(4s) ? at : at - 2s);
    }
    check_counts(audible, 100ms, 180, [&](double from, double to) {
        return rate(from + 0.05 < 4 ? from + 0.05 : from + 2.05) * (to - from);
    });
    CHECK(process->rate_mean() == 1500);
    auto ending = piecewise_arrivals({{time_zero, 100}, {Time(1s), 0}});
    CHECK(ending->rate_mean() == 0);
    CHECK(!ending->next(Time(2s), 3, key));
    CHECK(arrivals(*ending, time_max).size() > 50);
}

TEST_CASE("a piecewise rate may repeat, and long silences cost nothing") {
    const auto process = piecewise_arrivals({{time_zero, 1000}, {Time(1s), 100}}, 2s);
    CHECK(*process->rate_mean() == doctest::Approx(550));
    check_counts(arrivals(*process, Time(40s)), 250ms, 160,
                 [](double from, double to) { return (std::fmod(from, 2) < 1 ? 1000 : 100) * (to - from); });
    // One arrival in about 10^6 cycles each.
    auto rare = piecewise_arrivals({{time_zero, 1e-6}, {Time(1ns), 0}}, 1s);
    const auto at = rare->next(time_zero, 0, key);
    CHECK(!at);  // 10^15 seconds are beyond the end of time
    auto seldom = piecewise_arrivals({{time_zero, 1e-6}, {Time(100ms), 0}}, 1s);
    const auto times = arrivals(*seldom, Time(24h * 36500));
    // 36500 days at 10^-7/s.
    CHECK(std::abs(static_cast<double>(times.size()) - 315.36) < standard_errors_critical * std::sqrt(315.36));
    for (const Time time : times) CHECK(time.time_since_epoch() % 1s < 101ms);
}

TEST_CASE("a diurnal rate follows its wave") {
    const Diurnal spec{.rate = 2000, .amplitude = 0.8, .period = 10s, .peak = 3s};
    const auto process = diurnal_arrivals(spec);
    const auto integral = [&](double at) {
        const double turn = 2 * std::numbers::pi / 10;
        return 2000 * (at + 0.8 / turn * std::sin(turn * (at - 3)));
    };
    check_counts(arrivals(*process, Time(30s)), 100ms, 300,
                 [&](double from, double to) { return integral(to) - integral(from); });
    CHECK(process->rate_mean() == 2000);
}

TEST_CASE("parts of a source give the whole together") {
    const std::uint32_t parts = 4;
    for (const auto& entry : one_of_each()) {
        const auto& process = entry.second;
        INFO(entry.first);
        double rate = 0;
        std::uint32_t clients = 0;
        for (std::uint32_t index = 0; index < parts; ++index) {
            const auto part = process->split({index, parts});
            rate += part->rate_mean().value_or(0);
            if (part->closed_loop() != nullptr) clients += part->closed_loop()->clients;
        }
        CHECK(rate == doctest::Approx(process->rate_mean().value_or(0)));
        if (process->closed_loop() != nullptr) CHECK(clients == process->closed_loop()->clients);
    }
    const auto whole = deterministic_arrivals(1000);
    std::vector<Time> together;
    for (std::uint32_t index = 0; index < parts; ++index) {
        const auto part = whole->split({index, parts});
        const auto times = arrivals(*part, Time(1s));
        together.insert(together.end(), times.begin(), times.end());
    }
    std::sort(together.begin(), together.end());
    CHECK(together == arrivals(*whole, Time(1s)));
}

TEST_CASE("a scaled source has the scaled rate") {
    for (const auto& entry : one_of_each()) {
        const auto& process = entry.second;
        INFO(entry.first);
        const auto twice = process->scaled(2);
        if (process->rate_mean()) CHECK(*twice->rate_mean() == doctest::Approx(2 * *process->rate_mean()));
        if (const auto* loop = process->closed_loop()) CHECK(twice->closed_loop()->clients == 2 * loop->clients);
    }
}

TEST_CASE("think times belong to client and request") {
    const ClosedLoop loop{.clients = 3, .think = Distribution::exponential(1e9)};
    CHECK(loop.think_time(key, 1, 5) == loop.think_time(key, 1, 5));
    CHECK(loop.think_time(key, 1, 5) != loop.think_time(key, 2, 5));
    CHECK(loop.think_time(key, 1, 5) != loop.think_time(key, 1, 6));
    std::vector<double> times;
    for (std::uint32_t client = 0; client < 100; ++client)
        for (std::uint64_t number = 0; number < 200; ++number)
            times.push_back(seconds(loop.think_time(key, client, number)));
    CHECK(kolmogorov_smirnov(times, [](double time) { return 1 - std::exp(-time); }) < kolmogorov_smirnov_critical());
    CHECK(ClosedLoop{}.think_time(key, 0, 0) == 0ns);
}

TEST_CASE("arrivals end with time") {
    auto process = poisson_arrivals(1e-9);
    Time at = time_zero;
    std::uint64_t k = 0;
    while (const auto next = process->next(at, k, key)) {
        at = *next;
        REQUIRE(++k < 1000);
    }
    CHECK(at < time_max);
    CHECK(!modulated_arrivals({{1e-9, 24h * 36500}, {0, 1000s}})->next(time_max - 1s, 3, key));
    CHECK(!diurnal_arrivals({.rate = 1e-9, .amplitude = 1, .period = 24h, .peak = 0s})->next(time_max - 1s, 3, key));
    CHECK(!piecewise_arrivals({{time_zero, 1e-9}}, 24h * 36500)->next(time_max - 1s, 3, key));
}

TEST_CASE("impossible processes are refused with what is allowed") {
    const auto mistake = [](const char* name, std::initializer_list<std::pair<std::string, std::string>> given) {
        for (const auto& row : arrival_processes())
            if (row.name == name) return error_of([&] { row.make(section(row.table, given)); });
        return std::string("no such row");
    };
    CHECK(contains(mistake("mmpp", {{"states", "[100/s]"}}),
                   "states: found \"100/s\", expected a rate and a mean duration"));
    CHECK(contains(mistake("mmpp", {{"states", "[100 10s]"}}), "expected a rate and a mean duration"));
    CHECK(contains(mistake("mmpp", {{"states", "[100/s 0s]"}}), "must be positive"));
    CHECK(contains(mistake("mmpp", {{"states", "[0/s 1s, 0/s 2s]"}}), "every rate is 0"));
    CHECK(contains(mistake("mmpp", {{"states", "[1/d 1ns, 0/s 1ns]"}}), "more than a million times"));
    CHECK(contains(mistake("on_off", {{"rate", "1/d"}, {"on", "1ns"}, {"off", "1ns"}}), "rate: "));
    CHECK(contains(mistake("piecewise", {{"steps", "[1s 100/s]"}}), "the first step is at 1s, it must be at 0s"));
    CHECK(contains(mistake("piecewise", {{"steps", "[0s 100/s, 2s 1/s, 2s 5/s]"}}),
                   "the step at 2s does not come after"));
    CHECK(contains(mistake("piecewise", {{"steps", "[0s -100/s]"}}), "a rate is from 0/s"));
    CHECK(contains(mistake("piecewise", {{"steps", "[0s 100/s, 2s 1/s]"}, {"repeat", "2s"}}),
                   "repeat: found 2s, it must be later"));
    CHECK(contains(mistake("piecewise", {{"steps", "[0s 0/s]"}}), "every rate is 0"));
    CHECK(contains(mistake("diurnal", {{"rate", "1e9/s"}}), "period: found 1d"));
}
