/// StoreNode: a storage node. It serves whoever comes with a map that is new enough, copies what it is told to copy to
/// where the map says, and gives up what it is told to give up.
///
/// It does not look keys up in a map to serve them: a client that knows the map's version v knows where the key is in
/// v, and the node knows of each unit in which version it changed last (or in a later one, after a restart). A client
/// that knows less is sent on.
///
/// Memory is bounded: a write that does not fit is refused (`Stored::full`), a copied item that does not fit is not
/// taken, and the move waits until it does.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/partitioning/hot_keys/space_saving.hpp"
#include "models/partitioning/store/item_table.hpp"
#include "models/partitioning/store/store_map.hpp"
#include "models/partitioning/store/store_messages.hpp"
#include "sim/base/contract.hpp"

namespace orrery::models {

/// What a crash leaves.
enum class Durability : std::uint8_t {
    memory,      ///< nothing: items are kept in memory only
    page_cache,  ///< writes are on their way to the disk when they are acknowledged: a crash of the node loses some
    synced,      ///< writes are on the disk before they are acknowledged
};

/// An item that a node holds from the start. It has the zero version.
struct InitialItem {
    std::uint64_t key = 0;
    std::uint32_t size = 0;
};

/// How nodes find out which keys are hot.
struct HeatSpec {
    std::uint32_t counters = 256;  ///< of each of a node's two summaries: of the last period, and of all
    Duration every = 1s;           ///< a period; what was hot in it is told to the coordinator
    double share = 0.01;           ///< of a node's requests: keys that had less are not told of
};

struct StoreNodeSpec {
    ProcessId coordinator;
    std::vector<ProcessId> nodes;  ///< by member
    Quorums quorums;
    Durability durability = Durability::memory;
    std::int64_t copy_bandwidth = 0;  ///< bit/s of copies that a node sends; 0: no limit of its own
    Duration renew_every = 1s;
    std::optional<Duration> lease = 3s;    ///< nothing: nodes serve without one, and nobody is ever found dead
    Duration resend_after = 1s;            ///< copies that were not taken
    std::optional<HeatSpec> heat = {};     ///< nothing: keys are not counted
    std::shared_ptr<const Layout> layout;  ///< the first one
};

/// What one node differs in.
struct StoreNodeShare {
    MemberId member;
    std::int64_t memory = 0;                                ///< bytes for items; 0: no limit
    std::shared_ptr<const std::vector<InitialItem>> items;  ///< of all nodes; `mine` picks
    std::vector<std::uint32_t> mine;
};

/// A record of a node's log.
struct StoreRecord {
    enum class Kind : std::uint8_t { item, dropped, given_up } kind = Kind::item;
    std::uint64_t key = 0;
    ItemVersion version;
    Filler body = {};
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.kind), field(self.key), field(self.version), field(self.body);
    }
    friend bool operator==(const StoreRecord&, const StoreRecord&) = default;
};

class StoreNode {
public:
    using Message = StoreMessage;
    using Operation = Nothing;
    using Result = Nothing;
    using Record = StoreRecord;
    using Cell = Nothing;

    StoreNode(std::shared_ptr<const StoreNodeSpec> spec, std::shared_ptr<const StoreNodeShare> share);
    void step(Env& env, const Input<StoreNode>& input, Outbox<StoreNode>& outbox);

    const ItemTable& items() const { return items_; }
    struct Counts {
        std::uint64_t reads = 0;
        std::uint64_t writes = 0;
        std::uint64_t bytes = 0;       ///< of items read and written
        std::uint64_t redirected = 0;  ///< requests by a map out of date
    };
    /// Since the process started last.
    const Counts& counts() const { return counts_; }
    /// Requests by key, and by unit; null where keys are not counted.
    struct Heat {
        explicit Heat(std::uint32_t counters) : recent(counters), all(counters) {}
        SpaceSaving recent;  ///< of this period
        SpaceSaving all;
        std::vector<std::uint64_t> units;
    };
    const Heat* heat() const { return heat_ ? &*heat_ : nullptr; }

private:
    static constexpr TimerId renew_timer{0};
    static constexpr TimerId copy_timer{1};
    static constexpr TimerId heat_timer{2};
    static constexpr LogId log{0};
    // A batch leaves at once, and what waits behind it on the link waits for all of it.
    static constexpr std::size_t batch_items = 64;
    static constexpr std::int64_t batch_bytes = 65'536;

