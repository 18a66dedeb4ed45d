/// Raft's elections through the simulated cluster against the order statistic that they are.
///
/// Five servers; the leader dies at a uniform point of its heartbeat interval h = lo/2, so the last heartbeat was sent
/// on average h/2 before, and reached the four others one delay of a message later. Their timeouts were drawn anew when
/// they took up the term, uniform in [lo, hi], and the least of four is at lo + (hi - lo)/5 on average. First candidacy
/// after lo + (hi - lo)/5 - lo/4 + delay.
///
/// What makes this hold here:
/// - The phase is uniform. The kills are periodic, and the leader's heartbeats count from its election. A phase moves
///   from kill to kill by the least timeout (mod h), with density 4 (1 - x)^3 over two whole intervals h: a random walk
///   on a circle, whose stationary law is the uniform one. Each harmonic of the distance from it shrinks by a factor
///   below |integral of 4 (1 - x)^3 exp(4 pi i x)| = 0.32 from kill to kill, and ten kills are warm-up.
/// - Nothing but heartbeats restarts a timer by the time of a kill: no requests, no fsync time, and a leader long
/// since.
/// - The dead server is up again, and follows, before the next kill: four timeouts run, not three.
/// - A message takes 2 us, 1/3,000 of the shortest h, so that one in flight at a kill makes no difference beyond
/// `delay`.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include "tests/validation/agreement.hpp"

using namespace orrery::validation;

namespace {

struct Election {
    int low_ms;
    int high_ms;
    int every_ms;  ///< between kills
    int down_ms;   ///< more than a timeout, so that the dead server is no candidate
};

void check_election(const Election& election) {
    const int kills = 1500;
    const auto result = run(fmt::format(R"(
scenario: first candidacy
seed: 1
warmup: {}ms
duration: {}ms
cluster:
  topology: {{kind: star, nodes: 5}}
  link: {{latency: 1us}}
workload: {{}}
system:
  kind: consensus
  replication: {{policy: raft, election_timeout_low: {}ms, election_timeout_high: {}ms}}
faults:
  - {{at: {}ms, every: {}ms, crash: {{role: leader}}, for: {}ms}}
)",
                                        10 * election.every_ms, (kills + 10) * election.every_ms, election.low_ms,
                                        election.high_ms, election.every_ms, election.every_ms, election.down_ms),
                            20);
    const double low = election.low_ms * 1e-3;
    const double high = election.high_ms * 1e-3;
    const double delay = 2e-6;
    for (const auto& record : result.runs) CHECK(record.histograms.at("election.first_candidacy").count() >= kills - 2);
    check_within_three_errors(
        {fmt::format("first candidacy in s, timeouts of {}-{} ms", election.low_ms, election.high_ms),
         low + (high - low) / 5 - low / 4 + delay, 0},
        values(result, "election.first_candidacy"));
}

}  // namespace

TEST_CASE("the first candidacy comes after 11.4 ms for timeouts of 12 to 24 ms") {
    check_election({12, 24, 200, 50});
}

TEST_CASE("the first candidacy comes after 142.5 ms for timeouts of 150 to 300 ms") {
    check_election({150, 300, 2500, 500});
}
