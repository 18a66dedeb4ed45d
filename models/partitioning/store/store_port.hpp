/// The store port: what a client asks of a keyed store, and what an operator asks of its coordinator.
///
/// The content of an item is not modelled, its version is: who reads a version has read what was written with it.
#pragma once

#include <compare>
#include <cstdint>

#include "models/hashing/ring.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/base/wire.hpp"

namespace orrery::models {

/// Versions are ordered; the later one wins (last writer wins, by the writers' clocks, as in Dynamo-like stores: two
/// clients whose clocks differ may order their writes otherwise than they were acknowledged). The zero version is that
/// of an item that was there from the start.
struct ItemVersion {
    std::int64_t stamp = 0;    ///< ns of the writer's clock, made unique within the writer
    std::uint32_t writer = 0;  ///< the router that took the write
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.stamp), field(self.writer);
    }
    friend constexpr auto operator<=>(const ItemVersion&, const ItemVersion&) = default;
};

enum class StoreAccess : std::uint8_t { read, write };

struct StoreRequest {
    std::uint64_t key = 0;
    Duration work{};         ///< service demand at every node that serves it, on a core of speed 1
    std::uint32_t size = 0;  ///< write: bytes of the item
    StoreAccess access = StoreAccess::read;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.key), field(self.work), field(self.size), field(self.access);
    }
    friend bool operator==(const StoreRequest&, const StoreRequest&) = default;
};

enum class StoreOutcome : std::uint8_t {
    ok,           ///< read: found; write: acknowledged by as many replicas as asked for
    absent,       ///< read: as many replicas as asked for have no such item
    timed_out,    ///< no attempt got its answers in time; a write may have taken effect all the same
    unavailable,  ///< fewer replicas were known to be up than have to answer
    refused,      ///< write: a replica had no memory left for the item; the others may have taken it
};

struct StoreResult {
    ItemVersion version;  ///< read: of what was found; write: of what was written
    Duration took{};      ///< from the request's arrival at the client, by the client's clock
    std::uint32_t size = 0;
    StoreAccess access = StoreAccess::read;
    StoreOutcome outcome = StoreOutcome::ok;
    std::uint8_t retries = 0;    ///< attempts after the first, redirects not counted
    std::uint8_t redirects = 0;  ///< nodes that sent it on because the client's map was out of date
    /// Whether partitions were moving, as far as the client knew when it was done.
    enum class During : std::uint8_t { calm, moving } during = During::calm;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.version), field(self.took), field(self.size), field(self.access), field(self.outcome),
            field(self.retries), field(self.redirects), field(self.during);
    }
    friend bool operator==(const StoreResult&, const StoreResult&) = default;
};

/// A planned change of the members, asked of the coordinator. One is carried out after the other.
struct MemberChange {
    enum class Kind : std::uint8_t { join, leave } kind = Kind::join;
    MemberId member;
    friend bool operator==(const MemberChange&, const MemberChange&) = default;
};

struct MemberChangeResult {
    enum class Outcome : std::uint8_t {
        done,     ///< every key is where the new members say
        refused,  ///< it is a member already; or it is none, or one of the last `replicas`
    } outcome = Outcome::done;
};

}  // namespace orrery::models
