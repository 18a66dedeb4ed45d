/// StoreCoordinator: keeps the map, admits nodes and finds out that they are gone, and moves units.
///
/// It stands for what is replicated itself in production (an etcd, a controller quorum): one process, which survives a
/// crash by its log, and without which nodes stop serving when their leases run out.
///
/// Members
/// - A node serves while it holds a lease. It asks for one again and again; a lease is counted from when it was asked
/// for, by
///   the node's clock, so that no clocks need to agree. Who has not asked for a lease and an eighth (clocks may differ
///   that much in speed) serves nobody any more, and is taken for dead.
/// - Who comes back, after a crash or having been out of reach for too long, is admitted anew: empty, and it joins
/// again
///   without being asked to. Where every acknowledged write is on disk (Durability::synced) and it comes back before it
///   is missed, it goes on with what it holds.
/// - Planned changes (MemberChange) are carried out one after the other, `moves_at_once` units at a time. When a member
///   dies, all units that it leaves too few replicas of begin to move at once: until they do, they cannot be written to
///   if all replicas have to acknowledge; how fast they are copied is the nodes' throttle.
///
/// Moves: see store_map.hpp. Everything that is told is told again until it is confirmed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/partitioning/store/store_map.hpp"
#include "models/partitioning/store/store_messages.hpp"
#include "models/partitioning/store/store_metrics.hpp"
#include "models/partitioning/store/store_node.hpp"
#include "sim/base/contract.hpp"

namespace orrery::models {

/// What is done about hot keys.
struct HotKeyPolicy {
    Duration every = 1s;          ///< periods, as the nodes have them
    double share = 0.01;          ///< of all requests, from which on a key is hot; below half of it, it is not
    HotPlace place = {};          ///< what it gets while it is
    std::uint32_t keys_max = 64;  ///< that are hot at once
};

struct StoreCoordinatorSpec {
    std::vector<ProcessId> nodes;  ///< by member; ascending
    Quorums quorums;
    Durability durability = Durability::memory;
    Duration look_every = 1s;            ///< for dead nodes, and for what is to be told again
    std::optional<Duration> lease = 3s;  ///< as the nodes have it
    std::uint32_t moves_at_once = 4;
    std::optional<HotKeyPolicy> hot = {};
    std::shared_ptr<const Layout> layout;  ///< the first one
};

class StoreCoordinator {
public:
    using Message = StoreMessage;
    using Operation = MemberChange;
    using Result = MemberChangeResult;
    using Record = MapChange;
    using Cell = Nothing;

    explicit StoreCoordinator(std::shared_ptr<const StoreCoordinatorSpec> spec);
    void step(Env& env, const Input<StoreCoordinator>& input, Outbox<StoreCoordinator>& outbox);

    const StoreMap& map() const { return map_; }
    /// Nothing is moving, and nothing is waiting to.
    bool at_rest() const { return moves_.empty() && changes_.empty() && !map_.moving(); }

private:
    using Box = Outbox<StoreCoordinator>;
    static constexpr TimerId look_timer{0};
    static constexpr LogId log{0};

    struct Node {
        enum class State : std::uint8_t {
            unknown,  ///< not heard of yet
            leased,   ///< may hold a lease
            lapsed,   ///< cannot hold one
        } state = State::unknown;
        enum class Admission : std::uint8_t { told, taken } admitted = Admission::told;
        enum class Comes : std::uint8_t { when_asked, back } comes = Comes::when_asked;
        Lease::Items items = Lease::Items::kept;
        std::uint32_t admission = 0;
        std::optional<Time> born = {};
        Time granted{};
    };
    struct Change {
        MemberChange what;
        std::optional<RequestId> request = {};  ///< nothing: a node that comes back by itself
    };
    struct Move {
        UnitRange units;
        enum class Step : std::uint8_t { fencing_old, copying, fencing_copied, fencing_moved, dropping } step;
        std::uint32_t map = 0;          ///< version of its last change
        std::vector<MemberId> waiting;  ///< for these
        std::vector<MemberId> leaving;  ///< who may have something to drop at the end
        Time told{};
    };

    void begin(Env& env, Box& outbox);
    void receive(Env& env, ProcessId from, const StoreMessage& message, Box& outbox);
    void renewed(Env& env, MemberId member, const Renew& renew, Box& outbox);
    void look(Env& env, Box& outbox);
    void died(Env& env, MemberId member, Box& outbox);
    bool counts(MemberId member) const;
    void judge_heat(Env& env, Box& outbox);
    void fence_only(Env& env, UnitId unit, std::uint32_t map, Box& outbox);
    void fence_parents(Env& env, Box& outbox);
    void make_hot(Env& env, std::uint64_t key, HotPlace place, Box& outbox);
    void publish(ProcessId to, const FetchMap& fetch, Box& outbox);
    std::uint32_t record(MapChange change, Box& outbox);

    // store_moves.cpp:
    void go_on(Env& env, Box& outbox);
    bool begin_change(Box& outbox);
    bool waits(const Change& change) const;
    void end_change(Box& outbox);
    void start_moves(Env& env, Box& outbox);
    void start_move(Env& env, UnitRange units, Box& outbox);
    void next_step(Env& env, Move& move, Box& outbox);
    void tell(Env& env, Move& move, Box& outbox);
    void confirmed(Env& env, MemberId member, Move::Step step, UnitRange units, std::uint32_t map, Box& outbox);
    std::vector<MemberId> holders(UnitRange units) const;
    std::vector<MemberId> sources(UnitRange units) const;
    bool in_move(UnitId unit) const;
    /// Whether a member that died held replicas that counted.
    enum class Affected : std::uint8_t { no, yes };
    void move_without(Env& env, MemberId member, Affected affected, Box& outbox);

    std::optional<MemberId> member_of(ProcessId process) const;
    ProcessId process(MemberId member) const { return spec_->nodes[member.index()]; }

    std::shared_ptr<const StoreCoordinatorSpec> spec_;
    StoreMap map_;
    std::vector<MapChange> log_;
    std::vector<Node> nodes_;
    std::vector<Change> changes_;        ///< that wait; the first one may be under way
    std::optional<MemberId> under_way_;  ///< the member of the change under way
    std::vector<Move> moves_;
    enum class Haste : std::uint8_t { planned, urgent } haste_ = Haste::planned;
    enum class Moving : std::uint8_t { no, yes } noted_ = Moving::no;
    struct Warm {
        std::uint64_t key;
        std::uint64_t requests;
    };
    std::vector<Warm> warm_;  ///< told of in this period
    std::uint64_t requests_ = 0;
    Time judged_{};
    After durable_;  ///< what is told waits until the map that it is about is on disk
};

}  // namespace orrery::models
