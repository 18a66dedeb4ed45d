/// One transcript for each claim of the paper, named after its section. The files are in transcripts/.
/// Where one fails, ORRERY_TRANSCRIPTS_OUT names a folder that gets what came out instead.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/replication/transcript.hpp"

namespace {

std::string first_difference(const std::string& expected, const std::string& actual) {
    std::istringstream left(expected), right(actual);
    for (int line = 1;; ++line) {
        std::string want, have;
        const bool more_left = static_cast<bool>(std::getline(left, want));
        const bool more_right = static_cast<bool>(std::getline(right, have));
        if (!more_left && !more_right) return "none";
        if (want != have || more_left != more_right)
            return "line " + std::to_string(line) + "\n  expected: " + want + "\n  actual:   " + have;
    }
}

void check_transcript(const std::string& name) {
    const std::string path = std::string(ORRERY_SOURCE_DIR) + "/tests/replication/transcripts/" + name + ".txt";
    std::ifstream file(path);
    REQUIRE_MESSAGE(file.good(), "cannot read " << path);
    std::ostringstream expected;
    expected << file.rdbuf();
    const std::string actual = orrery::tests::Transcript::replay(expected.str());
    CHECK_MESSAGE(actual == expected.str(), name << " differs at " << first_difference(expected.str(), actual));
    CHECK_MESSAGE(actual == orrery::tests::Transcript::replay(expected.str()), name << " differs when it is replayed");
    if (const char* folder = std::getenv("ORRERY_TRANSCRIPTS_OUT"); folder != nullptr && actual != expected.str())
        std::ofstream(std::string(folder) + "/" + name + ".txt") << actual;
}

}  // namespace

TEST_CASE("5.1 a message with a newer term makes its receiver a follower of that term") {
    check_transcript("5_1_newer_term");
}
TEST_CASE("5.1 a message with an older term is refused and its sender learns the newer one") {
    check_transcript("5_1_older_term");
}
TEST_CASE("5.2 a candidate with the votes of a majority leads and announces itself") {
    check_transcript("5_2_election");
}
TEST_CASE("5.2 a split vote elects nobody until a timeout starts the next term") {
    check_transcript("5_2_split_vote");
}
TEST_CASE("5.2 a candidate yields to the leader of its own term") {
    check_transcript("5_2_candidate_yields");
}
TEST_CASE("5.2 a server grants one vote a term, across a power cut too") {
    check_transcript("5_2_one_vote_survives");
}
TEST_CASE("5.2 a doubled grant is one vote") {
    check_transcript("5_2_doubled_grant");
}
TEST_CASE("5.2 a single server elects itself once its vote is durable") {
    check_transcript("5_2_single_server");
}
TEST_CASE("5.3 a command is committed when a majority has it and answered by the leader") {
    check_transcript("5_3_replication");
}
TEST_CASE("5.3 a new leader repairs the six followers of figure 7") {
    check_transcript("5_3_figure_7");
}
TEST_CASE("5.3 a late AppendEntries does not shorten a log") {
    check_transcript("5_3_late_append");
}
TEST_CASE("5.3 a lost AppendEntries is repeated by the next heartbeat") {
    check_transcript("5_3_lost_append");
}
TEST_CASE("5.3 what was not on the way is batched, within the limit of a message") {
    check_transcript("5_3_batches");
}
TEST_CASE("5.3 no answer leaves before the entries it speaks of are durable") {
    check_transcript("5_3_durable_before_reply");
}
TEST_CASE("5.3 a leader sends before its disk has written and commits without it") {
    check_transcript("5_3_parallel_disk");
}
TEST_CASE("5.3 an acknowledgement of an overwritten entry does not count for its successor") {
    check_transcript("5_3_overwritten_ack");
}
TEST_CASE("5.4.1 a candidate whose log lacks a committed entry gets no majority") {
    check_transcript("5_4_1_up_to_date");
}
TEST_CASE("5.4.2 an entry of an older term on a majority is not committed and may be lost: figure 8 d") {
    check_transcript("5_4_2_figure_8_d");
}
TEST_CASE("5.4.2 an entry of the current term commits those before it: figure 8 e") {
    check_transcript("5_4_2_figure_8_e");
}
TEST_CASE("5.5 a repeated AppendEntries or RequestVote changes nothing") {
    check_transcript("5_5_repeated_messages");
}
TEST_CASE("5.5 a crashed follower is caught up after its restart") {
    check_transcript("5_5_follower_crash");
}
TEST_CASE("5.5 what a power cut takes was never acknowledged, a torn record least of all") {
    check_transcript("5_5_power_cut");
}
TEST_CASE("5.5 after a process crash the page cache counts only once it is synced") {
    check_transcript("5_5_page_cache");
}
TEST_CASE("5.6 a heartbeat postpones the candidacy, a candidate without a chance does not") {
    check_transcript("5_6_postponed");
}
TEST_CASE("8 a new leader commits what earlier terms left by a blank entry of its own") {
    check_transcript("8_blank_entry");
}
TEST_CASE("8 a deposed leader says that it does not know what becomes of its commands") {
    check_transcript("8_deposed_leader");
}
TEST_CASE("8 a follower refuses a command and names the leader") {
    check_transcript("8_redirect");
}
