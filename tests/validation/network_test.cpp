/// Messages on a star of 1,000 hosts: the delay of M/D/1 at both hops, and loss as declared.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/validation/agreement.hpp"

using namespace orrery::validation;

TEST_CASE("messages on a star wait as M/D/1 at both hops") {
    // 1,000 bytes at 10 Gbit/s take D = 0.8 us; 500,000/s make a load of 0.4. A hop takes a wait of
    // load D / (2 (1 - load)) = 0.8/3 us, D, and 10 us of latency; two of them 22.133 us.
    const double transmission = 0.8e-6;
    const double load = 500e3 * transmission;
    const double wait = load * transmission / (2 * (1 - load));
    const double expected = 2 * (wait + transmission + 10e-6);
    // - What arrives at a downlink is a superposition of the thinned outputs of 999 uplinks, which is Poisson but for
    //   pairs from one uplink (1/999 of all pairs), which are at least D apart: at most that part of one wait is
    //   missing.
    // - The mean over those delivered misses those under way at the end: low by var / duration, var of two waits, each
    //   wait^2 + 2/3 wait D (Takacs: E W^2 = 2 wait^2 + load D^2 / (3 (1 - load))). Duration 2 ms.
    // - Times are whole nanoseconds: two roundings up, each less than 1 ns.
    const double missing = wait / 999 + 2 * (wait * wait + wait * transmission * 2 / 3) / 2e-3;
    // Warm-up: relaxation time 2 D / (1 - load)^2 = 4.4 us a hop; 100 us are more than ten of both hops and their
    // latency.
    const auto result = run(R"(
scenario: M/D/1 at both hops
seed: 1
warmup: 100us
duration: 2100us
cluster:
  fidelity: queue
  topology: {kind: star, nodes: 1000}
  link: {latency: 10us, bandwidth: 10Gbit/s}
workload:
  arrivals: {process: poisson, rate: 500000000/s}
  request_size: 995B
system: shuffle
)",
                            4);
    CHECK(values(result, "network.bytes").front() == 1000 * values(result, "network.messages").front());
    check({"star of 1,000 hosts at 0.4, mean delay in s", expected, missing + 2e-9},
          values(result, "network.delay.mean"));
}

namespace {

std::string lossy(const std::string& link_loss, const std::string& faults) {
    return R"(
scenario: loss
seed: 1
duration: 1s
cluster:
  topology: {kind: star, nodes: 100}
  link: {latency: 10us, loss: )" +
           link_loss + R"(}
workload:
  arrivals: {process: poisson, rate: 1000000/s}
system: shuffle
)" + faults;
}

/// Each message is lost or not by itself: a binomial share, 99.9 % within 3.29 standard deviations.
void check_loss(const std::string& what, const std::string& yaml, double expected) {
    const auto result = run(yaml, 1);
    const double messages = values(result, "network.messages").front();
    const double share = values(result, "network.dropped").front() / messages;
    const double allowed = 3.29 * std::sqrt(expected * (1 - expected) / messages);
    const std::string row = what + ": expected " + std::to_string(expected) + ", measured " + std::to_string(share) +
                            " +- " + std::to_string(allowed);
    MESSAGE(row);
    CHECK_MESSAGE(std::abs(share - expected) <= allowed, row);
}

}  // namespace

TEST_CASE("a loss of 1 % is 1 %") {
    check_loss("loss of 1 % on what every host sends",
               lossy("0%", "faults:\n  - {at: 0s, loss: {node: [0..99], probability: 1%, direction: out}}\n"), 0.01);
    check_loss("loss of 1 % on every link, two of them in a route", lossy("1%", ""), 1 - 0.99 * 0.99);
}
