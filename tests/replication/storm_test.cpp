#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "tests/replication/storm.hpp"

using namespace orrery;
using namespace orrery::tests;

namespace {

constexpr std::uint64_t seeds = 60;

constexpr Time at(Duration since_start) {
    return time_zero + since_start;
}

/// Four seconds of storm.
Storm storm_of(const StormSpec& spec) {
    Storm storm(spec);
    storm.run_until(at(4s));
    return storm;
}

/// No faults, no losses, no commands, and delays of a microsecond or two.
StormSpec quiet_spec(std::uint64_t seed, Duration low, Duration high) {
    StormSpec spec{.seed = seed, .election_timeout_low = low, .election_timeout_high = high};
    spec.delay_low = spec.sync_low = 1us;
    spec.delay_high = spec.sync_high = 2us;
    spec.loss_percent = spec.double_percent = spec.straggler_percent = 0;
    spec.fault_gap = spec.command_gap = Duration::zero();
    return spec;
}

std::string first_of(const std::vector<std::string>& lines) {
    return lines.empty() ? "none" : lines.front();
}

/// In rougher weather (a crash every 30 ms, candidates that get in each other's way): whether one of 200
/// storms shows the plant, and none shows anything up to that seed without it.
bool is_found(Plant plant) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        StormSpec spec{.seed = seed, .servers = 3 + 2 * (seed % 2), .election_timeout_high = 60ms, .fault_gap = 60ms};
        CHECK(storm_of(spec).violations().empty());
        spec.plant = plant;
        if (!storm_of(spec).violations().empty()) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("no storm breaks a promise, and after it every server applies the same log") {
    std::uint64_t steps = 0, crashes = 0, committed = 0, leaderships = 0;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        CAPTURE(seed);
        Storm storm = storm_of({.seed = seed, .servers = 3 + 2 * (seed % 2)});
        crashes += storm.crashes(), leaderships += storm.leaderships();
        storm.calm();
        // All are back within four fault gaps, 600 ms, of the last crash; an election follows within a few timeouts.
        storm.run_until(storm.now() + 1s);
        const auto before = storm.committed();
        storm.run_until(storm.now() + 200ms);
        CHECK_MESSAGE(storm.committed() > before, "commands are committed again");
        storm.stop_commands();
        storm.run_until(storm.now() + 500ms);
        CHECK(storm.converged());
        CHECK_MESSAGE(storm.violations().empty(), first_of(storm.violations()));
        CHECK_MESSAGE(storm.broken_promises().empty(), first_of(storm.broken_promises()));
        committed += storm.committed(), steps += storm.steps();
    }
    // The storm must blow, and leave room for work: otherwise there was nothing to check.
    MESSAGE("steps: " << steps << ", crashes: " << crashes << ", leaders: " << leaderships
                      << ", commands committed: " << committed);
    CHECK(crashes > 10 * seeds);
    CHECK(leaderships > 5 * seeds);
    CHECK(committed > 100 * seeds);
}

TEST_CASE("a vote that a disk forgets is noticed") {
    CHECK(is_found(Plant::forgets_votes));
}
TEST_CASE("entries that a disk forgets are noticed") {
    CHECK(is_found(Plant::forgets_entries));
}
TEST_CASE("answers that do not wait for the disk are noticed") {
    CHECK(is_found(Plant::never_waits));
}
TEST_CASE("a server that comes back blank is noticed") {
    CHECK(is_found(Plant::starts_blank));
}
TEST_CASE("a doubled vote that counts twice is noticed") {
    CHECK(is_found(Plant::forges_votes));
}
TEST_CASE("entries missing from messages are noticed") {
    CHECK(is_found(Plant::loses_batch_heads));
}

TEST_CASE("a storm repeats itself, and a copy made half-way goes on like the original") {
    const StormSpec spec{.seed = 7};
    Storm first = storm_of(spec);
    Storm half(spec);
    half.run_until(at(1700ms));
    Storm copy = half;
    half.run_until(at(4s));
    copy.run_until(at(4s));
    CHECK(first.steps() > 1000);
    CHECK(half.fingerprint() == first.fingerprint());
    CHECK(copy.fingerprint() == first.fingerprint());
    CHECK(storm_of({.seed = 8}).fingerprint() != first.fingerprint());
}

TEST_CASE("after the leader's death somebody stands after low + (high - low)/5 - low/4 on average") {
    // Five servers, negligible delays, heartbeats every low/2. The first of four timeouts that are uniform in
    // [low, high] elapses (high - low)/5 after low on average, counted from the last heartbeat; and the leader died,
    // on average, low/4 after that. Of 150 to 300 ms: 142.5 ms. The minimum of four uniforms has the variance
    // (high - low)^2 * 4 / (25 * 6), the uniform phase (low/2)^2 / 12; the fixed seeds must agree within three
    // standard errors, 3.1 ms for 150 to 300 ms and 0.25 ms for 12 to 24 ms. Delays of 1 to 2 us do not matter.
    Duration low{}, high{};
    SUBCASE("12 to 24 ms") {
        low = 12ms, high = 24ms;
    }
    SUBCASE("150 to 300 ms") {
        low = 150ms, high = 300ms;
    }
    constexpr int runs = 1000;
    double sum = 0;
    for (int run = 0; run < runs; ++run) {
        Storm storm(quiet_spec(static_cast<std::uint64_t>(run), low, high));
        storm.run_until(at(10 * low));
        auto phase = stream_of(stream_key(1, "phase of death", static_cast<std::uint64_t>(run)));
        storm.run_until(storm.now() +
                        Duration(static_cast<std::int64_t>(phase.below(static_cast<std::uint64_t>(low.count() / 2)))));
        REQUIRE(storm.leader().has_value());
        const Time death = storm.now();
        storm.cut_power(*storm.leader());
        while (*storm.last_candidacy() <= death && storm.now() < death + high) storm.run_until(storm.now() + 100us);
        REQUIRE(*storm.last_candidacy() > death);
        sum += seconds(*storm.last_candidacy() - death);
    }
    const double width = seconds(high - low);
    const double expected = seconds(low) + width / 5 - seconds(low) / 4;
    const double variance = width * width * 4 / 150 + seconds(low) * seconds(low) / 48;
    CHECK(std::abs(sum / runs - expected) < 3 * std::sqrt(variance / runs));
}
