/// Ring: consistent hashing, key to node. "Ring" is the family's name; tables, trees and probes are rings too.
///
/// A ring is a value that knows its members and nothing else. Given the same members, and the same history where the
/// scheme has one, it gives the same owner for a key on every platform.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "models/hashing/key.hpp"
#include "sim/base/ids.hpp"

namespace orrery::models {

/// A node, shard or server of a ring. Ids are the caller's own and need not be dense.
using MemberId = Id<struct MemberTag>;

struct Member {
    MemberId id;
    std::string name;   ///< what schemes that hash names hash: "host:port", "node-3"; unique and not empty
    double weight = 1;  ///< positive and finite; ignored by schemes that do not honour weights
    std::string zone = {};
    std::string rack = {};
    friend bool operator==(const Member&, const Member&) = default;
};

/// Bad input to a ring: what was found and what is allowed. The ring is unchanged.
class RingError : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

/// What a scheme promises; the contract check (ring_contract.hpp) holds it to that.
struct RingPromise {
    /// `whole`: honoured, but only whole numbers are weights; another one is a RingError.
    enum class Weights : std::uint8_t { honoured, whole, ignored } weights = Weights::ignored;
    /// One membership change moves at most `moved_factor` times the keys that must move (those of a removed member, or
    /// the fair part of a new one), sampling noise apart; it is the promise of the state before or after the change,
    /// whichever is larger. 1: only those. Infinity: any key may move.
    double moved_factor = 1;
    /// Keys of the fullest member over the mean, with equal weights and 16 members, sampling noise apart.
    double max_over_mean = 1;
    /// Which member may leave at that price. `last`: the one that joined last; another one's bucket is taken over by
    /// the last one (jump hash), which moves that one's keys too.
    enum class Removal : std::uint8_t { any, last } removal = Removal::any;
    /// Whether the owner depends on the members alone (`members`), or also on the order in which they came and went
    /// (`history`: AnchorHash, jump), or on the keys that are placed (`load`: bounded loads).
    enum class DependsOn : std::uint8_t { members, history, load } depends_on = DependsOn::members;
};

class Ring {
public:
    static constexpr std::string_view family = "ring";

    virtual ~Ring() = default;
    virtual std::unique_ptr<Ring> clone() const = 0;

    /// Starts over with these members, in this order. Throws RingError: a name or id twice, an empty name, a weight
    /// that is zero, negative, infinite or NaN (even where weights are ignored), more members than the scheme takes.
    /// No members at all is allowed.
    virtual void reset(std::span<const Member> members) = 0;
    /// Throws RingError as `reset` does.
    virtual void add(const Member& member) = 0;
    /// Throws RingError if there is no such member. Removing and adding back the same member returns every key, unless
    /// the promise says that owners depend on `load`.
    virtual void remove(MemberId member) = 0;

    /// Members in the order in which they joined.
    virtual std::span<const Member> members() const = 0;

    /// The owner of `key`. Throws RingError if there are no members.
    virtual MemberId owner(Key key) const = 0;
    /// The owners of many numbered keys (see NumberKey): what `owner` says of each. A scheme may override it to save
    /// the call per key.
    virtual void owners(std::span<const std::uint64_t> keys, std::span<MemberId> out) const {
        for (std::size_t i = 0; i < keys.size(); ++i) out[i] = owner(NumberKey(keys[i]));
    }
    /// The first out.size() distinct members in the key's order of preference, the owner first; returns how many
    /// there are (fewer only if there are fewer members).
    virtual std::size_t replicas(Key key, std::span<MemberId> out) const = 0;

    // Schemes with bounded loads place one key (request, connection) after the other, and say when one is gone.
    // For all others `take` is `owner` and `release` does nothing.
    virtual MemberId take(Key key) { return owner(key); }
    virtual void release(MemberId member) { static_cast<void>(member); }

    /// Bytes of the structure behind lookups, names of members left out.
    virtual std::size_t memory_bytes() const = 0;
    virtual RingPromise promise() const = 0;
};

}  // namespace orrery::models