    struct CopyJob {
        UnitRange units;
        std::uint32_t map = 0;
        friend bool operator==(const CopyJob&, const CopyJob&) = default;
    };
    struct Outgoing {
        MemberId to;
        std::uint64_t key = 0;
        friend auto operator<=>(const Outgoing&, const Outgoing&) = default;
    };
    struct Delayed {
        Ticket ticket;
        ProcessId from;
        Set set;
    };
    /// All that copying needs; most nodes copy nothing, most of the time.
    struct Copying {
        std::vector<CopyJob> jobs;           ///< the first one is at work once `started`
        std::vector<Outgoing> outgoing;      ///< of the job at work
        std::size_t sent = 0;                ///< of `outgoing`, batches before the current one
        std::size_t count = 0;               ///< items of the current batch
        std::uint64_t batch = 0;             ///< its number
        std::uint64_t taken = 0;             ///< bit i: item i of it
        std::int64_t bytes = 0;              ///< of it
        Time next_at{};                      ///< when the throttle allows the next one
        std::vector<CopyJob> drops;          ///< that wait for the map
        std::vector<std::uint32_t> dropped;  ///< by unit: the map of the last drop that was carried out
        enum class State : std::uint8_t { idle, started } state = State::idle;
    };

    void begin(Env& env, Outbox<StoreNode>& outbox);
    void recover(const StorageView<StoreNode>& storage);
    void receive(Env& env, ProcessId from, const StoreMessage& message, Outbox<StoreNode>& outbox);
    bool admits(Env& env, ProcessId from, std::uint64_t call, std::uint32_t map, UnitId unit,
                Outbox<StoreNode>& outbox);
    void get(Env& env, ProcessId from, const Get& request, Outbox<StoreNode>& outbox);
    void set(Env& env, ProcessId from, const Set& request, Outbox<StoreNode>& outbox);
    void apply(Env& env, ProcessId from, const Set& request, After work, Outbox<StoreNode>& outbox);
    void worked(Env& env, Ticket ticket, Outbox<StoreNode>& outbox);
    /// Takes an item unless a later version is there; false if there is no memory for it.
    bool take(std::uint64_t key, const ItemVersion& version, std::uint32_t size, Outbox<StoreNode>& outbox);
    After synced(Outbox<StoreNode>& outbox) const;
    void renew(Env& env, Outbox<StoreNode>& outbox);
    void count_heat(std::uint64_t key, UnitId unit);
    void tell_heat(Outbox<StoreNode>& outbox);
    void leased(Env& env, const Lease& lease, Outbox<StoreNode>& outbox);
    void fence(ProcessId from, const Fence& fence, Outbox<StoreNode>& outbox);
    std::uint32_t fence_of(UnitId unit) const { return unit.index() < fences_.size() ? fences_[unit.index()] : floor_; }

    // store_copy.cpp:
    void copy_out(Env& env, const CopyOut& order, Outbox<StoreNode>& outbox);
    void copy_item(ProcessId from, const CopyItem& item, Outbox<StoreNode>& outbox);
    void copy_taken(Env& env, const CopyTaken& taken, Outbox<StoreNode>& outbox);
    void drop(const Drop& order, Outbox<StoreNode>& outbox);
    void carry_out(const CopyJob& order, Outbox<StoreNode>& outbox);
    void published(Env& env, const Published& news, Outbox<StoreNode>& outbox);
    void go_on_copying(Env& env, Outbox<StoreNode>& outbox);
    void start_job();
    void choose_batch(Env& env);
    void send_batch(Env& env, Outbox<StoreNode>& outbox);
    void end_job(Outbox<StoreNode>& outbox);
    void carry_out_drops(Outbox<StoreNode>& outbox);
    bool outdated(const CopyJob& job) const;
    bool range_has(const UnitRange& units, UnitId unit) const {
        return unit.index() >= units.first.index() && unit.index() - units.first.index() < units.count;
    }

    std::shared_ptr<const StoreNodeSpec> spec_;
    std::shared_ptr<const StoreNodeShare> share_;
    ItemTable items_;
    Time lease_until_{};
    std::uint32_t floor_ = 0;            ///< of units that `fences_` does not have
    std::vector<std::uint32_t> fences_;  ///< by unit: the oldest map that is served
    Counts counts_;
    Time born_{};
    std::uint32_t admission_ = 0;
    std::vector<Delayed> delayed_;  ///< durable writes whose work is not done; by ticket
    StoreMap map_;                  ///< may be old: it is only needed for copying
    Copying copying_;
    std::optional<Heat> heat_;
};

}  // namespace orrery::models
