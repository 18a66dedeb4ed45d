/// A storm: Raft servers in a small world of its own with everything that can go wrong in it.
///
/// Messages are delayed, lost, doubled and reordered; processes crash and nodes lose power, with
/// whatever was not synced; the network splits. Every step of every server is followed by a check of
/// all invariants, and what a client was told is held against the logs. A storm is a value: copied
/// half-way, both copies go on alike.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "models/replication/raft/invariants.hpp"
#include "sim/base/random.hpp"
#include "tests/replication/disk.hpp"

namespace orrery::tests {

/// Something broken in the world around Raft, which the checks must notice.
enum class Plant {
    nothing,
    forgets_votes,      ///< a power cut takes a synced vote back
    forgets_entries,    ///< a power cut takes the last synced entries back
    never_waits,        ///< outputs leave before the sync that they wait for
    starts_blank,       ///< a crashed server is started anew instead of recovered
    forges_votes,       ///< a doubled grant arrives from another server
    loses_batch_heads,  ///< the first entry of some batches is missing
};

struct StormSpec {
    std::uint64_t seed = 0;
    std::size_t servers = 5;
    Duration election_timeout_low = std::chrono::milliseconds(50);
    Duration election_timeout_high = std::chrono::milliseconds(100);
    Duration delay_low = std::chrono::microseconds(100);
    Duration delay_high = std::chrono::milliseconds(5);
    Duration sync_low = std::chrono::microseconds(100);
    Duration sync_high = std::chrono::milliseconds(8);
    std::uint64_t loss_percent = 4;
    std::uint64_t double_percent = 4;
    std::uint64_t straggler_percent = 2;                   ///< delayed twenty times as long
    Duration fault_gap = std::chrono::milliseconds(150);   ///< at most, between faults; zero means none
    Duration command_gap = std::chrono::milliseconds(10);  ///< at most, between commands; zero means none
    Plant plant = Plant::nothing;
};

class Storm {
public:
    explicit Storm(const StormSpec& spec);

    /// Stops early at a violation.
    void run_until(Time end);
    /// No more faults, losses or doubles; everybody restarts and the network heals.
    void calm();
    /// No more commands either.
    void stop_commands();
    /// It comes back after a while; without faults (`fault_gap` zero) it stays down.
    void cut_power(std::size_t server);

    Time now() const { return now_; }
    const std::vector<std::string>& violations() const { return violations_; }
    std::optional<std::size_t> leader() const;
    /// Null while it is down.
    const Raft* server(std::size_t index) const { return hosts_[index].raft ? &*hosts_[index].raft : nullptr; }
    /// Whether all servers have applied the same log to its end.
    bool converged() const;
    /// What clients were told that is not so: a committed command that is not in the log, a refused one that is.
    std::vector<std::string> broken_promises() const;

    std::uint64_t steps() const { return steps_; }
    std::uint64_t crashes() const { return crashes_; }
    std::uint64_t committed() const { return committed_.size(); }
    std::uint64_t leaderships() const { return leaderships_; }
    /// When a server last stood for election.
    std::optional<Time> last_candidacy() const { return last_candidacy_; }
    /// Rolling hash of everything that the servers put out.
    std::uint64_t fingerprint() const { return fingerprint_; }

private:
    struct Delivery {
        std::size_t from = 0, to = 0;
        models::RaftMessage message;
    };
    struct Expiry {
        std::size_t server = 0;
        TimerId timer;
        std::uint64_t generation = 0;
    };
    struct DiskDone {
        std::size_t server = 0;
        std::uint64_t life = 0;
    };
    struct Revival {
        std::size_t server = 0;
    };
    struct Fault {};
    struct Heal {};
    struct NewCommand {};
    using Happening = std::variant<Delivery, Expiry, DiskDone, Revival, Fault, Heal, NewCommand>;

    struct Event {
        Time at;
        std::uint64_t sequence = 0;
        Happening what;
        friend bool operator>(const Event& left, const Event& right) {
            return std::pair(left.at, left.sequence) > std::pair(right.at, right.sequence);
        }
    };
    struct Held {
        Ticket after;
        Send<Raft> send;
    };
    struct Host {
        std::optional<Raft> raft;
        Disk disk;
        RandomStream random{0};
        std::deque<Held> held;
        std::map<TimerId, std::uint64_t> timers;  ///< generation of the armed ones
        std::uint64_t life = 0;                   ///< tells what was begun before a crash
        Ticket next_ticket{1};
        bool disk_busy = false;
        HardState older_state;  ///< what a forgetful disk goes back to
    };
    enum class Launch { start, recover };
    enum class Weather { storm, calm };

    void schedule(Duration delay, Happening what);
    void handle(const Delivery& delivery);
    void handle(const Expiry& expiry);
    void handle(const DiskDone& done);
    void handle(const Revival& revival);
    void handle(Fault);
    void handle(Heal) { group_.clear(); }
    void handle(NewCommand);

    void launch(std::size_t index, Launch how);
    void step(std::size_t index, const Input<Raft>& input);
    void take(std::size_t index, Output<Raft>& output);
    void answer(const Reply<Raft>& reply);
    void release(std::size_t index, const Send<Raft>& send);
    void transmit(std::size_t from, std::size_t to, const models::RaftMessage& message);
    void start_disk(std::size_t index);
    void crash(std::size_t index);
    void damage(std::size_t index);
    Duration between(Duration low, Duration high);
    bool chance(std::uint64_t percent) { return random_.below(100) < percent; }

    StormSpec spec_;
    models::RaftConfig config_;
    RandomStream random_;
    Time now_{};
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
    std::uint64_t sequence_ = 0;
    std::vector<Host> hosts_;
    std::vector<int> group_;  ///< by server; empty while the network is whole
    Weather weather_ = Weather::storm;
    Weather clients_ = Weather::storm;

    models::RaftHistory history_;
    std::vector<std::string> violations_;
    std::uint64_t commands_ = 0;
    std::map<std::uint64_t, models::LogIndex> committed_;  ///< by request
    std::set<std::uint64_t> refused_;
    std::uint64_t steps_ = 0, crashes_ = 0, leaderships_ = 0, fingerprint_ = 0, generation_ = 0;
    std::optional<Time> last_candidacy_;
};

}  // namespace orrery::tests
