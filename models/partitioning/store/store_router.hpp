/// StoreRouter: a client of the store, with a map of its own; or a proxy, for clients without one.
///
/// A request goes to the replicas that the map names: a read to as many as have to answer, any of those that are up (or
/// the first ones); a write to all. What a node sends back because the map is out of date waits for the new map and
/// starts over, and so does what was not answered in time, up to a number of attempts. Every attempt has a number of
/// its own: answers to earlier ones do not count. A write keeps its version through all attempts.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/partitioning/store/store_map.hpp"
#include "models/partitioning/store/store_messages.hpp"
#include "sim/base/contract.hpp"

namespace orrery::models {

struct StoreRouterSpec {
    ProcessId coordinator;
    std::vector<ProcessId> nodes;    ///< by member
    std::vector<ProcessId> proxies;  ///< not empty: a client without a map, which asks one of these
    Quorums quorums;
    enum class ReadFrom : std::uint8_t {
        any,    ///< those replicas that answer are drawn anew for each read
        owner,  ///< the first ones in the order of the ring
    } read_from = ReadFrom::any;
    Duration timeout = 250ms;  ///< of an attempt
    std::uint32_t attempts = 3;
    std::shared_ptr<const Layout> layout;  ///< the first one
};

class StoreRouter {
public:
    using Message = StoreMessage;
    using Operation = StoreRequest;
    using Result = StoreResult;
    using Record = Nothing;
    using Cell = Nothing;

    explicit StoreRouter(std::shared_ptr<const StoreRouterSpec> spec);
    void step(Env& env, const Input<StoreRouter>& input, Outbox<StoreRouter>& outbox);

    const StoreMap& map() const { return map_; }

private:
    static constexpr std::uint32_t none = ~std::uint32_t{0};
    static constexpr TimerId sweep_timer{0};
    static constexpr unsigned slot_bits = 20;

    struct Call {
        std::uint64_t name = 0;  ///< of the attempt that is under way: a serial number over the slot; 0: a free slot
        RequestId request;
        std::uint64_t client_call = 0;  ///< of one that was forwarded
        ProcessId client;
        StoreRequest operation;
        ItemVersion version;
        Time began{};
        std::uint32_t quorum = none;
        std::uint32_t next_free = none;
        std::uint8_t attempts = 0;
        std::uint8_t redirects = 0;
        std::uint8_t first = 0;  ///< replica that the first attempt read from
        enum class From : std::uint8_t { here, client } from = From::here;
        enum class State : std::uint8_t { asking, parked, short_of_replicas } state = State::asking;
    };
    /// Answers of an attempt that needs more than one.
    struct Quorum {
        static constexpr std::uint32_t nothing = ~std::uint32_t{0};  ///< size of an item that was not found
        std::array<MemberId, 2 * replicas_max> asked;
        std::uint32_t answered = 0;  ///< bit i: asked[i]
        std::uint32_t olds = 0;      ///< bit i: asked[i] is a replica by the base layout
        std::uint32_t news = 0;
        std::uint8_t count = 0;
        std::uint8_t old_needed = 0;
        std::uint8_t new_needed = 0;
        ItemVersion best;
        std::uint32_t best_size = nothing;
        std::uint32_t next_free = none;
    };
    struct Deadline {
        Time at;
        std::uint64_t name;
    };

    void begin(Env& env);
    std::uint32_t open(Env& env, const StoreRequest& operation);
    void attempt(Env& env, std::uint32_t slot, Outbox<StoreRouter>& outbox);
    void read(Env& env, std::uint32_t slot, const StoreMap::Place& place, Outbox<StoreRouter>& outbox);
    void write(std::uint32_t slot, const StoreMap::Place& place, Outbox<StoreRouter>& outbox);
    void receive(Env& env, ProcessId from, const StoreMessage& message, Outbox<StoreRouter>& outbox);
    void found(Env& env, ProcessId from, const Found& answer, Outbox<StoreRouter>& outbox);
    void stored(Env& env, ProcessId from, const Stored& answer, Outbox<StoreRouter>& outbox);
    void redirected(Env& env, const Redirect& answer, Outbox<StoreRouter>& outbox);
    void not_serving(Env& env, const NotServing& answer, Outbox<StoreRouter>& outbox);
    void published(Env& env, const Published& news, Outbox<StoreRouter>& outbox);
    void forwarded(Env& env, const Forwarded& answer, Outbox<StoreRouter>& outbox);
    void sweep(Env& env, Outbox<StoreRouter>& outbox);
    void overdue(Env& env, std::uint32_t slot, Outbox<StoreRouter>& outbox);
    void fetch(Env& env, Outbox<StoreRouter>& outbox);
    void restart_parked(Env& env, Outbox<StoreRouter>& outbox);
    void finish(Env& env, std::uint32_t slot, StoreOutcome outcome, Outbox<StoreRouter>& outbox);

    /// The call that an answer belongs to, or null.
    Call* call_of(std::uint64_t name) {
        const std::uint64_t slot = name & ((std::uint64_t{1} << slot_bits) - 1);
        return slot < calls_.size() && calls_[slot].name == name ? &calls_[slot] : nullptr;
    }
    std::uint32_t slot_of(const Call& call) const { return static_cast<std::uint32_t>(&call - calls_.data()); }
    Quorum& quorum_of(Call& call);
    void close_quorum(Call& call);
    static void ask(Quorum& quorum, const MemberArray& members, std::size_t count, std::uint32_t& mask);
    /// Counts an answer; false if the sender was not asked or has answered.
    bool count_answer(Quorum& quorum, ProcessId from) const;
    static bool complete(const Quorum& quorum);

    std::shared_ptr<const StoreRouterSpec> spec_;
    StoreMap map_;
    std::vector<Call> calls_;
    std::uint32_t free_call_ = none;
    std::vector<Quorum> quorums_;
    std::uint32_t free_quorum_ = none;
    std::vector<Deadline> deadlines_;  ///< ascending, from `next_deadline_` on: all attempts may take equally long
    std::size_t next_deadline_ = 0;
    std::vector<std::uint64_t> parked_;  ///< attempts that wait for the next map
    std::uint64_t serial_ = 0;
    std::int64_t last_stamp_ = 0;
    std::uint32_t wanted_version_ = 0;  ///< of the map: a node has told of it
    enum class Fetching : std::uint8_t { no, yes } fetching_ = Fetching::no;
    enum class Sweeping : std::uint8_t { no, yes } sweeping_ = Sweeping::no;
    MemberArray old_{};
    MemberArray fresh_{};
};

}  // namespace orrery::models
