/// Transcripts: Raft servers moved by hand, one command a line, with what they do written below it.
///
/// A file holds comments (#), commands (>) and, indented, the expected output of each command. The
/// servers are numbered from 1, as in the paper's figures. Nothing happens by itself: no message
/// arrives, no timer expires and, with `disks manual`, no write becomes durable without a command.
///
///     servers N                     N servers, not running, with empty disks
///     entries_per_message N         before `servers`
///     timeouts LOW HIGH             of elections, in ms, before `servers`
///     disks instant|manual          syncs are completed at once (default) or by `persist`
///     disk S term=T [vote=V] [entries...]   durable contents; an entry is TERM or TERM:text
///     start S...|all                first start
///     restart S...                  recovers from the disk
///     expire S election|heartbeat   the clock of S moves to that timer
///     wait S MILLISECONDS           the clock of S moves on, and its timers expire on the way
///     deliver FROM TO               the oldest message between them; * stands for any, then all such
///     drop FROM TO                  loses it (them)
///     duplicate FROM TO             doubles the oldest
///     overtake FROM TO              the youngest becomes the oldest
///     persist S [one]               completes the syncs of S (the oldest only)
///     propose S text
///     crash S process|power|torn    the cache survives the first only; torn: so is the record being written
///     partition S... | S...         messages between the groups are lost when delivered
///     heal
///     settle                        delivers and persists until nothing is under way
///     quiet, loud                   without and with messages and writes in the output
///     show [S...]
///
/// After every step all invariants are checked; a violation is printed, and so differs from the file.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/replication/raft/invariants.hpp"
#include "tests/replication/disk.hpp"

namespace orrery::tests {

class Transcript {
public:
    /// Runs the commands of `script` and gives the script back with the outputs as they are.
    static std::string replay(const std::string& script);

private:
    using Words = std::vector<std::string>;
    using Number = std::uint32_t;

    struct Packet {
        Number from = 0;
        Number to = 0;
        models::RaftMessage message;
    };
    struct Held {
        Ticket after;
        Output<Raft> output;
    };
    struct Server {
        std::optional<Raft> raft;
        Disk disk;
        std::deque<Held> held;
        std::map<TimerId, Time> timers;
        Time clock{};
        Ticket next_ticket{1};
        RandomStream random{0};
    };
    enum class Voice { loud, quiet };
    enum class Disks { instant, manual };

    void run(const Words& words);
    void run_setup(const Words& words);
    void run_wire(const Words& words);
    void run_life(const Words& words);

    void make_servers(std::size_t count);
    void prepare_disk(const Words& words);
    void launch(Number number, const Input<Raft>& input);
    void crash(Number number, const std::string& kind);
    void expire(Number number, const std::string& timer);
    void wait(Number number, Duration duration);
    void expire_next(Number number, TimerId timer);
    void step(Number number, const Input<Raft>& input);
    void take(Number number, Output<Raft> output);
    void release(Number number, Output<Raft> output);
    bool persist_one(Number number);
    void deliver(const Packet& packet);
    bool settle_once();
    std::vector<std::size_t> matching(const std::string& from, const std::string& to) const;
    void check(Number number);

    Server& server(Number number);
    Number number(const std::string& word) const;
    void say(const std::string& line) { output_ += "    " + line + "\n"; }
    void murmur(const std::string& line) {
        if (voice_ == Voice::loud) say(line);
    }

    std::vector<Server> servers_;
    std::deque<Packet> wire_;
    std::map<std::uint64_t, std::string> proposals_;
    std::map<Number, std::size_t> group_;
    models::RaftHistory history_;
    models::RaftConfig config_;
    Voice voice_ = Voice::loud;
    Disks disks_ = Disks::instant;
    std::string output_;
};

}  // namespace orrery::tests
